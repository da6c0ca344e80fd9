//! Somebody is told something.

use super::Stated;
use crate::id::PartyId;
use crate::model::plain;

plain! {
    /// Somebody is told something. It stands in the journal and on the terminal of the run; whoever
    /// runs the drill passes it on by the line of communication that the step states.
    pub struct Notify {
        /// Who is told: a person, a role or a team.
        pub who: PartyId,
        /// What they are told.
        pub text: String,
    }
}

impl Stated for Notify {
    fn only_looks(&self) -> bool {
        // To tell it twice does no harm.
        true
    }

    fn line(&self) -> String {
        format!("tell {}: {}", self.who, self.text)
    }

    fn unclear(&self) -> Option<String> {
        self.text
            .trim()
            .is_empty()
            .then(|| "tells nothing: write `text`".to_owned())
    }
}
