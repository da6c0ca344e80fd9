//! A schedule that says no time, or two.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::schedule::Rule;

pub const CHECK: Check = check! {
    schedule_unclear, "schedule-unclear", Error,
    "A schedule does not say when",
    clauses: ["BC-22", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let Some(Err(why)) = drill.schedule.as_ref().map(Rule::new) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!("the schedule of `{}` {why}", drill.id))
                .at(drill.at().key("schedule"))
                .about(Kind::Drill, drill.id.as_str())
                .help(
                    "Say it in one way, such as `on: {nth: first, weekday: saturday, months: \
                     [march]}` with `at: \"02:00\"`.",
                ),
        );
    }
}
