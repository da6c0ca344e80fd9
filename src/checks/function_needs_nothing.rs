//! A function that seems to need nothing.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Needs};

pub const CHECK: Check = check! {
    function_needs_nothing, "function-needs-nothing", Warning,
    "A function names nothing that it needs",
    clauses: ["BC-17", "BC-26", "ISO 22301 8.2.2", "ISO 22301 8.3.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        let some = |needs: &Needs| {
            !(needs.people.is_empty() && needs.sites.is_empty() && needs.equipment.is_empty())
        };
        if !function.depends_on.is_empty()
            || function.states(|function| function.needs.as_ref().is_some_and(some))
        {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("`{}` names nothing that it needs", function.id))
                .at(function.at().place())
                .about(Kind::Function, function.id.as_str())
                .help(
                    "List the systems and functions it `depends-on`, and under `needs` the \
                     people, places and equipment it cannot do without.",
                ),
        );
    }
}
