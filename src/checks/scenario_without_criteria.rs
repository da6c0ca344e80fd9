//! Nobody can tell when a scenario begins or ends.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    scenario_without_criteria, "scenario-without-criteria", Warning,
    "Nothing says when the plan is activated for a scenario, or stood down again",
    clauses: ["BC-08", "SP 800-34 3.1", "ISO 22301 8.4.4", "DORA RTS 24", "DORA RTS 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for scenario in &context.programme.scenarios {
        let absent = (
            !scenario.states(|s| !s.activation.is_empty()),
            !scenario.states(|s| !s.stand_down.is_empty()),
        );
        let (when, keys) = match absent {
            (true, true) => ("activated or stood down", "`activation:` and `stand-down:`"),
            (true, false) => ("activated", "`activation:`"),
            (false, true) => ("stood down", "`stand-down:`"),
            (false, false) => continue,
        };
        findings.push(
            CHECK
                .finding(format!(
                    "nothing says when the plan is {when} in `{}`",
                    scenario.id
                ))
                .at(scenario.at().place())
                .about(Kind::Scenario, scenario.id.as_str())
                .help(format!(
                    "Write {keys} with criteria that can be measured, such as `no orders for 15 \
                     minutes`."
                )),
        );
    }
}
