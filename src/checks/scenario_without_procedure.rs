//! Nothing says what is done in a scenario.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    scenario_without_procedure, "scenario-without-procedure", Warning,
    "Nothing says what is done in a scenario",
    clauses: ["BC-27", "SP 800-34 4.2", "ISO 22301 8.4.4", "DORA RTS 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let scenarios = context.programme.scenarios.iter();
    for scenario in
        scenarios.filter(|scenario| !scenario.states(|scenario| !scenario.procedures.is_empty()))
    {
        let id = &scenario.id;
        let message = match scenario.likelihood {
            Some(likelihood) => format!("`{id}` is {likelihood}, and nothing says what is done"),
            None => format!("nothing says what is done in `{id}`"),
        };
        findings.push(
            CHECK
                .finding(message)
                .at(scenario.at().key("procedures"))
                .about(Kind::Scenario, id.as_str())
                .help("Name what is done, in this order, under `procedures`."),
        );
    }
}
