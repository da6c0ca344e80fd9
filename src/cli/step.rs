//! `mainstay step`: people say what became of the steps that are theirs.

use std::path::PathBuf;

use clap::Subcommand;

use super::Outcome;
use super::drill::{By, Place, ask};
use crate::app::{Runs, wait_for};
use crate::drill::StepState;
use crate::error::{Error, Result};
use crate::journal::{Evidence, Part, Settled, What};
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
    match args.command {
        Command::Answer(it) => {
            let (step, answer, why) = (it.step, it.answer, it.why);
            ask(&it.place, &it.by, What::StepAnswered { step, answer, why })
        }
        Command::Done(it) => end(it, Settled::Succeeded),
        Command::Failed(it) => end(it, Settled::Failed),
        Command::Seen(which) => {
            let step = which.step.clone();
            ask(&which.place, &which.by, What::StepAcknowledged { step })
        }
        Command::Skip(which) => {
            let (step, why) = (which.step.clone(), which.reason("leave a step out")?);
            ask(&which.place, &which.by, What::StepSkipped { step, why })
        }
        Command::Waive(which) => {
            let (step, why) = (which.step.clone(), which.reason("not take a step back")?);
            ask(&which.place, &which.by, What::UndoWaived { step, why })
        }
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

/// Says how a step, or taking it back, came to an end.
fn end(End { which, evidence }: End, settled: Settled) -> Result<Outcome> {
    let (run, runs) = wait_for(async {
        let mut runs = Runs::open(&which.place.workspace()?, Durability::default()).await?;
        let (run, ..) = runs.read(&which.place.run).await?;
        Ok((run, runs))
    })?;
    let (step, facts) = (which.step, which.note);
    let Some(place) = run.place(&step) else {
        let names = run.script.tasks.iter().map(|task| task.name.as_str());
        return Err(super::thing::missing("step", &step, names));
    };
    let (at, task) = (run.step(place), run.task(place));
    if task.action(run.part()).is_some() {
        return Err(Error::conflict(format!("end `{step}`"))
            .hint("The engine carries it out, and sees its end itself."));
    }
    if run.part() == Part::Step && task.gate.is_some() {
        let id = &which.place.run;
        return Err(Error::conflict(format!("end `{step}`: it is a question"))
            .hint(format!("Write `mainstay step answer {id} {step} ANSWER`.")));
    }
    // It is kept before anybody can read that it is.
    let evidence = evidence.iter().map(|file| runs.keep(file));
    let evidence: Vec<Evidence> = evidence.collect::<Result<_>>()?;
    let what = if run.part() == Part::Undo {
        let kept = evidence.into_iter();
        let kept = kept.map(|it| format!("kept: {}, SHA-256 {}", it.name, it.sha256));
        What::UndoFinished {
            step,
            attempt: at.undo_attempts,
            settled,
            facts: facts.into_iter().chain(kept).collect(),
        }
    } else if at.state == StepState::Running {
        What::StepFinished {
            step,
            attempt: at.attempts,
            settled,
            facts,
            at: None,
            mark: None,
            evidence,
        }
    } else {
        let message = format!("end `{step}`: {}", at.state.words());
        return Err(Error::conflict(message).hint("Only a step that has begun can end."));
    };
    ask(&which.place, &which.by, what)
}
