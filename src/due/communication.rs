//! The plan is communicated to everybody it names, as often as the organization says.

use super::{Context, ShownBy, Source, again};
use crate::model::HistoryKind;
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "communication",
    shown_by: ShownBy::Plans,
    how: "Send everybody their part, and add an entry `what: communication` to `history`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.communication) else {
        return Vec::new();
    };
    vec![Deadline {
        of: Subject::only(SOURCE.key),
        what: "Communicate the plan to everybody it names".to_owned(),
        who: context.control_owner(),
        every: Some(every),
        unattended: false,
        stands: again(context.history(HistoryKind::Communication), every),
    }]
}
