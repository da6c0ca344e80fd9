//! Whether what somebody approved of a drill is what it does now.
//!
//! An approval names exactly what it covers, by a digest (`content`). Whatever is changed voids it,
//! also a value that is given only when the drill is to be run. It counts until the drill is due
//! again, and a year where it has no rhythm (BC-25). That nobody approved anything is no flaw: the
//! criteria are proposed then, and the run says so.

use std::fmt;

use super::Values;
use super::compile::covered;
use super::mode::{Exercise, Mode};
use crate::id::DrillId;
use crate::model::{Drill, DrillApproval, Programme};
use crate::time::{Date, Period};

/// How long an approval counts where the drill has no rhythm.
const COUNTS_FOR: Period = Period::months(12);

/// Why an approval does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    /// Of which drill.
    pub drill: DrillId,
    /// What was approved, by whom and when.
    pub approval: DrillApproval,
    /// Why that does not count.
    pub why: Why,
}

/// Why an approval does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The plans name no such person.
    Unknown,
    /// Whoever approved it has left; the day was their last.
    Left(Date),
    /// It is too old since this day.
    Lapsed(Date),
    /// What was approved is not what the plans say now, which has this digest.
    Changed(String),
    /// What was approved is what the plans say, but these names are given other values.
    Given(Vec<String>),
}

/// SHA-256 over what an approval of a drill covers: what is done in it with every value, how long
/// that may take, what it is to show, what counts as success and who acts in it.
pub fn approvable(programme: &Programme, drill: &Drill) -> String {
    covered::<Exercise>(programme, drill, &Values::new())
}

/// The day since which an approval of a drill is too old.
pub fn lapses(drill: &Drill, approval: &DrillApproval) -> Date {
    drill.every.unwrap_or(COUNTS_FOR).after(approval.on)
}

/// Every reason why the approval of a drill does not count on a day, when it is to be run with
/// these values before its own; none where nobody approved it.
pub fn flaws<M: Mode>(
    programme: &Programme,
    drill: &Drill,
    given: &Values,
    today: Date,
) -> Vec<Flaw> {
    let Some(approval) = &drill.approval else {
        return Vec::new();
    };
    let person = programme.people.get(approval.by.as_str());
    let gone = match person.map(|person| person.until) {
        None => Some(Why::Unknown),
        Some(until) => until.filter(|until| *until < today).map(Why::Left),
    };
    let lapses = lapses(drill, approval);
    let lapsed = (lapses <= today).then_some(Why::Lapsed(lapses));
    let stated = covered::<M>(programme, drill, &Values::new());
    let alone = |(name, value): &(&String, &String)| {
        let one = Values::from([((*name).clone(), (*value).clone())]);
        covered::<M>(programme, drill, &one) != stated
    };
    let others = given.iter().filter(alone);
    let others: Vec<String> = others.map(|(name, _)| name.clone()).collect();
    let changed = match stated == approval.content {
        true => (!others.is_empty()).then_some(Why::Given(others)),
        false => Some(Why::Changed(stated)),
    };
    let all = [gone, lapsed, changed].into_iter().flatten();
    let flaw = |why| Flaw {
        drill: drill.id.clone(),
        approval: approval.clone(),
        why,
    };
    all.map(flaw).collect()
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (drill, by, on) = (&self.drill, &self.approval.by, self.approval.on);
        write!(f, "`{drill}` was approved by `{by}` on {on}")?;
        match &self.why {
            Why::Unknown => write!(f, ", whom the plans do not name"),
            Why::Left(until) => write!(f, ", who left on {until}"),
            Why::Lapsed(lapsed) => write!(f, ", and that lapsed on {lapsed}"),
            Why::Changed(now) => {
                let (was, now) = (short(&self.approval.content), short(now));
                write!(
                    f,
                    " and has changed since: it was `{was}` and is `{now}` now"
                )
            }
            Why::Given(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                let names = names.join(", ");
                return write!(
                    f,
                    " with other values than are given now for {names}: leave them out, or write \
                     them under `with` and have it approved anew"
                );
            }
        }?;
        write!(
            f,
            "; `mainstay drill show {drill}` prints how it is approved anew"
        )
    }
}

/// The beginning of a digest, as people compare them.
fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing;

    const PLAN: &str = "
people: [{id: ada, name: Ada}, {id: ben, name: Ben, until: 2026-06-30}]
drills:
  - {id: d, name: D, kind: functional, procedures: [p], with: [{name: port, value: '80'}], RHYTHM
     approval: {by: WHO, on: 2026-01-15, content: CONTENT}}
procedures:
  - {id: p, name: P, steps: [{id: a, do: A, run: {command: {argv: [x, '{{port}}', '{{other}}']}}}]}
";

    /// The flaws on a day, of a drill that was approved as it is.
    fn found(who: &str, rhythm: &str, given: &[(&str, &str)], today: &str) -> Vec<Why> {
        let plan = PLAN.replace("WHO", who).replace("RHYTHM", rhythm);
        let read = |content: &str| testing::plan(&plan.replace("CONTENT", content)).programme;
        let drill = |programme: &Programme| programme.drills.get("d").cloned().expect("declared");
        let programme = read("none");
        let content = approvable(&programme, &drill(&programme));
        let programme = read(&content);
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let given = given.iter().map(own).collect();
        let today = today.parse().expect("a day");
        let flaws = flaws::<Exercise>(&programme, &drill(&programme), &given, today);
        flaws.into_iter().map(|flaw| flaw.why).collect()
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn an_approval_counts_until_the_drill_is_due_again() {
        assert_eq!(found("ada", "", &[], "2027-01-14"), []);
        let lapsed = |on| vec![Why::Lapsed(day(on))];
        assert_eq!(found("ada", "", &[], "2027-01-15"), lapsed("2027-01-15"));
        assert_eq!(found("ada", "every: P1M,", &[], "2026-02-14"), []);
        let late = found("ada", "every: P1M,", &[], "2026-02-15");
        assert_eq!(late, lapsed("2026-02-15"));
    }

    #[test]
    fn whoever_is_not_there_approves_nothing() {
        assert_eq!(found("eve", "", &[], "2026-02-01"), [Why::Unknown]);
        assert_eq!(found("ben", "", &[], "2026-06-30"), []);
        let left = Why::Left(day("2026-06-30"));
        assert_eq!(found("ben", "", &[], "2026-07-01"), [left]);
    }

    #[test]
    fn values_that_are_given_void_it_where_they_are_others() {
        let given = |given: &[(&str, &str)]| found("ada", "", given, "2026-02-01");
        assert_eq!(given(&[("port", "80")]), []);
        assert_eq!(given(&[("nobody-asks", "80")]), []);
        assert_eq!(
            given(&[("port", "81")]),
            [Why::Given(vec!["port".to_owned()])]
        );
        let other = Why::Given(vec!["other".to_owned()]);
        assert_eq!(given(&[("other", "y")]), [other]);
    }
}
