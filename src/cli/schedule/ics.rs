//! `mainstay schedule ics`: what is planned, as a calendar for other programs.

use std::path::PathBuf;

use crate::cli::Outcome;
use crate::cli::options::Source;
use crate::cli::output::{note, print_bytes};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::render::ics::{Input, ics};
use crate::schedule::{AHEAD, planned};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The file it is written to. Standard output, when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let programme = &plans.loaded.programme;
    let (asked, today) = (plans.now.instant(), plans.today());
    let last = today.0.checked_add_days(AHEAD).unwrap_or(today.0);
    let text = ics(&Input {
        programme,
        graph: &Graph::build(programme),
        planned: &planned(programme, (asked, today), last),
        asked,
        changed: plans.workspace.committed_at().unwrap_or(asked),
    });
    match &args.out {
        None => print_bytes(text.as_bytes())?,
        Some(file) => {
            let failed = |error| Error::io(format!("write `{}`", file.display()), error);
            std::fs::write(file, &text).map_err(failed)?;
            note(&format!("wrote {}", file.display()));
        }
    }
    Ok(Outcome::Done)
}
