//! People are called by a call tree.

use super::Stated;
use crate::id::CallTreeId;
use crate::model::plain;

plain! {
    /// People are called by a call tree that says with `page` how Mainstay does that. In a drill
    /// every message says that it is an exercise.
    pub struct CallPeople {
        /// The call tree.
        pub tree: CallTreeId,
        /// What they are told, and what they are asked to say yes or no to.
        pub text: String,
    }
}

impl Stated for CallPeople {
    fn only_looks(&self) -> bool {
        // Whoever is called twice is disturbed twice.
        false
    }

    fn line(&self) -> String {
        format!("call by the call tree {}: {}", self.tree, self.text)
    }

    fn unclear(&self) -> Option<String> {
        let is_empty = self.text.trim().is_empty();
        is_empty.then(|| "tells nothing: write `text`".to_owned())
    }
}
