//! The journal of a run cannot be read, or somebody has changed it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Drill, Item, Kind};
use crate::record::Broken;

pub const CHECK: Check = check! {
    journal_broken, "journal-broken", Error,
    "What happened in a run cannot be relied upon",
    clauses: ["BC-34", "A1.3(1)", "CC7.5(5)", "AU-9", "AU-10", "ISO 22301 7.5.3"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for broken in &context.record.broken {
        let Broken { run, drill, why } = broken;
        let finding = match run {
            Some(run) => CHECK
                .finding(format!(
                    "the journal of run `{run}` proves nothing any more: {why}"
                ))
                .help(
                    "Keep a copy of `.mainstay/state` as it is: it is evidence. Then put it back \
                     from a backup, or run the drill again.",
                ),
            None => CHECK
                .finding(format!("no run proves anything: {why}"))
                .help(
                    "Make `.mainstay/state` readable, or put it back from a backup. If a newer \
                     Mainstay has written it, use that one.",
                ),
        };
        let drills = &context.programme.drills;
        let drill = drill.as_ref().and_then(|id| drills.get(id.as_str()));
        findings.push(located(context, finding, drill));
    }
}

/// At the drill, while it is in the plans, else at the organization.
fn located(context: &Context, finding: Finding, drill: Option<&Item<Drill>>) -> Finding {
    match (drill, &context.programme.organization) {
        (Some(drill), _) => finding
            .at(drill.at().place())
            .about(Kind::Drill, drill.id.as_str()),
        (None, Some(organization)) => finding
            .at(organization.at.place())
            .about(Kind::Organization, ""),
        (None, None) => finding.about(Kind::Organization, ""),
    }
}
