//! Something that takes time is said to take none.

use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Item, Kind, Procedure, System};
use crate::time::Duration;

pub const CHECK: Check = check! {
    zero_duration, "zero-duration", Error,
    "Something that takes time is said to take none",
    clauses: ["BC-09", "BC-34", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let programme = context.programme;
    programme
        .systems
        .iter()
        .for_each(|system| look_at_recovery(system, findings));
    for backup in &programme.backups {
        let took = backup.restored.as_ref().map(|restored| restored.took);
        let place = || backup.at().key("restored").key("took");
        let (what, about) = (
            || format!("restoring `{}`", backup.id),
            (Kind::Backup, backup.id.as_str()),
        );
        findings.extend(complaint(took, place, what, about));
    }
    programme
        .procedures
        .iter()
        .for_each(|procedure| look_at_steps(procedure, findings));
}

fn look_at_recovery(system: &Item<System>, findings: &mut Vec<Finding>) {
    let Some(recovery) = &system.recovery else {
        return;
    };
    let at = || system.at().key("recovery");
    let about = (Kind::System, system.id.as_str());
    let what = || format!("recovering `{}`", system.id);
    let measured = recovery.measured.as_ref().map(|measured| measured.took);
    findings.extend(complaint(
        recovery.likely,
        || at().key("likely"),
        what,
        about,
    ));
    findings.extend(complaint(recovery.worst, || at().key("worst"), what, about));
    let place = || at().key("measured").key("took");
    findings.extend(complaint(measured, place, what, about));
}

fn look_at_steps(procedure: &Item<Procedure>, findings: &mut Vec<Finding>) {
    for (index, step) in procedure.steps.iter().enumerate() {
        let place = || procedure.at().key("steps").index(index).key("expected");
        let what = || format!("step `{}` of `{}`", step.id, procedure.id);
        let about = (Kind::Procedure, procedure.id.as_str());
        findings.extend(complaint(step.expected, place, what, about));
    }
}

fn complaint(
    time: Option<Duration>,
    place: impl Fn() -> Place,
    what: impl Fn() -> String,
    about: (Kind, &str),
) -> Option<Finding> {
    time.filter(|time| *time == Duration::ZERO).map(|time| {
        CHECK
            .finding(format!("{} is said to take {}", what(), time.words()))
            .at(place())
            .about(about.0, about.1)
            .help("Write how long it takes, `1s` at the least, or leave it out until it is known.")
    })
}
