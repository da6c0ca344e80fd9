//! `mainstay drill run` and `resume`: a drill is carried out.

use std::path::Path;

use super::asked::{By, Place};
use super::follow::Follow;
use super::said::{Said, say};
use super::show::{With, prepare};
use crate::app::{Plans, Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::{Format, Within};
use crate::error::{Code, Result};
use crate::journal::What;
use crate::store::Durability;

#[derive(clap::Args)]
pub struct Args {
    /// The drill
    drill: String,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    with: With,
    #[command(flatten)]
    how: How,
}

/// How a run is shown and kept.
#[derive(clap::Args)]
pub struct How {
    /// Lines for people, or one event a line for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// What each entry of the journal survives
    #[arg(long, value_name = "WHAT", default_value = "power")]
    durability: Durability,
    /// Who you are: for what you type here, and to let a paused run go on
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    by: Option<String>,
}

#[derive(clap::Args)]
pub struct ResumeArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    how: How,
}

impl How {
    fn follow(&self, path: &Path) -> Follow {
        Follow::live(self.format, path, self.by.as_ref())
    }
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let prepared = prepare(&plans, &args.drill, &args.with)?;
    // A run may last for days, and everything it needs is in its script.
    let Plans { workspace, .. } = plans;
    let mut follow = args.how.follow(&args.within.path);
    wait_for(async {
        let runs = Runs::open(&workspace, args.how.durability).await?;
        runs.start(prepared, &mut follow).await
    })?;
    Ok(follow.outcome())
}

pub fn resume(args: &ResumeArgs) -> Result<Outcome> {
    let workspace = args.place.workspace()?;
    let mut follow = args.how.follow(&args.place.within.path);
    let outcome = wait_for(async {
        let runs = Runs::open(&workspace, args.how.durability).await?;
        let by = args.how.by.as_deref();
        runs.resume(&args.place.run, by, &mut follow).await
    });
    match (outcome, &args.how.by) {
        (Ok(_), _) => Ok(follow.outcome()),
        // It is carried out elsewhere, so it can only be paused.
        (Err(error), Some(by)) if error.code == Code::Conflict => {
            let by = By { by: by.clone() };
            say(&args.place, &by, Said::Plain(What::RunResumed))
        }
        (Err(error), _) => Err(error),
    }
}
