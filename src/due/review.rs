//! The plan is read through and corrected, as often as the organization says.

use super::{Context, ShownBy, Source, again};
use crate::model::HistoryKind;
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "review",
    shown_by: ShownBy::Plans,
    how: "Read the plan through, correct it, and add an entry `what: review` to `history`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.review) else {
        return Vec::new();
    };
    vec![Deadline {
        of: Subject::only(SOURCE.key),
        what: "Review the plan".to_owned(),
        who: context.control_owner(),
        every: Some(every),
        unattended: false,
        stands: again(context.history(HistoryKind::Review), every),
    }]
}
