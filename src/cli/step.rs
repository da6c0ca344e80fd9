//! `mainstay step`: people say what became of the steps that are theirs.

use std::path::PathBuf;

use clap::Subcommand;

use super::Outcome;
use super::drill::{By, Place, Said, say};
use crate::app::{Runs, wait_for};
use crate::error::{Error, Result};
use crate::journal::{Evidence, Settled, What};
use crate::store::Durability;

/// Say what became of a step that is yours
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// It is done
    Done(End),
    /// It cannot be done, or went wrong
    Failed(End),
    /// You have seen that it is yours
    Seen(Which),
    /// Answer its question
    Answer(Answer),
    /// Leave it out
    Skip(Which),
    /// Answer for it that it is not taken back, or was by other means
    Waive(Which),
}

#[derive(clap::Args)]
struct Which {
    #[command(flatten)]
    place: Place,
    /// The step, such as restore/copy
    step: String,
    #[command(flatten)]
    by: By,
    /// What is worth knowing about it
    #[arg(long, value_name = "TEXT")]
    note: Vec<String>,
}

#[derive(clap::Args)]
struct End {
    #[command(flatten)]
    which: Which,
    /// A file that shows it; a copy is kept, and the journal says its SHA-256
    #[arg(long, value_name = "FILE")]
    evidence: Vec<PathBuf>,
}

#[derive(clap::Args)]
struct Answer {
    #[command(flatten)]
    place: Place,
    /// The step, such as fail-over/go
    step: String,
    /// The answer, such as yes
    answer: String,
    #[command(flatten)]
    by: By,
    /// Why
    #[arg(long, default_value = "", hide_default_value = true)]
    why: String,
}

pub fn run(args: Args) -> Result<Outcome> {
    let (which, said) = match args.command {
        Command::Answer(it) => {
            let (step, answer, why) = (it.step, it.answer, it.why);
            let what = What::StepAnswered { step, answer, why };
            return say(&it.place, &it.by, Said::Plain(what));
        }
        Command::Done(it) => it.ended(Settled::Succeeded)?,
        Command::Failed(it) => it.ended(Settled::Failed)?,
        Command::Seen(which) => {
            let step = which.step.clone();
            (which, Said::Plain(What::StepAcknowledged { step }))
        }
        Command::Skip(which) => {
            let (step, why) = (which.step.clone(), which.reason("leave a step out")?);
            (which, Said::Plain(What::StepSkipped { step, why }))
        }
        Command::Waive(which) => {
            let (step, why) = (which.step.clone(), which.reason("not take a step back")?);
            (which, Said::Plain(What::UndoWaived { step, why }))
        }
    };
    say(&which.place, &which.by, said)
}

impl End {
    /// That it, or taking it back, came to an end. What shows it is kept before anybody can read
    /// that it is.
    fn ended(self, settled: Settled) -> Result<(Which, Said)> {
        let End { which, evidence } = self;
        let kept = wait_for(async {
            let runs = Runs::open(&which.place.workspace()?, Durability::default()).await?;
            let kept = evidence.iter().map(|file| runs.keep(file));
            kept.collect::<Result<Vec<Evidence>>>()
        })?;
        let said = Said::Ended {
            step: which.step.clone(),
            settled,
            notes: which.note.clone(),
            evidence: kept,
        };
        Ok((which, said))
    }
}

impl Which {
    /// Why, which must be said in order to do that.
    fn reason(&self, what: &str) -> Result<String> {
        if self.note.is_empty() {
            return Err(
                Error::usage(format!("{what} without a reason")).hint("Say why with `--note`.")
            );
        }
        Ok(self.note.join("; "))
    }
}
