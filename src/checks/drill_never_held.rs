//! A drill that exists on paper only.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Drill, Kind};

pub const CHECK: Check = check! {
    drill_never_held, "drill-never-held", Warning,
    "A drill was never held and no day is planned for it",
    clauses: ["BC-22", "BC-34", "A1.3(1)", "CP-4", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // One that may run unattended runs by itself when its rhythm says so.
    let planned = |d: &Drill| d.next.is_some() || d.unattended && d.every.is_some();
    let held = |d: &Drill| d.held.iter().any(|held| held.on <= context.now);
    let drills = context.programme.drills.iter();
    for drill in drills.filter(|d| !d.states(|d| held(d) || planned(d))) {
        let message = format!(
            "`{}` was never held, and no day is planned for it",
            drill.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(drill.at().place())
                .about(Kind::Drill, drill.id.as_str())
                .help("Write the day it is planned for as `next`."),
        );
    }
}
