//! What people ask of a run from another terminal.

use std::path::PathBuf;

use crate::app::{Answer, Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::output::print;
use crate::drill::Request;
use crate::error::{Error, Result};
use crate::journal::{Part, Resolution, What};
use crate::store::Durability;
use crate::workspace::Workspace;

/// Which run, and where.
#[derive(clap::Args)]
pub struct Place {
    /// The run
    pub run: String,
    /// The workspace, or a folder inside it
    #[arg(
        long = "in",
        value_name = "PATH",
        default_value = ".",
        hide_default_value = true
    )]
    path: PathBuf,
}

/// Who asks. It is never guessed, as it stands in the journal for good.
#[derive(clap::Args)]
pub struct By {
    /// Who you are: your id in the plans, or your name
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    pub by: String,
}

#[derive(clap::Args)]
pub struct PauseArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    by: By,
}

#[derive(clap::Args)]
pub struct StopArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    by: By,
    /// Why
    #[arg(long)]
    why: String,
    /// Leave everything as it is, instead of taking it back
    #[arg(long)]
    leave: bool,
}

#[derive(clap::Args)]
pub struct NoteArgs {
    #[command(flatten)]
    place: Place,
    /// What is worth keeping
    text: String,
    #[command(flatten)]
    by: By,
}

#[derive(clap::Args)]
pub struct ResolveArgs {
    #[command(flatten)]
    place: Place,
    /// The step in doubt
    step: String,
    #[command(flatten)]
    by: By,
    /// What it is taken for
    #[arg(long = "as", value_name = "WHAT")]
    resolution: TakenFor,
    /// What you have seen
    #[arg(long)]
    why: String,
}

/// What an attempt in doubt is taken for.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TakenFor {
    /// It took effect
    Happened,
    /// It took no effect, so it may be begun again
    NeverHappened,
    /// It failed
    Failed,
}

impl Place {
    /// The workspace the run is in.
    pub fn workspace(&self) -> Result<Workspace> {
        Workspace::find(&self.path)
    }
}

pub fn pause(args: PauseArgs) -> Result<Outcome> {
    ask(&args.place, &args.by, What::RunPaused)
}

pub fn stop(args: StopArgs) -> Result<Outcome> {
    let (why, undo) = (args.why, !args.leave);
    ask(&args.place, &args.by, What::StopRequested { why, undo })
}

pub fn note(args: NoteArgs) -> Result<Outcome> {
    ask(&args.place, &args.by, What::Noted { text: args.text })
}

pub fn resolve(args: ResolveArgs) -> Result<Outcome> {
    let resolution = match args.resolution {
        TakenFor::Happened => Resolution::Happened,
        TakenFor::NeverHappened => Resolution::NeverHappened,
        TakenFor::Failed => Resolution::Failed,
    };
    let (run, ..) = wait_for(async {
        let mut runs = Runs::open(&args.place.workspace()?, Durability::default()).await?;
        runs.read(&args.place.run).await
    })?;
    let (step, why) = (args.step, args.why);
    ask(
        &args.place,
        &args.by,
        if run.part() == Part::Undo {
            What::UndoResolved {
                step,
                resolution,
                why,
            }
        } else {
            What::StepResolved {
                step,
                resolution,
                why,
            }
        },
    )
}

/// Asks something of a run and says what came of it.
pub fn ask(place: &Place, by: &By, what: What) -> Result<Outcome> {
    let request = Request {
        by: by.by.clone(),
        what,
    };
    let answer = wait_for(async {
        let mut runs = Runs::open(&place.workspace()?, Durability::default()).await?;
        runs.ask(&place.run, &request).await
    })?;
    let run = &place.run;
    match answer {
        Answer::Done => print("written down\n")?,
        Answer::Kept => print(&format!(
            "kept, but nobody carries the run out now: `mainstay drill resume {run}`\n"
        ))?,
        Answer::Refused(why) => {
            return Err(
                Error::conflict(format!("do that in run `{run}`: {why}")).hint(format!(
                    "`mainstay drill status {run}` shows where it stands."
                )),
            );
        }
    }
    Ok(Outcome::Done)
}
