//! A workaround that ends before the systems are back.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    workaround_shorter_than_rto, "workaround-shorter-than-rto", Warning,
    "A workaround ends before the systems are back",
    clauses: ["BC-06", "ISO 22301 8.3.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        let holds = function
            .workaround
            .as_ref()
            .and_then(|workaround| workaround.holds);
        // Absent figures are the business of `workaround-without-limit` and `objective-missing`.
        let (Some(holds), Some(rto)) = (holds, function.rto) else {
            continue;
        };
        let Some(gap) = rto.0.less(holds).filter(|gap| gap.as_seconds() > 0) else {
            continue;
        };
        let (id, holds, gap) = (&function.id, holds.words(), gap.words());
        findings.push(
            CHECK
                .finding(format!(
                    "the workaround of `{id}` holds for {holds}, but the function is back only \
                     after {rto}"
                ))
                .at(function.at().key("workaround").key("holds"))
                .also(
                    function
                        .at_where(|function| function.rto == Some(rto))
                        .key("rto"),
                    format!("this leaves {gap} with nothing"),
                )
                .about(Kind::Function, id.as_str())
                .help("Make the workaround hold longer, or recover faster.")
                .decide(
                    format!("What does `{id}` do in the {gap} after its workaround ends?"),
                    [
                        format!("Make the workaround hold for {rto}."),
                        format!("Recover within {holds}."),
                        format!("Accept {gap} without the function."),
                    ],
                ),
        );
    }
}
