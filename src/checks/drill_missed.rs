//! A drill was not held when its schedule had it held.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use super::words::count;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::DrillId;
use crate::model::Kind;
use crate::schedule::{Came, Disposition, Term};

pub const CHECK: Check = check! {
    drill_missed, "drill-missed", Warning,
    "A drill was not held when its schedule had it held",
    clauses: ["BC-22", "BC-34", "CP-4"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // A day that has not ended is no day too late.
    let now = context.now.0.and_time(NaiveTime::MIN).and_utc();
    let mut missed: BTreeMap<&DrillId, Vec<&Came>> = BTreeMap::new();
    for obligation in context.record.obligations(now) {
        if let (Term::Time(came), Disposition::Missed) = (obligation.term, obligation.disposition) {
            missed.entry(&came.drill).or_default().push(came);
        }
    }
    for drill in &context.programme.drills {
        let Some((last, before)) = missed.get(&drill.id).and_then(|all| all.split_last()) else {
            continue;
        };
        let more = match before.len() {
            0 => String::new(),
            more => format!(" ({} in all)", count(more + 1, "time", "times")),
        };
        let time = last.nominal.format("%Y-%m-%d %H:%M");
        findings.push(
            CHECK
                .finding(format!(
                    "`{}` was to be held on {time} ({}), and was not{more}",
                    drill.id, last.zone
                ))
                .at(drill.at().place())
                .about(Kind::Drill, drill.id.as_str())
                .help(
                    "Hold it, or say with `mainstay schedule waive` who decided that it need not \
                     be held, and why.",
                ),
        );
    }
}
