//! A drill that cannot fail.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    drill_without_criteria, "drill-without-criteria", Warning,
    "Nothing says what counts as success in a drill",
    clauses: ["BC-22", "BC-34", "EC-01", "A1.3(1)", "ISO 22301 8.5", "DORA RTS 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let drills = context.programme.drills.iter();
    for drill in drills.filter(|drill| !drill.states(|drill| !drill.success_criteria.is_empty())) {
        findings.push(
            CHECK
                .finding(format!(
                    "nothing says what counts as success in `{}`",
                    drill.id
                ))
                .at(drill.at().key("success-criteria"))
                .about(Kind::Drill, drill.id.as_str())
                .help("Write `success-criteria:`, such as `orders are accepted within 4 h`."),
        );
    }
}
