//! What people say to a run: with a command from another terminal, or typed where it is shown.

use super::asked::{By, Place};
use crate::app::{Answer, Runs, wait_for};
use crate::cli::output::print;
use crate::cli::{Outcome, thing};
use crate::drill::{Run, StepState};
use crate::error::{Error, Result};
use crate::journal::{Evidence, Part, Resolution, Settled, What};
use crate::store::Durability;

/// What somebody says. What that is in the journal follows from where the run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A step, or taking it back, came to its end.
    Ended {
        /// Which.
        step: String,
        /// How.
        settled: Settled,
        /// What is worth knowing about it.
        notes: Vec<String>,
        /// What was kept because it shows it.
        evidence: Vec<Evidence>,
    },
    /// What was in doubt is taken for something.
    Resolved {
        /// The step.
        step: String,
        /// For what.
        resolution: Resolution,
        /// Why.
        why: String,
    },
    /// Something that is the same wherever the run stands.
    Plain(What),
}

impl Said {
    /// What is asked of a run that stands there.
    ///
    /// # Errors
    /// When there is no such step, or it cannot end in that way.
    pub fn what(self, run: &Run) -> Result<What> {
        match self {
            Said::Plain(what) => Ok(what),
            Said::Ended {
                step,
                settled,
                notes,
                evidence,
            } => ended(run, (step, settled), notes, evidence),
            Said::Resolved {
                step,
                resolution,
                why,
            } => Ok(match run.part() {
                Part::Undo => What::UndoResolved {
                    step,
                    resolution,
                    why,
                },
                Part::Step | Part::Rehearsal => What::StepResolved {
                    step,
                    resolution,
                    why,
                },
            }),
        }
    }
}

/// Says something to a run, and prints what came of it.
pub fn say(place: &Place, by: &By, said: Said) -> Result<Outcome> {
    print(&format!("{}\n", tell(place, &by.by, said)?))?;
    Ok(Outcome::Done)
}

/// Says something to a run, and waits for what comes of it.
///
/// # Errors
/// When it cannot be said, or is refused.
pub fn tell(place: &Place, by: &str, said: Said) -> Result<String> {
    let run = &place.run;
    let answer = wait_for(async {
        let mut runs = Runs::open(&place.workspace()?, Durability::default()).await?;
        runs.ask(run, by, |run| said.what(run)).await
    })?;
    match answer {
        Answer::Done => Ok("written down".to_owned()),
        Answer::Kept => Ok(format!(
            "kept, but nobody carries the run out now: `mainstay drill resume {run}`"
        )),
        Answer::Refused(why) => Err(Error::conflict(format!("do that in run `{run}`: {why}"))
            .hint(format!(
                "`mainstay drill status {run}` shows where it stands."
            ))),
    }
}

/// The end of a step, or of taking it back.
fn ended(
    run: &Run,
    (step, settled): (String, Settled),
    mut facts: Vec<String>,
    evidence: Vec<Evidence>,
) -> Result<What> {
    let Some(place) = run.place(&step) else {
        let names = run.script.tasks.iter().map(|task| task.name.as_str());
        return Err(thing::missing("step", &step, names));
    };
    let (at, task) = (run.step(place), run.task(place));
    if task.action(run.part()).is_some() {
        return Err(Error::conflict(format!("end `{step}`"))
            .hint("The engine carries it out, and sees its end itself."));
    }
    if run.part() == Part::Step && task.gate.is_some() {
        return Err(
            Error::conflict(format!("end `{step}`: it is a question")).hint(format!(
                "Write `mainstay step answer RUN {step} ANSWER`, or `answer {step} ANSWER` where \
                 it is shown."
            )),
        );
    }
    if run.part() == Part::Undo {
        let attempt = at.undo_attempts;
        let kept = evidence.iter();
        facts.extend(kept.map(|it| format!("kept: {}, SHA-256 {}", it.name, it.sha256)));
        return Ok(What::UndoFinished {
            step,
            attempt,
            settled,
            facts,
        });
    }
    if at.state != StepState::Running {
        let message = format!("end `{step}`: {}", at.state.words());
        return Err(Error::conflict(message).hint("Only a step that has begun can end."));
    }
    let attempt = at.attempts;
    Ok(What::StepFinished {
        step,
        attempt,
        settled,
        facts,
        at: None,
        mark: None,
        evidence,
    })
}
