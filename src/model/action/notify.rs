//! Somebody is told something.

use super::Stated;
use crate::id::{ChannelId, PartyId};
use crate::model::plain;

plain! {
    /// Somebody is told something, by the channels that are named. Without one it stands in the
    /// journal and on the terminal of the run, and whoever runs the drill passes it on by the line
    /// of communication that the step states. In a drill every message says that it is an exercise.
    pub struct Notify {
        /// Who is told: a person, a role or a team.
        pub who: PartyId,
        /// What they are told.
        pub text: String,
        /// By which channels. By none, when left out.
        #[serde(default)]
        pub by: Vec<ChannelId>,
    }
}

impl Stated for Notify {
    fn only_looks(&self) -> bool {
        // What is posted twice under one key is one message.
        true
    }

    fn line(&self) -> String {
        let by: Vec<&str> = self.by.iter().map(ChannelId::as_str).collect();
        match by.as_slice() {
            [] => format!("tell {}: {}", self.who, self.text),
            by => format!("tell {} by {}: {}", self.who, by.join(", "), self.text),
        }
    }

    fn unclear(&self) -> Option<String> {
        self.text
            .trim()
            .is_empty()
            .then(|| "tells nothing: write `text`".to_owned())
    }
}
