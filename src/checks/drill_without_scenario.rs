//! A drill of nothing in particular.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{DrillKind, Kind};

pub const CHECK: Check = check! {
    drill_without_scenario, "drill-without-scenario", Warning,
    "A drill plays no scenario",
    clauses: ["BC-34", "A1.3(1)", "CC7.5(6)", "ISO 22301 8.5", "DORA RTS 25"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in context
        .programme
        .drills
        .iter()
        .filter(|drill| !drill.states(|drill| drill.scenario.is_some()))
    {
        // To read the steps or to exercise one capability takes no scenario.
        if matches!(drill.kind, DrillKind::Walkthrough | DrillKind::Functional) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!(
                    "the {} drill `{}` plays no scenario",
                    drill.kind, drill.id
                ))
                .at(drill.at().place())
                .about(Kind::Drill, drill.id.as_str())
                .help("Name one of the `scenarios` as its `scenario`, a likely or a grave one."),
        );
    }
}
