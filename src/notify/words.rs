//! The words in which people are told what has happened: what it is, why they hear of it, and what
//! they can do.
//!
//! That it is an exercise is added on the way ([`super::Worded`]), and never here.

use super::Urgency;
use crate::model::{NoticeAudience, NoticeKind};
use crate::time::Period;

/// Something that people are told.
#[derive(Clone, Copy, Debug)]
pub enum News<'n> {
    /// Something is going to be due.
    Reminder(Matter<'n>, Period),
    /// Something is due now.
    Due(Matter<'n>),
    /// Something is still to be done, and its time has passed.
    Overdue(Matter<'n>),
    /// The time for something is over, and it was not done.
    Missed(Matter<'n>),
    /// Nobody who was told of something has confirmed that they see to it.
    Unanswered(Matter<'n>),
    /// A run has begun.
    Begun(Run<'n>),
    /// A run waits for somebody: for whom, and for what.
    Waits(Run<'n>, &'n str),
    /// A run has ended: how, such as `passed`.
    Ended(Run<'n>, &'n str),
    /// Something is wrong with the plans.
    Finding {
        /// The id of the check.
        check: &'n str,
        /// What it says.
        message: &'n str,
        /// Where, such as `plans/payments.yaml:12`, if it stands somewhere.
        place: Option<&'n str>,
    },
}

/// Something that is to be done at a time.
#[derive(Clone, Copy, Debug)]
pub struct Matter<'n> {
    /// Its name, such as that of a drill.
    pub name: &'n str,
    /// When, as people name it: a day, or a civil time and its zone.
    pub when: &'n str,
    /// How one does it and says so, in a sentence.
    pub how: &'n str,
    /// The command by which somebody says that nothing needs to be done about it.
    pub waive: &'n str,
}

/// A run of a drill or a verification.
#[derive(Clone, Copy, Debug)]
pub struct Run<'n> {
    /// The name of what is run.
    pub name: &'n str,
    /// Its id.
    pub id: &'n str,
    /// The command that shows more of it, without the id.
    pub more: &'n str,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What it is about, in one line.
    pub title: String,
    /// What it says, in plain text.
    pub text: String,
}

impl News<'_> {
    /// What kind of news it is: who hears it follows from that.
    pub fn kind(&self) -> NoticeKind {
        match self {
            News::Reminder(..) => NoticeKind::Reminder,
            News::Due(_) => NoticeKind::Due,
            News::Overdue(_) | News::Missed(_) | News::Unanswered(_) => NoticeKind::Missed,
            News::Begun(_) | News::Waits(..) | News::Ended(..) => NoticeKind::Run,
            News::Finding { .. } => NoticeKind::Finding,
        }
    }

    /// How urgent it is.
    pub fn urgency(&self) -> Urgency {
        match self {
            News::Reminder(..) | News::Begun(_) => Urgency::Low,
            News::Due(_) | News::Ended(..) | News::Finding { .. } => Urgency::Normal,
            News::Overdue(_) | News::Missed(_) | News::Unanswered(_) | News::Waits(..) => {
                Urgency::High
            }
        }
    }

    /// What is said of it to an audience.
    pub fn words(&self, to: &NoticeAudience) -> Words {
        let (title, what, next) = self.parts();
        let why = why(to);
        Words {
            title,
            text: format!("{what}\n\n{next}\n\n{why}"),
        }
    }

    /// The title, what has happened, and what can be done.
    fn parts(&self) -> (String, String, String) {
        match self {
            News::Reminder(matter, ahead) => {
                let Matter {
                    name, when, how, ..
                } = matter;
                let title = format!("In {}: {name}", ahead.words());
                (
                    title,
                    format!("{name}. It is due by {when}."),
                    (*how).to_owned(),
                )
            }
            News::Due(matter) => {
                let Matter {
                    name, when, how, ..
                } = matter;
                let title = format!("Due now: {name}");
                (
                    title,
                    format!("{name}. It is due: {when}."),
                    (*how).to_owned(),
                )
            }
            News::Overdue(matter) => {
                let Matter {
                    name,
                    when,
                    how,
                    waive,
                } = matter;
                let what = format!("{name}. It was due by {when}, and is not done.");
                let next = format!(
                    "{how}\nWhere nothing needs to be done any more, say who decided that, and \
                     why: `{waive}`."
                );
                (format!("Overdue: {name}"), what, next)
            }
            News::Missed(matter) => {
                let Matter {
                    name, when, waive, ..
                } = matter;
                let what = format!("{name}. It was due on {when}, and it is too late now.");
                let next = format!("Say who decided that it need not be done, and why: `{waive}`.");
                (format!("Missed: {name}"), what, next)
            }
            News::Unanswered(matter) => {
                let Matter {
                    name, when, how, ..
                } = matter;
                let what = format!(
                    "{name}. It is due by {when}, and nobody who was told has confirmed that they \
                     see to it."
                );
                (
                    format!("Nobody has confirmed: {name}"),
                    what,
                    (*how).to_owned(),
                )
            }
            News::Begun(run) => run.parts("has begun", "has begun"),
            News::Waits(run, what) => run.parts("waits for you", &format!("waits: {what}")),
            News::Ended(run, how) => run.parts(how, &format!("has ended: {how}")),
            News::Finding {
                check,
                message,
                place,
            } => {
                let place = place.map_or_else(String::new, |place| format!("\n{place}"));
                let next = format!("`mainstay explain {check}` says why it matters, what to do.");
                (
                    format!("The plans: {message}"),
                    format!("{message}{place}"),
                    next,
                )
            }
        }
    }
}

impl Run<'_> {
    /// The title, what has happened, and the command that shows more.
    fn parts(&self, title: &str, what: &str) -> (String, String, String) {
        let Run { name, id, more } = self;
        (
            format!("{name}: {title}"),
            format!("The run {id} of {name} {what}."),
            format!("`{more} {id}` shows more."),
        )
    }
}

/// Why somebody is told it.
fn why(to: &NoticeAudience) -> String {
    let because = match to {
        NoticeAudience::Responsible => "you are responsible for it".to_owned(),
        NoticeAudience::Approvers => "you approve the consolidated plan".to_owned(),
        NoticeAudience::ControlOwner => "you own the continuity control".to_owned(),
        NoticeAudience::Party(party) => format!("the plans name {party} in `notices`"),
    };
    format!("You are told this because {because}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matter() -> Matter<'static> {
        Matter {
            name: "Fail over",
            when: "2027-03-06",
            how: "Hold it.",
            waive: "mainstay schedule waive",
        }
    }

    #[track_caller]
    fn check(news: &News, title: &str, text: &str) {
        let words = news.words(&NoticeAudience::Responsible);
        let why = "You are told this because you are responsible for it.";
        assert_eq!(words.title, title);
        assert_eq!(words.text, format!("{text}\n\n{why}"));
    }

    #[test]
    fn people_are_told_what_it_is_and_what_they_can_do() {
        check(
            &News::Reminder(matter(), Period::days(7)),
            "In 7 days: Fail over",
            "Fail over. It is due by 2027-03-06.\n\nHold it.",
        );
        check(
            &News::Missed(matter()),
            "Missed: Fail over",
            "Fail over. It was due on 2027-03-06, and it is too late now.\n\nSay who decided that \
             it need not be done, and why: `mainstay schedule waive`.",
        );
        let run = Run {
            name: "Fail over",
            id: "fail-over-2027-03-06",
            more: "mainstay drill report",
        };
        check(
            &News::Ended(run, "passed"),
            "Fail over: passed",
            "The run fail-over-2027-03-06 of Fail over has ended: passed.\n\n\
             `mainstay drill report fail-over-2027-03-06` shows more.",
        );
    }

    #[test]
    fn each_audience_is_told_why_it_hears_of_it() {
        let party = "duty-desk".parse().expect("an id");
        let all = [
            NoticeAudience::Responsible,
            NoticeAudience::Approvers,
            NoticeAudience::ControlOwner,
            NoticeAudience::Party(party),
        ];
        let last = |to| {
            let text = News::Due(matter()).words(to).text;
            text.lines().last().map(str::to_owned)
        };
        let why: std::collections::BTreeSet<_> = all.iter().map(last).collect();
        assert_eq!(why.len(), all.len(), "{why:?}");
    }
}
