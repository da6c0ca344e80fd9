//! The plan was not tested in time.

use super::overdue::{self, Last, Rhythm};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Drill, DrillKind, DrillResult, HistoryKind, Programme};

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
    let recorded = overdue::last(context, &RHYTHM);
    let last = [recorded, last_held(context)].into_iter().flatten().max();
    if last.is_none() && is_left_to_others(context.programme) {
        return;
    }
    let overdue = overdue::finding(context, &CHECK, &RHYTHM, last);
    findings.extend(overdue.map(|finding| {
        finding.help(
            "Hold a functional or full-scale drill to its end, and record it under the drill's \
             `held`. A walkthrough, a tabletop or a drill that was broken off does not count.",
        )
    }));
}

/// The kinds of drill that count: a walkthrough or a tabletop proves nothing about recovery.
const COUNTS: [DrillKind; 2] = [DrillKind::Functional, DrillKind::FullScale];

/// No drill at all is `no-drill`'s business, and one that would count but stays on paper is
/// `drill-never-held`'s.
fn is_left_to_others(programme: &Programme) -> bool {
    let on_paper = |drill: &Drill| {
        COUNTS.contains(&drill.kind) && drill.held.is_empty() && drill.next.is_none()
    };
    programme.drills.is_empty() || programme.drills.iter().any(|drill| on_paper(drill))
}

/// When a drill that counts was last held. One that failed was held: it showed what it showed.
fn last_held(context: &Context) -> Last {
    let drills = context
        .programme
        .drills
        .iter()
        .flat_map(|drill| &drill.declarations);
    let held = drills
        .filter(|drill| COUNTS.contains(&drill.kind))
        .flat_map(|drill| {
            let place = |index| drill.at.key("held").index(index).key("on");
            let entries = drill.held.iter().enumerate();
            entries.map(move |(index, held)| (held, place(index)))
        });
    let done =
        held.filter(|(held, _)| held.result != DrillResult::Aborted && held.on <= context.now);
    done.map(|(held, place)| (held.on, place)).max()
}
