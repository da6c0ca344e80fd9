//! What one thing needs of another.

use super::{plain, words};
use crate::id::NodeId;

plain! {
    /// Something that is needed.
    pub struct Dependency {
        /// What is needed: a system or a function.
        pub on: NodeId,
        /// How much it is needed. `hard`, when left out.
        #[serde(default, skip_serializing_if = "DependencyKind::is_default")]
        pub kind: DependencyKind,
        /// What it is needed for.
        #[serde(rename = "for")]
        pub purpose: Option<String>,
    }
}

words! {
    /// How much something is needed.
    #[derive(Default)]
    pub enum DependencyKind {
        /// Nothing works without it.
        #[default]
        Hard = "hard",
        /// Things work without it, but worse.
        Soft = "soft",
        /// Needed to start, not to go on running.
        Bootstrap = "bootstrap",
    }
}

impl DependencyKind {
    fn is_default(&self) -> bool {
        *self == DependencyKind::Hard
    }
}
