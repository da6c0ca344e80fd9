//! A risk for which nobody is prepared.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Treatment};

pub const CHECK: Check = check! {
    risk_without_scenario, "risk-without-scenario", Warning,
    "No scenario prepares for a risk",
    clauses: ["BC-18", "BC-27", "ISO 22301 8.2.3", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for risk in &context.programme.risks {
        // What is avoided cannot happen, so there is nothing to prepare for.
        if risk.states(|risk| !risk.scenarios.is_empty())
            || risk.treatment == Some(Treatment::Avoid)
        {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("no scenario prepares for `{}`", risk.id))
                .at(risk.at().key("scenarios"))
                .about(Kind::Risk, risk.id.as_str())
                .help("Name the scenarios in which it comes true under `scenarios`."),
        );
    }
}
