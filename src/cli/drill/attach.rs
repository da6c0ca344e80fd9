//! `mainstay drill attach`: a run is followed that another process carries out.

use super::asked::Place;
use super::follow::Follow;
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::Format;
use crate::cli::output::note;
use crate::error::Result;
use crate::runner::Since;

const EXAMPLES: &str = "\
Examples:
  mainstay drill attach restore-test-2026-11-27
  mainstay drill attach restore-test-2026-11-27 --from-now --by ada

Nothing is written by following. Ctrl-C ends only that; the run goes on. The exit status is 1 where
the drill did not pass, or is not over.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Show only what happens from now on. All from the beginning, when left out
    #[arg(long)]
    from_now: bool,
    /// Lines for people, or one event a line for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Who you are, for what you type here
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    by: Option<String>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let since = match args.from_now {
        true => Since::Now,
        false => Since::Beginning,
    };
    let (run, workspace) = (&args.place.run, args.place.workspace()?);
    let mut follow = Follow::live(args.format, &args.place.within.path, args.by.as_ref());
    let followed = wait_for(Runs::attach(&workspace, run, since, &mut follow));
    let (outcome, over) = (follow.outcome(), follow.is_over());
    // What is redrawn ends before anything else is said.
    drop(follow);
    followed?;
    if !over {
        note(&format!(
            "the run goes on; `mainstay drill attach {run}` shows it again"
        ));
    }
    Ok(outcome)
}
