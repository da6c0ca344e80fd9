//! Management approves the plan, as often as the organization says.

use super::{Context, ShownBy, Source, again};
use crate::model::HistoryKind;
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "approval",
    shown_by: ShownBy::Plans,
    how: "Lay the consolidated plan before the approvers, and add an entry `what: approval` \
          to `history`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.approval) else {
        return Vec::new();
    };
    vec![Deadline {
        of: Subject::only(SOURCE.key),
        what: "Have management approve the plan".to_owned(),
        who: context.control_owner(),
        every: Some(every),
        unattended: false,
        stands: again(context.history(HistoryKind::Approval), every),
    }]
}
