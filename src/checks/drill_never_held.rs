//! A drill that exists on paper only.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Drill, Kind};
use crate::record::Past;

pub const CHECK: Check = check! {
    drill_never_held, "drill-never-held", Warning,
    "A drill was never held and no day to come is planned for it",
    clauses: ["BC-22", "BC-34", "A1.3(1)", "CP-4", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // One that may run unattended runs by itself when its rhythm says so. What never comes of a
    // schedule is the business of others.
    let runs = |d: &Drill| d.schedule.is_some() || d.unattended && d.every.is_some();
    let planned = |d: &Drill| d.next.is_some_and(|next| next >= context.now) || runs(d);
    let held = |d: &Drill| d.held.iter().any(|held| held.on <= context.now);
    let drills = context.programme.drills.iter();
    let unheld = drills.filter(|d| !d.states(|d| held(d) || planned(d)));
    for drill in unheld.filter(|d| !context.record.of(d).any(Past::is_held)) {
        let missed = drill
            .declarations
            .iter()
            .filter_map(|d| Some((d.next?, d.at)));
        let (why, place) = match missed.max_by_key(|(next, _)| *next) {
            Some((next, at)) => (
                format!("was planned for {next}, and nothing says that it was held"),
                at.key("next"),
            ),
            None => (
                "was never held, and no day is planned for it".to_owned(),
                drill.at().place(),
            ),
        };
        findings.push(
            CHECK
                .finding(format!("`{}` {why}", drill.id))
                .at(place)
                .about(Kind::Drill, drill.id.as_str())
                .help(
                    "Hold it with `mainstay drill run`, or write the day it is planned for as \
                     `next`, or when it is held again and again as `schedule`.",
                ),
        );
    }
}
