//! A scenario of no class.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    scenario_without_class, "scenario-without-class", Warning,
    "A scenario belongs to no class of disruption",
    clauses: ["BC-08", "DORA RTS 26(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for scenario in context
        .programme
        .scenarios
        .iter()
        .filter(|s| !s.states(|s| s.class.is_some()))
    {
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` belongs to no class of disruption",
                    scenario.id
                ))
                .at(scenario.at().place())
                .about(Kind::Scenario, scenario.id.as_str())
                .help("Write `class:`, such as `cyber-attack`, `site-loss` or `vendor-failure`."),
        );
    }
}
