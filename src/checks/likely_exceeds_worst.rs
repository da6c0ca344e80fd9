//! A recovery usually takes longer than it does at worst.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    likely_exceeds_worst, "likely-exceeds-worst", Error,
    "A recovery is said to take longer than at worst",
    clauses: ["BC-09", "BC-17"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        let times = system.recovery.as_ref().map(|r| (r.likely, r.worst));
        let Some((Some(likely), Some(worst))) = times else {
            continue;
        };
        if likely <= worst {
            continue;
        }
        let (likely, worst) = (likely.words(), worst.words());
        let message = format!(
            "`{}` is likely back in {likely}, but in {worst} at worst",
            system.id
        );
        let recovery = system.at().key("recovery");
        findings.push(
            CHECK
                .finding(message)
                .at(recovery.clone().key("likely"))
                .also(recovery.key("worst"), "the worst case is stated here")
                .about(Kind::System, system.id.as_str())
                .help("Correct the one that is wrong; perhaps the two were exchanged."),
        );
    }
}
