//! A drill failed, and nothing was learned from it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{DrillHeld, DrillResult, Kind};
use crate::record::{Past, Verdict};

pub const CHECK: Check = check! {
    drill_failed_last_time, "drill-failed-last-time", Warning,
    "A drill failed last time, and nothing says what was learned",
    clauses: ["BC-22", "A1.3(1)", "CC7.5(5)", "ISO 22301 8.5", "ISO 22301 10.1", "DORA RTS 25"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let held = drill.held.iter().enumerate();
        let held = held.filter(|(_, held)| held.on <= context.now);
        let held = held.max_by_key(|(_, held)| held.on);
        let run = context
            .record
            .of(drill)
            .find(|run| run.verdict != Verdict::Open);
        let written = |run: &&Past| held.is_some_and(|(_, held)| held.on >= run.day);
        let (failed, place) = match (run.filter(|run| !written(run)), held) {
            (Some(run), _) => (failed_run(run), drill.at().place()),
            (None, Some((index, held))) => (
                failed(held),
                drill.at().key("held").index(index).key("result"),
            ),
            (None, None) => continue,
        };
        let Some((came, help)) = failed else {
            continue;
        };
        let message = format!("`{}` {came}, and nothing says what was learned", drill.id);
        findings.push(
            CHECK
                .finding(message)
                .at(place)
                .about(Kind::Drill, drill.id.as_str())
                .help(help),
        );
    }
}

/// How a drill failed that was written down with nothing learned, and what to do.
fn failed(held: &DrillHeld) -> Option<(String, String)> {
    let came = match held.result {
        DrillResult::Failed => "failed",
        DrillResult::Aborted => "was broken off",
        DrillResult::Passed | DrillResult::Partial => return None,
    };
    let help = "Write under `learned` what was found and changed, and plan to repeat it.";
    let came = format!("{came} on {}", held.on);
    held.learned.is_none().then(|| (came, help.to_owned()))
}

/// How a run was broken off that nobody has written down since, and what to do.
fn failed_run(run: &Past) -> Option<(String, String)> {
    // That nothing follows from one that failed or was late is `drill-without-action`'s business.
    if run.verdict != Verdict::Stopped {
        return None;
    }
    let came = run.verdict.words();
    let (day, id) = (run.day, &run.id);
    let help = format!(
        "`mainstay drill report {id}` shows why. Mend that and run it again; or write under \
         `held`, with that day, what came of it and what was `learned`."
    );
    Some((format!("{came} on {day} (run `{id}`)"), help))
}
