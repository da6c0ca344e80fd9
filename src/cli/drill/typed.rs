//! What a line means that somebody types while a run is shown.

use clap::ValueEnum;

use super::incident::{FromWhat, sev};
use super::said::Said;
use crate::journal::{Incident, Resolution, Settled, What};

/// What can be typed.
pub const HELP: &str = "\
done STEP [WHAT IS WORTH KNOWING]   a step of yours is done; taking it back, too
failed STEP [WHY]                   it cannot be done, or went wrong
seen STEP                           you have seen that it is yours
answer STEP ANSWER [WHY]            answer its question
skip STEP WHY                       leave it out
waive STEP WHY                      answer for it that it is not taken back
resolve STEP happened|never-happened|failed WHY
                                    what a step in doubt is taken for
pause, resume                       start nothing more; go on
stop WHY                            stop the run and take back what was done
incident SEV drill|uncovered WHAT   something went wrong for real: the drill caused or uncovered it
dismiss NUMBER WHY                  an incident is none
release WHY                         the evidence of incidents need not be held any longer
note TEXT                           write something down
help                                show this";

/// What a line means.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    /// Nothing was typed.
    Nothing,
    /// What can be typed is to be shown.
    Help,
    /// Something is said to the run.
    Said(Said),
}

/// Reads a line.
///
/// # Errors
/// What is to be typed instead.
pub fn read(line: &str) -> Result<Typed, String> {
    let (word, rest) = first(line);
    let said = match word {
        "" => return Ok(Typed::Nothing),
        "help" | "?" => return Ok(Typed::Help),
        "done" => ended(rest, Settled::Succeeded)?,
        "failed" => ended(rest, Settled::Failed)?,
        "seen" => {
            let step = alone(rest, "seen STEP")?;
            Said::Plain(What::StepAcknowledged { step })
        }
        "answer" => {
            let (step, rest) = two(rest, "answer STEP ANSWER [WHY]")?;
            let (answer, why) = first(&rest);
            let (answer, why) = (answer.to_owned(), why.to_owned());
            Said::Plain(What::StepAnswered { step, answer, why })
        }
        "skip" => {
            let (step, why) = two(rest, "skip STEP WHY")?;
            Said::Plain(What::StepSkipped { step, why })
        }
        "waive" => {
            let (step, why) = two(rest, "waive STEP WHY")?;
            Said::Plain(What::UndoWaived { step, why })
        }
        "resolve" => resolved(rest)?,
        "pause" => nothing(rest, "pause", What::RunPaused)?,
        "resume" => nothing(rest, "resume", What::RunResumed)?,
        "stop" => {
            let (why, undo) = (all(rest, "stop WHY")?, true);
            let incident = None;
            Said::Plain(What::StopRequested {
                why,
                undo,
                incident,
            })
        }
        "incident" => incident(rest)?,
        "dismiss" => {
            let usage = "dismiss NUMBER WHY";
            let (number, why) = two(rest, usage)?;
            let number = number.parse().map_err(|_| type_this(usage))?;
            Said::Plain(What::IncidentDismissed { number, why })
        }
        "release" => {
            let why = all(rest, "release WHY")?;
            Said::Plain(What::EvidenceReleased { why })
        }
        "note" => {
            let text = all(rest, "note TEXT")?;
            Said::Plain(What::Noted { text })
        }
        other => {
            let other = other.escape_debug();
            return Err(format!("`{other}` means nothing; type one of:\n{HELP}"));
        }
    };
    Ok(Typed::Said(said))
}

fn ended(rest: &str, settled: Settled) -> Result<Said, String> {
    let usage = match settled {
        Settled::Succeeded => "done STEP [WHAT IS WORTH KNOWING]",
        _ => "failed STEP [WHY]",
    };
    let (step, note) = first(rest);
    let step = all(step, usage)?;
    let notes = (!note.is_empty()).then(|| note.to_owned());
    Ok(Said::Ended {
        step,
        settled,
        notes: notes.into_iter().collect(),
        evidence: Vec::new(),
    })
}

fn incident(rest: &str) -> Result<Said, String> {
    let usage = "incident SEV drill|uncovered WHAT";
    let (severity, rest) = two(rest, usage)?;
    let (cause, text) = two(&rest, usage)?;
    let severity = sev(&severity).map_err(|_| type_this(usage))?;
    let from = FromWhat::from_str(&cause, false).map_err(|_| type_this(usage))?;
    let incident = Incident {
        text,
        severity,
        cause: from.cause(),
    };
    let pause = false;
    Ok(Said::Plain(What::IncidentOpened { incident, pause }))
}

fn resolved(rest: &str) -> Result<Said, String> {
    let usage = "resolve STEP happened|never-happened|failed WHY";
    let (step, rest) = two(rest, usage)?;
    let (word, why) = two(&rest, usage)?;
    let resolution = match word.as_str() {
        "happened" => Resolution::Happened,
        "never-happened" => Resolution::NeverHappened,
        "failed" => Resolution::Failed,
        _ => return Err(type_this(usage)),
    };
    Ok(Said::Resolved {
        step,
        resolution,
        why,
    })
}

/// The first word, and the rest.
fn first(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim())
}

/// A word, and a rest that must be there.
fn two(text: &str, usage: &str) -> Result<(String, String), String> {
    let (word, rest) = first(text);
    Ok((all(word, usage)?, all(rest, usage)?))
}

/// One word and nothing more.
fn alone(text: &str, usage: &str) -> Result<String, String> {
    match first(text) {
        (word, "") => all(word, usage),
        _ => Err(type_this(usage)),
    }
}

/// A text that must be there.
fn all(text: &str, usage: &str) -> Result<String, String> {
    match text {
        "" => Err(type_this(usage)),
        text => Ok(text.to_owned()),
    }
}

fn nothing(rest: &str, usage: &str, what: What) -> Result<Said, String> {
    match rest {
        "" => Ok(Said::Plain(what)),
        _ => Err(type_this(usage)),
    }
}

fn type_this(usage: &str) -> String {
    format!("type `{usage}`; `help` shows what else can be typed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Cause;
    use crate::model::Sev;

    fn done(step: &str, notes: &[&str]) -> Said {
        Said::Ended {
            step: step.to_owned(),
            settled: Settled::Succeeded,
            notes: notes.iter().map(|&note| note.to_owned()).collect(),
            evidence: Vec::new(),
        }
    }

    #[track_caller]
    fn check(line: &str, said: Said) {
        assert_eq!(read(line), Ok(Typed::Said(said)));
    }

    #[test]
    fn a_line_is_what_the_command_would_be() {
        let (step, why) = ("p/x".to_owned(), "the night is over".to_owned());
        check("done p/x", done("p/x", &[]));
        check(
            "  done\tp/x  it took  two calls ",
            done("p/x", &["it took  two calls"]),
        );
        check(
            "failed p/x no line",
            Said::Ended {
                step: step.clone(),
                settled: Settled::Failed,
                notes: vec!["no line".to_owned()],
                evidence: Vec::new(),
            },
        );
        check(
            "seen p/x",
            Said::Plain(What::StepAcknowledged { step: step.clone() }),
        );
        let answered = |why: &str| {
            Said::Plain(What::StepAnswered {
                step: "p/x".to_owned(),
                answer: "yes".to_owned(),
                why: why.to_owned(),
            })
        };
        check("answer p/x yes", answered(""));
        check("answer p/x yes all is well", answered("all is well"));
        let (step, reason) = (step.clone(), why.clone());
        check(
            "skip p/x the night is over",
            Said::Plain(What::StepSkipped {
                step: step.clone(),
                why: reason.clone(),
            }),
        );
        check(
            "waive p/x the night is over",
            Said::Plain(What::UndoWaived {
                step: step.clone(),
                why: reason.clone(),
            }),
        );
        check(
            "resolve p/x never-happened the night is over",
            Said::Resolved {
                step,
                resolution: Resolution::NeverHappened,
                why: reason,
            },
        );
        check("pause", Said::Plain(What::RunPaused));
        check("resume", Said::Plain(What::RunResumed));
        check(
            "stop the night is over",
            Said::Plain(What::StopRequested {
                why,
                undo: true,
                incident: None,
            }),
        );
        let text = "done is done".to_owned();
        check("note done is done", Said::Plain(What::Noted { text }));
    }

    #[test]
    fn what_goes_wrong_for_real_is_said_as_with_the_command() {
        let why = "the night is over".to_owned();
        check(
            "incident sev2 drill the night is over",
            Said::Plain(What::IncidentOpened {
                incident: Incident {
                    text: why.clone(),
                    severity: Sev::Sev2,
                    cause: Cause::Drill,
                },
                pause: false,
            }),
        );
        check(
            "dismiss 2 the night is over",
            Said::Plain(What::IncidentDismissed {
                number: 2,
                why: why.clone(),
            }),
        );
        check(
            "release the night is over",
            Said::Plain(What::EvidenceReleased { why }),
        );
    }

    #[test]
    fn what_cannot_be_read_is_answered_with_what_can_be_typed() {
        for line in [
            "done",
            "failed",
            "seen",
            "seen p/x now",
            "answer p/x",
            "skip p/x",
            "waive p/x",
            "resolve p/x happened",
            "resolve p/x perhaps so",
            "pause now",
            "stop",
            "incident sev2 uncovered",
            "incident sev9 drill the night is over",
            "incident sev2 perhaps the night is over",
            "dismiss first the night is over",
            "release",
            "note",
        ] {
            let word = line.split(' ').next().expect("a word");
            let told = read(line).expect_err(line);
            assert!(told.starts_with(&format!("type `{word}")), "{told}");
        }
        let told = read("yes\u{1b}[2J").expect_err("no word of ours");
        assert!(
            told.contains("done STEP") && !told.contains('\u{1b}'),
            "{told}"
        );
        assert_eq!(read("  "), Ok(Typed::Nothing));
        assert_eq!(read("help"), Ok(Typed::Help));
    }
}
