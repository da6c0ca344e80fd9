//! A system's own declared recovery does not fit its objective.

use super::late::{self, Takes};
use super::{Check, Context, Run};
use crate::finding::Finding;

pub const CHECK: Check = check! {
    recovery_slower_than_rto, "recovery-slower-than-rto", Error,
    "Recovering a system takes longer than it may be down",
    clauses: ["BC-17", "BC-25", "CP-10(4)", "ISO 22301 8.3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        let Some(recovery) = &system.recovery else {
            continue;
        };
        // What was measured counts more, and is `measured-slower-than-rto`'s business.
        if recovery.measured.is_some() {
            continue;
        }
        let declared = match (recovery.worst, recovery.likely) {
            (Some(worst), _) => Some(("worst", worst, " at worst")),
            (None, Some(likely)) => Some(("likely", likely, "")),
            (None, None) => None,
        };
        let Some((key, time, when)) = declared else {
            continue;
        };
        let words = format!("recovering takes {}{when}", time.words());
        let finding = late::finding(&CHECK, context, system, &Takes { time, words });
        findings.extend(finding.map(|finding| {
            finding.at(system.at().key("recovery").key(key)).help(
                "Recover faster, notice and declare faster, or have management accept a longer \
                 RTO.",
            )
        }));
    }
}
