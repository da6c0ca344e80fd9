//! A high risk is borne as it is.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Treatment, rating};

pub const CHECK: Check = check! {
    risk_accepted_but_high, "risk-accepted-but-high", Warning,
    "A high risk is accepted as it is",
    clauses: ["BC-18", "ISO 22301 8.2.3", "ISO 22301 9.3", "CC9.1(1)"],
    run: Run::Programme(run),
};

/// The lowest rating that is called high in the usual five-by-five matrix.
const HIGH: u32 = 15;

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let risks = context.programme.risks.iter();
    for risk in risks.filter(|risk| risk.treatment == Some(Treatment::Accept)) {
        let rating = rating(risk.likelihood, risk.impact);
        if rating < HIGH {
            continue;
        }
        let id = &risk.id;
        let message = format!(
            "`{id}` is {}, its impact {}, which is {rating} of 25, and it is accepted as it is",
            risk.likelihood, risk.impact
        );
        findings.push(
            CHECK
                .finding(message)
                .at(risk.at().key("treatment"))
                .also(
                    risk.at().key("likelihood"),
                    format!("rated {rating} with this"),
                )
                .about(Kind::Risk, id.as_str())
                .help("Reduce or transfer it, or have management bear it by name and until when.")
                .decide(
                    format!("Is the risk `{id}`, rated {rating} of 25, borne as it is?"),
                    [
                        "Reduce it, and say by which measures and when.",
                        "Transfer it, for example to an insurer.",
                        "Bear it, and say until when.",
                    ],
                ),
        );
    }
}
