//! Nothing says how often the plan is renewed.

use super::completeness::expects;
use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Cadences, Kind};
use crate::time::Period;

pub const CHECK: Check = check! {
    cadence_missing, "cadence-missing", Warning,
    "Nothing says how often the plan is reviewed, approved, communicated or tested",
    clauses: ["BC-01", "BC-02", "BC-03", "BC-28", "BC-34", "SP 800-34 3.5", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

/// A cadence: its key, what it is for, and where it stands.
type Cadence = (&'static str, &'static str, fn(&Cadences) -> Option<Period>);

// How often contacts are verified has a default; see `contact-not-verified`.
const CADENCES: [Cadence; 5] = [
    ("review", "reviewed", |cadences| cadences.review),
    ("approval", "approved by management", |cadences| {
        cadences.approval
    }),
    ("communication", "communicated", |cadences| {
        cadences.communication
    }),
    ("drill", "tested by a drill", |cadences| cadences.drill),
    (
        "full-backup-test",
        "tested on its full backups",
        |cadences| cadences.full_backup_test,
    ),
];

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "cadences") else {
        return;
    };
    let stated = |of: fn(&Cadences) -> Option<Period>| {
        organization
            .cadences
            .as_ref()
            .is_some_and(|cadences| of(cadences).is_some())
    };
    let missing = CADENCES
        .into_iter()
        .filter(|(key, _, of)| organization.applies(key) && !stated(*of));
    let (keys, words): (Vec<_>, Vec<_>) = missing.map(|(key, words, _)| (key, words)).unzip();
    if keys.is_empty() {
        return;
    }
    findings.push(
        CHECK
            .finding(format!(
                "nothing says how often the plan is {}",
                words::list(&words)
            ))
            .at(organization.at.key("cadences"))
            .about(Kind::Organization, "")
            .help(format!(
                "Under `cadences`, write {} as a period: `P6M` is twice a year, `P12M` once.",
                words::quoted(keys)
            )),
    );
}
