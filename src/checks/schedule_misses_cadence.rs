//! A schedule leaves more time between two drills than may pass.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::schedule::{occurrences, start_of};
use crate::time::{Date, Period};

pub const CHECK: Check = check! {
    schedule_misses_cadence, "schedule-misses-cadence", Warning,
    "A schedule leaves more time between two drills than may pass",
    clauses: ["BC-22", "BC-34", "CP-4"],
    run: Run::Programme(run),
};

/// How far is looked ahead: weekdays come back on the same days after that at the latest, but for
/// those of leap years.
const AHEAD: Period = Period::months(12 * 12);

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let (Some(schedule), Some(every)) = (&drill.schedule, drill.every) else {
            continue;
        };
        let last = AHEAD.after(context.now).0;
        let days = occurrences(drill, start_of(schedule, context.now), last);
        let days: Vec<Date> = days.map(|it| Date(it.nominal.date())).collect();
        let mut pairs = days.windows(2).map(|pair| (pair[0], pair[1]));
        let Some((from, to)) = pairs.find(|&(from, to)| every.after(from) < to) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` is to be held every {}, and after {from} its schedule has it held on \
                     {to}",
                    drill.id,
                    every.words()
                ))
                .at(drill.at().key("schedule"))
                .also(
                    drill.at_where(|d| d.every == Some(every)).key("every"),
                    "stated here",
                )
                .about(Kind::Drill, drill.id.as_str())
                .help("Plan it earlier or more often, or state a longer `every` if that may be."),
        );
    }
}
