//! Somebody approved a drill, and that lapses.

use super::{Context, ShownBy, Source};
use crate::drill::lapses;
use crate::schedule::{Deadline, Stands, Subject};

pub const SOURCE: Source = Source {
    key: "drill-approval",
    shown_by: ShownBy::Plans,
    how: "Read `mainstay drill show ID`, and write `by`, `on` and `content` under `approval`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let drills = context.programme.drills.iter();
    let lapsing = drills.filter_map(|drill| {
        let approval = drill.approval.as_ref()?;
        Some(Deadline {
            of: Subject::of(SOURCE.key, drill.id.as_str()),
            what: format!("Have the drill approved anew: {}", drill.name),
            who: context.party(approval.by.as_str()),
            every: None,
            unattended: false,
            stands: Stands::Due {
                by: lapses(drill, approval),
                last: Some(super::written(approval.on, "approval")),
            },
        })
    });
    lapsing.collect()
}
