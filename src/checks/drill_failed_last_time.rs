//! A drill failed, and nothing was learned from it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{DrillResult, Kind};

pub const CHECK: Check = check! {
    drill_failed_last_time, "drill-failed-last-time", Warning,
    "A drill failed last time, and nothing says what was learned",
    clauses: ["BC-22", "A1.3(1)", "CC7.5(5)", "ISO 22301 8.5", "ISO 22301 10.1", "DORA RTS 25"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let Some((index, last)) = drill
            .held
            .iter()
            .enumerate()
            .filter(|(_, held)| held.on <= context.now)
            .max_by_key(|(_, held)| held.on)
        else {
            continue;
        };
        let came = match last.result {
            DrillResult::Failed => "failed",
            DrillResult::Aborted => "was broken off",
            DrillResult::Passed | DrillResult::Partial => continue,
        };
        if last.learned.is_some() {
            continue;
        }
        let message = format!(
            "`{}` {came} on {}, and nothing says what was learned",
            drill.id, last.on
        );
        findings.push(
            CHECK
                .finding(message)
                .at(drill.at().key("held").index(index).key("result"))
                .about(Kind::Drill, drill.id.as_str())
                .help("Write under `learned` what was found and changed, and plan to repeat it."),
        );
    }
}
