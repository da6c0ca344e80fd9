//! The plan was not tested in time.

use super::overdue::{self, Last, Rhythm};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Drill, HistoryKind, Item, Programme};

pub const CHECK: Check = check! {
    drill_overdue, "drill-overdue", Warning,
    "The plan was not tested in time by a drill that counts",
    clauses: ["BC-22", "BC-34", "SP 800-34 3.5", "CP-4", "A1.3(1)", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

const RHYTHM: Rhythm = Rhythm {
    what: HistoryKind::Drill,
    key: "drill",
    every: |cadences| cadences.drill,
    done: "tested by a functional or full-scale drill",
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let history = overdue::last(context, &RHYTHM);
    let all = [history, last_held(context), last_run(context)];
    let last = all.into_iter().flatten().max();
    if last.is_none() && is_left_to_others(context.programme) {
        return;
    }
    let overdue = overdue::finding(context, &CHECK, &RHYTHM, last);
    findings.extend(overdue.map(|finding| {
        finding.help(
            "Run a functional or full-scale drill to its end, or record one under the drill's \
             `held`. A walkthrough, a tabletop or a drill that was broken off does not count.",
        )
    }));
}

/// No drill at all is `no-drill`'s business, and one that would count but stays on paper is
/// `drill-never-held`'s.
fn is_left_to_others(programme: &Programme) -> bool {
    let on_paper = |drill: &Drill| {
        drill.touches() && drill.held.is_empty() && drill.next.is_none() && drill.schedule.is_none()
    };
    programme.drills.is_empty() || programme.drills.iter().any(|drill| on_paper(drill))
}

/// When a drill that counts was last run to its end. It stands at the drill, or at the organization
/// once the drill is not in the plans any more.
fn last_run(context: &Context) -> Last {
    let run = context.record.last_test(context.programme)?;
    let drill = context.programme.drills.get(run.drill.as_str());
    let organization = context.programme.organization.as_ref();
    let at = drill.map(Item::at).or(organization.map(|o| o.at))?;
    Some((run.day, at.place()))
}

/// When a drill that counts was last held.
fn last_held(context: &Context) -> Last {
    let drills = context
        .programme
        .drills
        .iter()
        .flat_map(|drill| &drill.declarations);
    let tested = drills.flat_map(|drill| {
        let place = |index| drill.at.key("held").index(index).key("on");
        let entries = drill.held.iter().enumerate();
        let tested = entries.filter(|(_, held)| drill.tested(held));
        tested.map(move |(index, held)| (held.on, place(index)))
    });
    tested.filter(|(on, _)| *on <= context.now).max()
}
