//! A scenario in which nothing is lost.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Scenario};

pub const CHECK: Check = check! {
    scenario_takes_nothing_down, "scenario-takes-nothing-down", Warning,
    "Nothing says what a scenario takes down",
    clauses: ["BC-18", "BC-27", "ISO 22301 8.2.3", "DORA RTS 26(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for scenario in &context.programme.scenarios {
        if scenario.states(takes_something_down) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nothing says what `{}` takes down", scenario.id))
                .at(scenario.at().key("takes-down"))
                .about(Kind::Scenario, scenario.id.as_str())
                .help(
                    "Write `takes-down:` with `sites`, `systems`, `vendors`, `people` or \
                     `credentials`.",
                ),
        );
    }
}

fn takes_something_down(scenario: &Scenario) -> bool {
    scenario.takes_down.as_ref().is_some_and(|down| {
        !down.sites.is_empty()
            || !down.systems.is_empty()
            || !down.vendors.is_empty()
            || !down.people.is_empty()
            || !down.credentials.is_empty()
    })
}
