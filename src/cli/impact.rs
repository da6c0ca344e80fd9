//! `mainstay impact`: what follows when something fails.

use super::options::{Format, Source};
use super::output::print;
use super::{Outcome, progress, thing};
use crate::error::Result;
use crate::graph::failure::Failure;
use crate::graph::target::Target;
use crate::render::impact::{self, Impact};
use crate::text::json;

const EXAMPLES: &str = "\
Examples:
  mainstay impact core-network
  mainstay impact site:vienna
  mainstay impact region-loss --format json

Says what goes down, when each function breaches its objectives and at what cost, in which order
things come back, and by when a disruption must be declared.";

/// Say what follows when something fails
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The id of a system, site, vendor, person, credential or scenario; `site:vienna` says which
    target: String,
    #[command(flatten)]
    source: Source,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(args: Args) -> Result<Outcome> {
    let plans = progress::during("Reading the plans", || args.source.open())?;
    let target = thing::or_unread(&plans, Target::find(&plans.loaded.programme, &args.target))?;
    let analysis = progress::during("Analysing", || plans.analyse(&plans.record()));
    let failure = Failure::new(&analysis, target);
    let impact = Impact::new(&analysis, &failure);
    print(&match args.format {
        Format::Text => impact::text(&impact),
        Format::Json => json(&impact),
    })?;
    Ok(Outcome::Done)
}
