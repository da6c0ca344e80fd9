//! A function without a business impact analysis.

use super::impact::analysis;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    function_without_bia, "function-without-bia", Warning,
    "A function has no business impact analysis",
    clauses: ["BC-16", "ISO 22301 8.2.2", "SP 800-34 B", "CP-2 a.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        if analysis(function).is_some() {
            continue;
        }
        let id = &function.id;
        findings.push(
            CHECK
                .finding(format!(
                    "nobody has assessed what it costs that `{id}` is down"
                ))
                .at(function.at().place())
                .about(Kind::Function, id.as_str())
                .help(
                    "Write `bia` with the `impacts`: for each category of harm how bad it is \
                     after an hour, a day, a week.",
                ),
        );
    }
}
