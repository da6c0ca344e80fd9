//! What is kept of all that is to be done: the entries of the register.
//!
//! What became of one is not in it but follows from it (`obligation`).

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::name::civil;
use super::{Came, Found, Gone, How, Move, Opened, Over, Reminded, Settled, Subject, Term};
use crate::call::{Answered, Called};
use crate::id::{DrillId, PersonId};

/// Something about what is to be done that is kept: one entry of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// A time came.
    Came(Came),
    /// Somebody said that nothing needs to be done about one, or about a day.
    Waived(Waived),
    /// Something is to be done by a day.
    Opened(Opened),
    /// It was done, moved or withdrawn.
    Settled(Settled),
    /// Somebody was reminded of something, or it shows why nobody was.
    Reminded(Reminded),
    /// A time to come, of which people were told, is another one, or none.
    Moved(Move),
    /// Channels that keep something open heard that it is over.
    Over(Over),
    /// Somebody was called.
    Called(Called),
    /// Somebody answered a message.
    Answered(Answered),
    /// Something was found to be wrong with the plans.
    Found(Found),
    /// It is not wrong any more.
    Gone(Gone),
}

impl Duty {
    /// What happened, in a word or two.
    pub fn word(&self) -> &'static str {
        match self {
            Duty::Came(_) => "has come",
            Duty::Waived(_) => "waived",
            Duty::Opened(_) => "is to be done",
            Duty::Settled(settled) => match settled.how {
                How::Done(_) => "was done",
                How::Moved(_) => "was moved",
                How::Withdrawn => "was withdrawn",
            },
            Duty::Reminded(_) => "reminded",
            Duty::Moved(it) => it.word(),
            Duty::Over(_) => "is over",
            Duty::Called(_) => "called",
            Duty::Answered(it) => it.response.word(),
            Duty::Found(_) => "was found",
            Duty::Gone(_) => "is gone",
        }
    }

    /// What it is about, and the time or day of that.
    pub fn names(&self) -> (Subject, String) {
        match self {
            Duty::Came(it) => (Subject::drill(&it.drill), it.name()),
            Duty::Waived(it) => (it.of.clone(), it.name()),
            Duty::Opened(it) => (it.of.clone(), it.by.to_string()),
            Duty::Settled(it) => (it.of.clone(), it.by.to_string()),
            Duty::Reminded(it) => (it.of.clone(), it.name()),
            Duty::Over(it) => (it.of.clone(), it.name.clone()),
            Duty::Moved(it) => (it.of.clone(), it.name()),
            Duty::Called(it) => (Subject::of("call", &it.call), civil(it.at.naive_utc())),
            Duty::Answered(it) => (Subject::of("answer", &it.key), civil(it.at.naive_utc())),
            Duty::Found(it) => (it.finding.subject(), civil(it.at.naive_utc())),
            Duty::Gone(it) => (it.finding.subject(), civil(it.at.naive_utc())),
        }
    }
}

/// That nothing needs to be done about something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", try_from = "WaivedAsRead")]
pub struct Waived {
    /// What it is about.
    pub of: Subject,
    /// The civil time that its schedule named; of a day its beginning.
    pub nominal: NaiveDateTime,
    /// Its name, where that civil time comes twice; both are meant where it was not written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
    /// Who said so.
    pub by: PersonId,
    /// Why.
    pub why: String,
    /// When that was said.
    pub at: DateTime<Utc>,
}

impl Waived {
    /// As it is named on the command line.
    pub fn name(&self) -> String {
        self.named.clone().unwrap_or_else(|| civil(self.nominal))
    }

    /// Whether it is about something with the same subject and civil time.
    pub fn means(&self, term: Term) -> bool {
        self.named.is_none() || self.named == term.own_name()
    }
}

/// As it is read: before other things than drills could be waived, it named a drill.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WaivedAsRead {
    of: Option<Subject>,
    drill: Option<DrillId>,
    nominal: NaiveDateTime,
    named: Option<String>,
    by: PersonId,
    why: String,
    at: DateTime<Utc>,
}

impl TryFrom<WaivedAsRead> for Waived {
    type Error = &'static str;

    fn try_from(read: WaivedAsRead) -> Result<Self, Self::Error> {
        let drill = read.drill.as_ref().map(Subject::drill);
        Ok(Waived {
            of: read.of.or(drill).ok_or("it does not say what was waived")?,
            nominal: read.nominal,
            named: read.named,
            by: read.by,
            why: read.why,
            at: read.at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Dst, Obligation, obligations, tzdb};
    use crate::time::TimeZone;

    /// What becomes of the two times with one civil time, where somebody waived this.
    #[track_caller]
    fn check(named: Option<&str>, expected: [&str; 2]) {
        let nominal = "2027-11-07T01:30:00".parse().expect("a time");
        let came = |clocks, at: &str| {
            Duty::Came(Came {
                drill: "d".parse().expect("an id"),
                nominal,
                moved_from: None,
                zone: TimeZone(chrono_tz::America::New_York),
                tzdb: tzdb().to_owned(),
                at: at.parse().expect("a moment"),
                clocks,
                schedule: String::new(),
                within: None,
                missed: Some(crate::model::Missed::Fail),
                seen: at.parse().expect("a moment"),
            })
        };
        let waived = Duty::Waived(Waived {
            of: Subject::of("drill", "d"),
            nominal,
            named: named.map(str::to_owned),
            by: "ada".parse().expect("an id"),
            why: "It was down".to_owned(),
            at: "2027-11-08T00:00:00Z".parse().expect("a moment"),
        });
        let register = [
            came(Dst::First, "2027-11-07T05:30:00Z"),
            came(Dst::Second, "2027-11-07T06:30:00Z"),
            waived,
        ];
        let now = "2027-11-10T00:00:00Z".parse().expect("a moment");
        let all = obligations(&register, [], now);
        let names: Vec<String> = all.iter().map(Obligation::name).collect();
        assert_eq!(names, ["2027-11-07T01:30", "2027-11-07T01:30-05:00"]);
        let words: Vec<&str> = all.iter().map(|it| it.disposition.word()).collect();
        assert_eq!(words, expected);
        assert!(all[0].term.is_named("2027-11-07T01:30-04:00"));
        assert!(!all[1].term.is_named("2027-11-07T01:30"));
    }

    #[test]
    fn of_two_times_with_one_civil_time_each_is_waived_by_its_name() {
        check(Some("2027-11-07T01:30"), ["waived", "MISSED"]);
        check(Some("2027-11-07T01:30-05:00"), ["MISSED", "waived"]);
    }

    #[test]
    fn what_was_waived_before_the_second_had_a_name_means_both() {
        check(None, ["waived", "waived"]);
    }

    #[test]
    fn what_was_waived_before_other_things_than_drills_could_be_is_read() {
        let text = r#"{"waived":{"at":"2026-02-01T00:00:00Z","by":"ada","drill":"review",
            "nominal":"2026-01-15T06:00:00","why":"Closed"}}"#;
        let duty: Duty = serde_json::from_str(text).expect("a duty");
        assert_eq!(duty.names().0, Subject::of("drill", "review"));
        let written = serde_json::to_string(&duty).expect("text");
        let again: Duty = serde_json::from_str(&written).expect("a duty");
        assert_eq!(again, duty);
    }
}
