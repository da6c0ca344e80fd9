//! A workaround that is to be kept up for nobody knows how long.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    workaround_without_limit, "workaround-without-limit", Warning,
    "A workaround does not say how long it can be kept up",
    clauses: ["BC-06"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        // No way of going on at all is `function-without-workaround`'s business, not ours.
        let Some(workaround) = &function.workaround else {
            continue;
        };
        let is_one = workaround.procedure.is_some() || workaround.how.is_some();
        if !is_one || workaround.holds.is_some() {
            continue;
        }
        let id = &function.id;
        findings.push(
            CHECK
                .finding(format!(
                    "nothing says how long the workaround of `{id}` can be kept up"
                ))
                .at(function.at().key("workaround"))
                .about(Kind::Function, id.as_str())
                .help("Write how long it `holds` before paper, people or patience run out."),
        );
    }
}
