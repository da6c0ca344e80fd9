//! A drill in which nobody has agreed what an incident is.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    drill_without_incident_criteria, "drill-without-incident-criteria", Error,
    "Nothing says what counts as an incident while a drill lasts",
    clauses: ["EC-01", "EC-08", "NIST SP 800-115 7.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let drills = context.programme.drills.iter();
    for drill in drills.filter(|drill| drill.incidents_in(context.programme).criteria.is_empty()) {
        findings.push(
            CHECK
                .finding(format!(
                    "nothing says what counts as an incident while `{}` lasts",
                    drill.id
                ))
                .at(drill.at().key("incidents"))
                .about(Kind::Drill, drill.id.as_str())
                .help(
                    "Write `incidents: {criteria: […]}` in the drill, or in the organization for \
                     all drills; it cannot be begun before.",
                ),
        );
    }
}
