//! A run waits for people: what they are to do, and the commands by which they say that they did.

use serde_json::Value;

use super::Run;
use crate::drill::Asks;
use crate::id::PersonId;
use crate::text::shell_word;

/// Where somebody writes who they are.
const PERSON: &str = "PERSON";

/// What a run waits for.
#[derive(Clone, Copy, Debug)]
pub struct Wait<'n> {
    /// The run.
    pub run: Run<'n>,
    /// The step, as it is named in the run.
    pub step: &'n str,
    /// What is to be done, or was begun, in words.
    pub what: &'n str,
    /// What people are asked.
    pub asks: Asks<'n>,
    /// Who has to act; nobody, where the plans name none.
    pub doers: &'n [Doer<'n>],
    /// Whom they tell, by what means, when it is done.
    pub tell: Option<&'n str>,
    /// Until when they have time, as people name it.
    pub until: Option<&'n str>,
}

/// Somebody who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doer<'n> {
    /// Their id.
    pub id: &'n str,
    /// Their name.
    pub name: &'n str,
}

impl<'n> Wait<'n> {
    /// The same for one of those who have to act; for everybody else as it is.
    pub(super) fn of(self, person: &PersonId) -> Wait<'n> {
        let mut each = self.doers.chunks(1);
        let own = each.find(|one| one.iter().any(|it| it.id == person.as_str()));
        let doers = own.unwrap_or(self.doers);
        Wait { doers, ..self }
    }

    pub(super) fn values(&self) -> Value {
        let mut values = self.run.values();
        let names: Vec<&str> = self.doers.iter().map(|doer| doer.name).collect();
        values["who"] = match names.as_slice() {
            [] => "somebody".into(),
            names => names.join(", ").into(),
        };
        values["step"] = self.step.into();
        values["do"] = match self.asks {
            Asks::Do => self.what.into(),
            Asks::Answer(question) => question.text.as_str().into(),
            Asks::Decide => format!("Nobody knows whether this took effect: {}", self.what).into(),
        };
        values["tell"] = self.tell.into();
        values["until"] = self.until.into();
        values["how"] = self.how().into();
        values
    }

    /// How they say what they did: commands, as they are typed.
    fn how(&self) -> String {
        let (run, step) = (self.run.id, self.step);
        let by = match self.doers {
            [one] => one.id,
            _ => PERSON,
        };
        let said = |word: &str| format!("`mainstay step {word} {run} {step} --by {by}`");
        let mut lines = match self.asks {
            Asks::Do => vec![
                format!("When it is done: {}", said("done")),
                format!("If it cannot be done: {}", said("failed")),
            ],
            Asks::Answer(question) => {
                let answers = question.answers.iter().map(|answer| {
                    let answer = shell_word(answer);
                    format!("`mainstay step answer {run} {step} {answer} --by {by}`")
                });
                let asked = match question.quorum {
                    1 => "Answer with one of these:".to_owned(),
                    quorum => format!("Answer with one of these; {quorum} must say the same:"),
                };
                std::iter::once(asked).chain(answers).collect()
            }
            Asks::Decide => {
                let resolved = |word: &str| {
                    format!("`mainstay drill resolve {run} {step} --as {word} --why WHY --by {by}`")
                };
                vec![
                    format!("Look. If it did: {}", resolved("happened")),
                    format!("If it did not: {}", resolved("never-happened")),
                    format!("If it failed: {}", resolved("failed")),
                ]
            }
        };
        let ids: Vec<&str> = self.doers.iter().map(|doer| doer.id).collect();
        match ids.as_slice() {
            [_] => {}
            [] => lines.push(format!("For {PERSON} write who you are.")),
            ids => lines.push(format!(
                "For {PERSON} write who you are: {}.",
                ids.join(", ")
            )),
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Question;
    use crate::model::NoticeAudience;
    use crate::news::{News, Words};

    const BOTH: [Doer; 2] = [
        Doer {
            id: "ada",
            name: "Ada",
        },
        Doer {
            id: "ben",
            name: "Ben",
        },
    ];

    fn wait<'n>(asks: Asks<'n>, doers: &'n [Doer<'n>]) -> Wait<'n> {
        Wait {
            run: Run {
                name: "Fail over",
                id: "f-1",
                more: "mainstay drill status",
            },
            step: "p/a",
            what: "Turn the key.",
            asks,
            doers,
            tell: None,
            until: None,
        }
    }

    fn said(wait: Wait) -> Words {
        News::Waits(wait).words(&NoticeAudience::Responsible, &[])
    }

    #[test]
    fn whoever_does_a_step_is_told_all_that_they_need_and_the_command() {
        let words = said(Wait {
            tell: Some("Support (chat)"),
            until: Some("2027-03-06 02:00 GMT"),
            ..wait(Asks::Do, &BOTH[..1])
        });
        assert_eq!(words.title, "Fail over: p/a waits for Ada");
        assert_eq!(
            words.text,
            "Turn the key.\nWhen it is done, tell Support (chat).\nThere is time until 2027-03-06 \
             02:00 GMT.\n\n\
             When it is done: `mainstay step done f-1 p/a --by ada`\n\
             If it cannot be done: `mainstay step failed f-1 p/a --by ada`\n\n\
             `mainstay drill status f-1` shows more of the run.\n\n\
             You are told this because you are responsible for it."
        );
    }

    #[test]
    fn each_of_several_has_a_command_of_their_own() {
        let all = wait(Asks::Do, &BOTH);
        let ben = "ben".parse().expect("an id");
        assert!(said(all.of(&ben)).text.contains("p/a --by ben`"));
        let eve = "eve".parse().expect("an id");
        for told in [all, all.of(&eve)] {
            let words = said(told);
            assert_eq!(words.title, "Fail over: p/a waits for Ada, Ben");
            assert!(words.text.contains("p/a --by PERSON`"));
            assert!(
                words
                    .text
                    .contains("For PERSON write who you are: ada, ben.")
            );
        }
        let words = said(wait(Asks::Do, &[]));
        assert_eq!(words.title, "Fail over: p/a waits for somebody");
    }

    #[test]
    fn a_question_comes_with_a_command_for_each_answer() {
        let question = Question {
            text: "Where to?".to_owned(),
            answers: ["vienna", "it's off"].map(str::to_owned).into(),
            refusals: [].into(),
            quorum: 2,
            by: [].into(),
            not_by: Vec::new(),
        };
        let text = said(wait(Asks::Answer(&question), &BOTH[..1])).text;
        let expected = "Where to?\n\nAnswer with one of these; 2 must say the same:\n\
                        `mainstay step answer f-1 p/a 'it'\\''s off' --by ada`\n\
                        `mainstay step answer f-1 p/a vienna --by ada`\n";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn what_is_in_doubt_is_decided_by_a_command() {
        let text = said(wait(Asks::Decide, &BOTH[..1])).text;
        assert!(text.starts_with("Nobody knows whether this took effect: Turn the key.\n"));
        let command = "`mainstay drill resolve f-1 p/a --as never-happened --why WHY --by ada`";
        assert!(text.contains(command), "{text}");
    }
}
