//! A drill is held on the day that is planned, or so often where it has no schedule.

use super::{Context, ShownBy, Source, again, written};
use crate::model::Drill;
use crate::schedule::{Act, Deadline, Stands, Subject};

pub const SOURCE: Source = Source {
    key: "drill",
    shown_by: ShownBy::Runs,
    how: "Hold it with `mainstay drill run ID`, or write under `held` that it was.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let drills = context.programme.drills.iter();
    let drills = drills.filter_map(|drill| {
        let every = drill.every.filter(|_| drill.schedule.is_none());
        let last = last(context, drill);
        let is_done = |by| last.as_ref().is_some_and(|last| by <= last.on);
        let stands = match (drill.next, every, &last) {
            (Some(by), ..) if !is_done(by) => Stands::Due { by, last },
            (_, Some(every), _) => again(last, every),
            (Some(_), None, Some(last)) => Stands::Over(last.clone()),
            _ => return None,
        };
        Some(Deadline {
            of: Subject::drill(&drill.id),
            what: drill.name.clone(),
            who: drill.lead.clone(),
            every,
            unattended: drill.unattended,
            stands,
        })
    });
    drills.collect()
}

/// When a drill was last held, as a plan says it or a run shows.
fn last(context: &Context, drill: &Drill) -> Option<Act> {
    let held = drill
        .held
        .iter()
        .map(|held| held.on)
        .filter(|on| *on <= context.today);
    let held = held.max().map(|on| written(on, "held"));
    let runs = context.record.of(drill).filter(|run| run.is_held());
    let run = runs.max_by_key(|run| run.day).map(|run| Act {
        on: run.day,
        known: run.id.clone(),
    });
    [held, run].into_iter().flatten().max_by_key(|act| act.on)
}
