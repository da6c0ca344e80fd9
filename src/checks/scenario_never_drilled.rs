//! A scenario that no drill plays.

use std::collections::HashSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    scenario_never_drilled, "scenario-never-drilled", Note,
    "No drill plays a scenario",
    clauses: ["BC-22", "BC-34", "A1.3(1)", "CC7.5(6)", "ISO 22301 8.5", "DORA RTS 25"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let drills = &context.programme.drills;
    // No drills at all is `no-drill`'s business; one never held is `drill-never-held`'s.
    if drills.is_empty() {
        return;
    }
    let played: HashSet<_> = drills
        .iter()
        .filter_map(|drill| drill.scenario.as_ref())
        .collect();
    let scenarios = context.programme.scenarios.iter();
    for scenario in scenarios.filter(|scenario| !played.contains(&scenario.id)) {
        let id = &scenario.id;
        let message = match scenario.likelihood {
            Some(likelihood) => format!("no drill plays `{id}`, which is {likelihood}"),
            None => format!("no drill plays `{id}`"),
        };
        findings.push(
            CHECK
                .finding(message)
                .at(scenario.at().place())
                .about(Kind::Scenario, id.as_str())
                .help("Name it as the `scenario` of a drill; a tabletop is enough to begin with."),
        );
    }
}
