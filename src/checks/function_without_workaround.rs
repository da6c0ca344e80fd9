//! A function that stops with its systems.

use super::completeness::written;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Workaround};

pub const CHECK: Check = check! {
    function_without_workaround, "function-without-workaround", Warning,
    "Nothing says how a function goes on while its systems are down",
    clauses: ["BC-06", "ISO 22301 8.3.3", "CC9.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        let answered = |workaround: &Workaround| {
            let Workaround {
                procedure,
                how,
                none,
                ..
            } = workaround;
            procedure.is_some() || written(how.as_ref()) || none.is_some()
        };
        if function.states(|function| function.workaround.as_ref().is_some_and(answered)) {
            continue;
        }
        let id = &function.id;
        findings.push(
            CHECK
                .finding(format!(
                    "nothing says how `{id}` goes on while its systems are down"
                ))
                .at(function.at().key("workaround"))
                .about(Kind::Function, id.as_str())
                .help(
                    "Under `workaround`, name the `procedure` or write `how` it is done and how \
                     long it `holds`; or `none`, with who accepts that and why.",
                )
                .decide(
                    format!("What does `{id}` do while its systems are down?"),
                    [
                        "Work another way, and write down how.",
                        "Stop, and have that accepted.",
                    ],
                ),
        );
    }
}
