//! The plan is tested by a drill that counts, as often as the organization says.

use super::{Context, ShownBy, Source, again, written};
use crate::model::HistoryKind;
use crate::schedule::{Act, Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "test",
    shown_by: ShownBy::Runs,
    how: "Run a functional or full-scale drill to its end.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.drill) else {
        return Vec::new();
    };
    let acts = [
        context.history(HistoryKind::Drill),
        held(context),
        run(context),
    ];
    let last = acts.into_iter().flatten().max_by_key(|act| act.on);
    vec![Deadline {
        of: Subject::only(SOURCE.key),
        what: "Test the plan by a drill".to_owned(),
        who: context.control_owner(),
        every: Some(every),
        unattended: false,
        stands: again(last, every),
    }]
}

/// The last drill that counts and that a plan says was held.
fn held(context: &Context) -> Option<Act> {
    let drills = context.programme.drills.iter();
    let held = drills.flat_map(|drill| drill.held.iter().filter(|held| drill.tested(held)));
    let last = held
        .map(|held| held.on)
        .filter(|on| *on <= context.today)
        .max();
    last.map(|on| written(on, "held"))
}

/// The last run that counts.
fn run(context: &Context) -> Option<Act> {
    let run = context.record.last_test(context.programme)?;
    Some(Act {
        on: run.day,
        known: run.id.clone(),
    })
}
