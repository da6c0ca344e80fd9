//! `mainstay step`: people say what became of the steps that are theirs.

use clap::Subcommand;

use super::Outcome;
use super::drill::{By, Place, ask};
use crate::app::{Runs, wait_for};
use crate::drill::StepState;
use crate::error::{Error, Result};
use crate::journal::{Part, Settled, What};
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
    Done(Which),
    /// It cannot be done, or went wrong
    Failed(Which),
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
        Command::Done(which) => end(which, Settled::Succeeded),
        Command::Failed(which) => end(which, Settled::Failed),
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
fn end(which: Which, settled: Settled) -> Result<Outcome> {
    let (run, ..) = wait_for(async {
        let mut runs = Runs::open(&which.place.workspace()?, Durability::default()).await?;
        runs.read(&which.place.run).await
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
    let what = if run.part() == Part::Undo {
        let attempt = at.undo_attempts;
        What::UndoFinished {
            step,
            attempt,
            settled,
            facts,
        }
    } else if at.state == StepState::Running {
        let attempt = at.attempts;
        What::StepFinished {
            step,
            attempt,
            settled,
            facts,
            at: None,
            mark: None,
        }
    } else {
        let message = format!("end `{step}`: {}", at.state.words());
        return Err(Error::conflict(message).hint("Only a step that has begun can end."));
    };
    ask(&which.place, &which.by, what)
}
