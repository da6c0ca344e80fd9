//! A function without the objectives that everything else is measured by.

use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    objective_missing, "objective-missing", Error,
    "A function does not say how long it may be down or how much data it may lose",
    clauses: ["BC-04", "BC-25", "ISO 22301 8.2.2", "SP 800-34 B", "DORA 12(6)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        let objectives = [
            ("mtpd", "MTPD", function.mtpd.is_some()),
            ("rto", "RTO", function.rto.is_some()),
            ("rpo", "RPO", function.rpo.is_some()),
        ];
        let missing = objectives.into_iter().filter(|(_, _, stated)| !stated);
        let (keys, words): (Vec<_>, Vec<_>) = missing.map(|(key, word, _)| (key, word)).unzip();
        if keys.is_empty() {
            continue;
        }
        let (id, missing) = (
            &function.id,
            words::list(&words).replace(" and ", " and no "),
        );
        findings.push(
            CHECK
                .finding(format!("`{id}` has no {missing}"))
                .at(function.at().place())
                .about(Kind::Function, id.as_str())
                .help(format!(
                    "State {} as a length of time, such as `4h`; write `0s` where none is \
                     tolerable.",
                    words::quoted(keys)
                ))
                .decide(
                    format!("How long may `{id}` be down, and how much data may it lose?"),
                    ["Decide with its owner, from the impact analysis."],
                ),
        );
    }
}
