//! `mainstay graph`: what needs what, and in which order it comes back.

use super::options::{Source, names};
use super::output::print;
use super::{Outcome, progress, thing};
use crate::error::Result;
use crate::render::graph::{self, FORMATS, Part, Reach};

const EXAMPLES: &str = "\
Examples:
  mainstay graph
  mainstay graph --focus checkout --depth 1
  mainstay graph --format svg > graph.svg
  mainstay graph --format dot | dot -Tpng > graph.png";

/// Show what needs what, and in which order it comes back
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name,
        value_parser = names(FORMATS.iter().map(|format| (format.name, format.summary))))]
    format: String,
    /// Only what this function or system needs, and what needs it
    #[arg(long, value_name = "ID")]
    focus: Option<String>,
    /// How many dependencies away from the focus to go. All the way, when left out
    #[arg(long, value_name = "N", requires = "focus")]
    depth: Option<u32>,
}

pub fn run(args: Args) -> Result<Outcome> {
    let plans = progress::during("Reading the plans", || args.source.open())?;
    let record = plans.record();
    let analysis = progress::during("Analysing", || plans.analyse(&record));
    let findings = plans.findings(&analysis, &record);
    let mut part = Part::whole(&analysis, &findings);
    if let Some(id) = &args.focus {
        let focus = thing::in_graph(&plans, &analysis.graph, id)?;
        part = part.around(focus, args.depth.map_or(Reach::All, Reach::Steps));
    }
    let format = graph::format(&args.format).expect("only names of the table are accepted");
    print(&progress::during("Drawing", || (format.write)(&part)))?;
    Ok(Outcome::Done)
}
