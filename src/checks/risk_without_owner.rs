//! Nobody answers for a risk.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    risk_without_owner, "risk-without-owner", Warning,
    "Nobody answers for a risk",
    clauses: ["BC-18", "ISO 22301 5.3", "ISO 22301 8.2.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for risk in context
        .programme
        .risks
        .iter()
        .filter(|risk| !risk.states(|risk| risk.owner.is_some()))
    {
        findings.push(
            CHECK
                .finding(format!("nobody answers for the risk `{}`", risk.id))
                .at(risk.at().place())
                .about(Kind::Risk, risk.id.as_str())
                .help("Write `owner:` with a person, a role or a team."),
        );
    }
}
