//! A schedule that has nothing done for two years.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::schedule::{AHEAD, Rule, occurrences, start_of};

pub const CHECK: Check = check! {
    schedule_never_comes, "schedule-never-comes", Error,
    "A schedule has nothing done within two years",
    clauses: ["BC-22", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let is_understood = |schedule| Rule::new(schedule).is_ok();
        let Some(schedule) = drill.schedule.as_ref().filter(|it| is_understood(it)) else {
            continue;
        };
        // One that begins later is looked at from then on.
        let first = context.now.max(schedule.from);
        let last = first.0.checked_add_days(AHEAD).unwrap_or(first.0);
        if occurrences(drill, start_of(schedule, first), last)
            .next()
            .is_some()
        {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("`{}` never comes from {first} to {last}", drill.id))
                .at(drill.at().key("schedule"))
                .about(Kind::Drill, drill.id.as_str())
                .help("Write days that there are; `mainstay schedule next` shows which come."),
        );
    }
}
