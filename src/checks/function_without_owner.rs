//! A function that nobody answers for.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    function_without_owner, "function-without-owner", Error,
    "Nobody leads the recovery of a function",
    clauses: ["BC-04", "BC-20", "ISO 22301 5.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        if function.states(|function| function.owner.is_some()) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nobody leads the recovery of `{}`", function.id))
                .at(function.at().place())
                .about(Kind::Function, function.id.as_str())
                .help("Name the person, role or team that leads it as `owner`."),
        );
    }
}
