//! What is to be done because of what a drill showed.

use super::plain;
use crate::id::*;
use crate::time::Date;

plain! {
    /// Something that is to be done because of what a drill showed: by whom, and until when.
    pub struct CorrectiveAction {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: ActionId,
        /// What is to be done, in a few words, such as `Keep two spare keys at reception`.
        pub name: String,
        /// What was observed: why it is to be done.
        pub observed: Option<String>,
        /// The drill in which that was observed.
        pub drill: Option<DrillId>,
        /// The run in which that was observed, such as `fail-over-drill-2026-11-27`, as `mainstay
        /// drill report` names it.
        pub run: Option<String>,
        /// The functions and systems it is about.
        #[serde(default)]
        pub about: Vec<NodeId>,
        /// Who sees to it that it is done.
        pub owner: Option<PartyId>,
        /// The last day on which it may be done.
        pub due: Option<Date>,
        /// That it is closed: write this once another run has shown that it works, or once it is
        /// decided that nothing more is done.
        pub closed: Option<ActionClosed>,
    }

    /// That an action is closed, and how that is known. State `run`, or `why`, or both.
    pub struct ActionClosed {
        /// On which day.
        pub on: Date,
        /// Who says so.
        pub by: PersonId,
        /// The run that showed that it works: the drill was run again, and succeeded.
        pub run: Option<String>,
        /// Why it is closed where no run can show that it works.
        pub why: Option<String>,
    }
}

impl CorrectiveAction {
    /// Whether it is still to be done.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Whether it is still to be done, and should have been by now. On its last day it is not.
    pub fn is_overdue(&self, now: Date) -> bool {
        self.is_open() && self.due.is_some_and(|due| due < now)
    }
}
