//! The words in which people are told what has happened: what it is, why they hear of it, and what
//! they can do.
//!
//! That it is an exercise is added on the way ([`super::Worded`]), and never here.

use chrono::NaiveDateTime;

use super::Urgency;
use crate::model::{NoticeAudience, NoticeKind};
use crate::time::{Period, TimeZone};

/// Something that people are told.
#[derive(Clone, Copy, Debug)]
pub enum News<'n> {
    /// Something is going to be due.
    Reminder(Duty<'n>, Period),
    /// Something is due now.
    Due(Duty<'n>),
    /// The time for something is over, and it was not done.
    Missed(Duty<'n>),
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
pub struct Duty<'n> {
    /// Its name, such as that of a drill.
    pub name: &'n str,
    /// When, in the civil time of its zone.
    pub at: NaiveDateTime,
    /// The zone.
    pub zone: TimeZone,
}

/// A run of a drill or a verification.
#[derive(Clone, Copy, Debug)]
pub struct Run<'n> {
    /// The name of what is run.
    pub name: &'n str,
    /// Its id.
    pub id: &'n str,
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
            News::Missed(_) => NoticeKind::Missed,
            News::Begun(_) | News::Waits(..) | News::Ended(..) => NoticeKind::Run,
            News::Finding { .. } => NoticeKind::Finding,
        }
    }

    /// How urgent it is.
    pub fn urgency(&self) -> Urgency {
        match self {
            News::Reminder(..) | News::Begun(_) => Urgency::Low,
            News::Due(_) | News::Ended(..) | News::Finding { .. } => Urgency::Normal,
            News::Missed(_) | News::Waits(..) => Urgency::High,
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
            News::Reminder(duty, ahead) => {
                let (name, ahead, when) = (duty.name, ahead.words(), duty.when());
                let next = "See that whoever is needed has the time, or say why it is not held: \
                            `mainstay schedule waive`.";
                let title = format!("{name} is due in {ahead}");
                (title, format!("{name} is due on {when}."), next.to_owned())
            }
            News::Due(duty) => {
                let (name, when) = (duty.name, duty.when());
                let next = "`mainstay run` or `mainstay drill run` does it.".to_owned();
                (
                    format!("{name} is due"),
                    format!("{name} is due since {when}."),
                    next,
                )
            }
            News::Missed(duty) => {
                let (name, when) = (duty.name, duty.when());
                let what = format!("{name} was due on {when}, and was not done in its time.");
                let next = "Do it, or say why nothing needs to be done: `mainstay schedule waive`.";
                (format!("{name} was missed"), what, next.to_owned())
            }
            News::Begun(run) => {
                let what = format!("The run {} of {} has begun.", run.id, run.name);
                (format!("{} has begun", run.name), what, run.next("status"))
            }
            News::Waits(run, what) => {
                let said = format!("The run {} of {} waits: {what}", run.id, run.name);
                (
                    format!("{} waits for you", run.name),
                    said,
                    run.next("status"),
                )
            }
            News::Ended(run, how) => {
                let what = format!("The run {} of {} has ended: {how}.", run.id, run.name);
                (format!("{}: {how}", run.name), what, run.next("report"))
            }
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

impl Duty<'_> {
    fn when(&self) -> String {
        format!("{} {}", self.at.format("%Y-%m-%d at %H:%M"), self.zone)
    }
}

impl Run<'_> {
    fn next(&self, command: &str) -> String {
        format!("`mainstay drill {command} {}` shows more.", self.id)
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

    fn duty() -> Duty<'static> {
        Duty {
            name: "Fail over",
            at: "2027-03-06T02:00:00".parse().expect("a moment"),
            zone: "Europe/London".parse().expect("a zone"),
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
            &News::Reminder(duty(), Period::days(7)),
            "Fail over is due in 7 days",
            "Fail over is due on 2027-03-06 at 02:00 Europe/London.\n\nSee that whoever is needed \
             has the time, or say why it is not held: `mainstay schedule waive`.",
        );
        check(
            &News::Missed(duty()),
            "Fail over was missed",
            "Fail over was due on 2027-03-06 at 02:00 Europe/London, and was not done in its \
             time.\n\nDo it, or say why nothing needs to be done: `mainstay schedule waive`.",
        );
        let run = Run {
            name: "Fail over",
            id: "fail-over-2027-03-06",
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
            let text = News::Due(duty()).words(to).text;
            text.lines().last().map(str::to_owned)
        };
        let why: std::collections::BTreeSet<_> = all.iter().map(last).collect();
        assert_eq!(why.len(), all.len(), "{why:?}");
    }
}
