//! The words in which people are told what has happened: what it is, why they hear of it, and what
//! they can do.
//!
//! Words are templates (`templates/notices/`): the first line is the title, the rest the text. An
//! organization can put its own in their place (`wording`). That it is an exercise is added on the
//! way, and never here.

mod built_in;
mod fill;
mod sample;
mod wait;

pub use fill::tried;
pub use sample::sample;
pub use wait::{Doer, Wait};

use serde_json::{Value, json};

use crate::id::PersonId;
use crate::model::{NewsKind, NoticeAudience, NoticeKind, Wording};
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
    /// The time for something is over, and it was not done; it is the last of so many of which
    /// nobody was told.
    Missed(Matter<'n>, usize),
    /// Nobody who was told of something has confirmed that they see to it.
    Unanswered(Matter<'n>),
    /// A time of which people were reminded is another one, or none.
    Moved {
        /// The name of what is done.
        name: &'n str,
        /// When it was to come; nothing where people were told that it does not any more.
        from: Option<&'n str>,
        /// When it comes next, if it does.
        to: Option<&'n str>,
        /// Why, as a sentence without its end.
        why: &'n str,
    },
    /// A run has begun.
    Begun(Run<'n>),
    /// A run waits for people.
    Waits(Wait<'n>),
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

impl<'n> News<'n> {
    /// The same as it is said to one of those who are told: to whoever has to act, in their name.
    pub fn said_to(self, person: &PersonId) -> News<'n> {
        match self {
            News::Waits(wait) => News::Waits(wait.of(person)),
            news => news,
        }
    }

    /// What kind of news it is: who hears it follows from that.
    pub fn kind(&self) -> NoticeKind {
        match self {
            News::Reminder(..) | News::Moved { .. } => NoticeKind::Reminder,
            News::Due(_) => NoticeKind::Due,
            News::Overdue(_) | News::Missed(..) | News::Unanswered(_) => NoticeKind::Missed,
            News::Begun(_) | News::Ended(..) => NoticeKind::Run,
            News::Waits(_) => NoticeKind::Waits,
            News::Finding { .. } => NoticeKind::Finding,
        }
    }

    /// Whether somebody can say of it that they see to it: nobody sees to a time that has moved.
    pub fn is_answered(&self) -> bool {
        self.kind().is_answered() && !matches!(self, News::Moved { .. })
    }

    /// What it is: by which words it is told follows from that.
    pub fn news(&self) -> NewsKind {
        match self {
            News::Reminder(..) => NewsKind::Reminder,
            News::Due(_) => NewsKind::Due,
            News::Overdue(_) => NewsKind::Overdue,
            News::Missed(..) => NewsKind::Missed,
            News::Unanswered(_) => NewsKind::Unanswered,
            News::Moved { .. } => NewsKind::Moved,
            News::Begun(_) => NewsKind::Begun,
            News::Waits(_) => NewsKind::Waits,
            News::Ended(..) => NewsKind::Ended,
            News::Finding { .. } => NewsKind::Finding,
        }
    }

    /// What is said of it to an audience: in the organization's own words, or in ours where it has
    /// none or they cannot be filled in.
    pub fn words(&self, to: &NoticeAudience, wording: &[Wording]) -> Words {
        let own = wording.iter().filter(|it| it.news == self.news());
        let meant = own.clone().find(|it| it.audience.as_ref() == Some(to));
        let own = meant.or_else(|| own.clone().find(|it| it.audience.is_none()));
        let own = own.and_then(|it| tried(&it.template, self, to).ok());
        own.unwrap_or_else(|| {
            let ours = tried(built_in::template(self.news()), self, to);
            ours.expect("a test fills in each built-in template")
        })
    }

    /// What a template can say of it.
    fn values(&self, to: &NoticeAudience) -> Value {
        let mut values = match self {
            News::Reminder(matter, ahead) => {
                let mut values = matter.values();
                values["ahead"] = ahead.words().into();
                values
            }
            News::Missed(matter, times) => {
                let mut values = matter.values();
                values["times"] = (*times > 1).then_some(*times).into();
                values
            }
            News::Due(matter) | News::Overdue(matter) | News::Unanswered(matter) => matter.values(),
            News::Moved {
                name,
                from,
                to,
                why,
            } => json!({ "name": name, "from": from, "to": to, "reason": why }),
            News::Begun(run) => run.values(),
            News::Waits(wait) => wait.values(),
            News::Ended(run, how) => {
                let mut values = run.values();
                values["how"] = (*how).into();
                values
            }
            News::Finding {
                check,
                message,
                place,
            } => json!({ "check": check, "message": message, "place": place }),
        };
        values["audience"] = audience(to);
        values
    }
}

impl Matter<'_> {
    fn values(&self) -> Value {
        let Matter {
            name,
            when,
            how,
            waive,
        } = self;
        json!({ "name": name, "when": when, "how": how, "waive": waive })
    }
}

impl Run<'_> {
    fn values(&self) -> Value {
        let Run { name, id, more } = self;
        json!({ "name": name, "id": id, "more": more })
    }
}

/// Who is told, as a template can ask for it.
fn audience(to: &NoticeAudience) -> Value {
    let party = match to {
        NoticeAudience::Party(party) => Some(party.as_str()),
        _ => None,
    };
    json!({
        "responsible": *to == NoticeAudience::Responsible,
        "approvers": *to == NoticeAudience::Approvers,
        "control-owner": *to == NoticeAudience::ControlOwner,
        "party": party,
    })
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
        let words = news.words(&NoticeAudience::Responsible, &[]);
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
            &News::Missed(matter(), 1),
            "Missed: Fail over",
            "Fail over. It was due on 2027-03-06, and it is too late now.\n\nSay who decided that \
             it need not be done, and why: `mainstay schedule waive`.",
        );
        check(
            &News::Missed(matter(), 5),
            "Missed 5 times: Fail over",
            "Fail over. It was due on 2027-03-06, and it is too late now. It is the last of 5 that \
             were missed and of which nobody was told: `mainstay schedule history --open` shows \
             them.\n\nSay who decided that it need not be done, and why: `mainstay schedule \
             waive`.",
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
    fn what_else_people_are_told_is_said_as_plainly() {
        check(
            &News::Due(matter()),
            "Due now: Fail over",
            "Fail over. It is due: 2027-03-06.\n\nHold it.",
        );
        check(
            &News::Overdue(matter()),
            "Overdue: Fail over",
            "Fail over. It was due by 2027-03-06, and is not done.\n\nHold it.\nWhere nothing \
             needs to be done any more, say who decided that, and why: `mainstay schedule waive`.",
        );
        check(
            &News::Unanswered(matter()),
            "Nobody has confirmed: Fail over",
            "Fail over. It is due by 2027-03-06, and nobody who was told has confirmed that they \
             see to it.\n\nHold it.",
        );
        let run = Run {
            name: "R",
            id: "r-1",
            more: "mainstay drill report",
        };
        let shows = "`mainstay drill report r-1` shows more.";
        check(
            &News::Begun(run),
            "R: has begun",
            &format!("The run r-1 of R has begun.\n\n{shows}"),
        );
        let finding = |place| News::Finding {
            check: "no-drill",
            message: "no & <none>",
            place,
        };
        let explain = "`mainstay explain no-drill` says why it matters, what to do.";
        check(
            &finding(Some("plans/t.yaml:3")),
            "The plans: no & <none>",
            &format!("no & <none>\nplans/t.yaml:3\n\n{explain}"),
        );
        check(
            &finding(None),
            "The plans: no & <none>",
            &format!("no & <none>\n\n{explain}"),
        );
    }

    fn own(audience: Option<&str>, template: &str) -> Wording {
        Wording {
            news: NewsKind::Due,
            audience: audience.map(|it| it.parse().expect("an audience")),
            template: template.to_owned(),
        }
    }

    #[test]
    fn an_organization_has_words_of_its_own_for_each_audience() {
        let wording = [
            own(None, "All: {{name}}\n\n{{> why}}"),
            own(
                Some("approvers"),
                "Board: {{name}}\n{{when}} {{#if audience.approvers}}!{{/if}}",
            ),
        ];
        let said = |news: News, to: &NoticeAudience| {
            let words = news.words(to, &wording);
            (words.title, words.text)
        };
        let why = "You are told this because you are responsible for it.";
        assert_eq!(
            said(News::Due(matter()), &NoticeAudience::Responsible),
            ("All: Fail over".to_owned(), why.to_owned())
        );
        assert_eq!(
            said(News::Due(matter()), &NoticeAudience::Approvers),
            ("Board: Fail over".to_owned(), "2027-03-06 !".to_owned())
        );
        let other = said(News::Missed(matter(), 1), &NoticeAudience::Approvers);
        assert_eq!(other.0, "Missed: Fail over");
    }

    #[test]
    fn words_that_cannot_be_filled_in_are_ours() {
        let ours = News::Due(matter()).words(&NoticeAudience::Responsible, &[]);
        for template in [
            "{{nowhere}}\nx",
            "{{#if name}}\nx",
            "",
            "a\n",
            "a\n{{audience.party}}",
        ] {
            let wording = [own(None, template)];
            let words = News::Due(matter()).words(&NoticeAudience::Responsible, &wording);
            assert_eq!(words, ours, "{template}");
        }
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
            let text = News::Due(matter()).words(to, &[]).text;
            text.lines().last().map(str::to_owned)
        };
        let why: std::collections::BTreeSet<_> = all.iter().map(last).collect();
        assert_eq!(why.len(), all.len(), "{why:?}");
    }
}
