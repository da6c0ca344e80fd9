//! A drill falls on an hour that clocks leave out or give twice.

use super::words::count;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Schedule};
use crate::schedule::{AHEAD, Dst, Occurrence, occurrences, start_of};

pub const CHECK: Check = check! {
    schedule_clock_change, "schedule-clock-change", Warning,
    "A drill is planned for an hour that clocks leave out, or that comes twice",
    clauses: ["BC-22", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let Some(schedule) = &drill.schedule else {
            continue;
        };
        let last = context
            .now
            .0
            .checked_add_days(AHEAD)
            .unwrap_or(context.now.0);
        let all = occurrences(drill, start_of(schedule, context.now), last);
        let met: Vec<Occurrence> = all.filter(|it| is_open(schedule, it)).collect();
        let Some(first) = met.first() else {
            continue;
        };
        let times = count(met.len(), "time", "times");
        let (what, key) = match first.dst {
            Dst::Gap => ("does not exist", "gap"),
            _ => ("comes twice", "fold"),
        };
        let (named, zone) = (first.nominal.format("%Y-%m-%d %H:%M"), &schedule.zone);
        let done = first.at.with_timezone(&zone.0).format("%H:%M %Z");
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` is planned for {named}, which {what} in {zone}; it is held at {done} \
                     ({times} in two years)",
                    drill.id
                ))
                .at(drill.at().key("schedule"))
                .about(Kind::Drill, drill.id.as_str())
                .help(format!(
                    "Plan it for another hour, or say with `{key}` what is meant."
                )),
        );
    }
}

/// Whether the clocks have a part in it, and the plan does not say what is meant.
fn is_open(schedule: &Schedule, occurrence: &Occurrence) -> bool {
    match occurrence.dst {
        Dst::None => false,
        Dst::Gap => schedule.gap.is_none(),
        Dst::First | Dst::Second => schedule.fold.is_none(),
    }
}
