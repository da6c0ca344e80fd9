//! A function that does not say what must go on at the least.

use super::completeness::written;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    function_without_minimum, "function-without-minimum", Warning,
    "A function does not say what must go on at the least",
    clauses: ["ISO 22301 8.2.2", "RTS 2024/1774 Art. 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        if function.states(|function| written(function.mbco.as_ref())) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!(
                    "nothing says what of `{}` must go on at the least",
                    function.id
                ))
                .at(function.at().place())
                .about(Kind::Function, function.id.as_str())
                .help(
                    "Write the minimum business continuity objective as `mbco`, in figures, such \
                     as `one order in five, by telephone`.",
                ),
        );
    }
}
