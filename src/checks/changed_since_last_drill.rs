//! A drill proved something else than what the plan says now.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    changed_since_last_drill, "changed-since-last-drill", Warning,
    "What is done in a drill has changed since it was last run",
    clauses: ["BC-22", "BC-34", "A1.3(1)", "CC7.5(6)", "CP-4", "SP 800-34 3.5", "ISO 22301 8.5"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let Some(last) = context.record.of(drill).find(|run| run.is_held()) else {
            continue;
        };
        if last.is_current(context.programme) {
            continue;
        }
        let (id, run, day) = (&drill.id, &last.id, last.day);
        let message = format!(
            "what is done in `{id}` has changed since it was last run, on {day} (run `{run}`)"
        );
        findings.push(
            CHECK
                .finding(message)
                .at(drill.at().place())
                .about(Kind::Drill, id.as_str())
                .help(format!(
                    "`mainstay drill run {id}` shows whether it works as it is written now.",
                )),
        );
    }
}
