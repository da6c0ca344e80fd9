//! It is shown that a procedure is right, as often as the plan is tested.

use super::{Context, ShownBy, Source, again, written};
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "procedure",
    shown_by: ShownBy::Plans,
    how: "Follow it in a drill, correct it, and write the day as `verified-at`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.drill) else {
        return Vec::new();
    };
    let procedures = context.programme.procedures.iter().map(|procedure| {
        let last = procedure.verified_at.filter(|on| *on <= context.today);
        Deadline {
            of: Subject::of(SOURCE.key, procedure.id.as_str()),
            what: format!("Show that the procedure is right: {}", procedure.name),
            who: procedure.owner.clone(),
            every: Some(every),
            unattended: false,
            stands: again(last.map(|on| written(on, "verified-at")), every),
        }
    });
    procedures.collect()
}
