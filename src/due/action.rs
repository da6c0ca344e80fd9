//! What a drill showed is to be mended by a day.

use super::{Context, ShownBy, Source};
use crate::schedule::{Act, Deadline, Stands, Subject};

pub const SOURCE: Source = Source {
    key: "action",
    shown_by: ShownBy::Plans,
    how: "Once it is done, run the drill again and name that run under `closed`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let actions = context.programme.actions.iter().filter_map(|action| {
        let stands = match (&action.closed, action.due) {
            (Some(closed), _) => Stands::Over(Act {
                on: closed.on,
                known: format!("closed by {}", closed.by),
            }),
            (None, Some(by)) => Stands::Due { by, last: None },
            // That it has no day is `action-without-due`'s business.
            (None, None) => return None,
        };
        Some(Deadline {
            of: Subject::of(SOURCE.key, action.id.as_str()),
            what: action.name.clone(),
            who: action.owner.clone(),
            every: None,
            unattended: false,
            stands,
        })
    });
    actions.collect()
}
