//! A risk about which nothing was decided.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, rating};

pub const CHECK: Check = check! {
    risk_without_treatment, "risk-without-treatment", Warning,
    "Nothing says what is done about a risk",
    clauses: ["BC-18", "ISO 22301 8.2.3", "CC9.1(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for risk in context
        .programme
        .risks
        .iter()
        .filter(|risk| !risk.states(|risk| risk.treatment.is_some()))
    {
        let rating = rating(risk.likelihood, risk.impact);
        let message = format!(
            "nothing is decided about `{}`, rated {rating} of 25",
            risk.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(risk.at().place())
                .about(Kind::Risk, risk.id.as_str())
                .help(
                    "Write `treatment:` with `avoid`, `reduce`, `transfer` or `accept`, and the \
                     `measures`.",
                ),
        );
    }
}
