//! An experiment of Chaos Toolkit.

use super::{Stated, typed};
use crate::model::plain;

plain! {
    /// An experiment of Chaos Toolkit that is run by its program `chaos`. It succeeds when it was
    /// completed, its steady state was met before and after, and all its actions, probes and
    /// rollbacks succeeded, their processes with exit status 0. Its rollbacks are always played.
    pub struct Chaostoolkit {
        /// The experiment, a JSON or YAML file relative to the workspace. It runs in the workspace.
        pub experiment: String,
        /// The names of environment variables it is given; their values are never in a plan.
        /// `PATH`, `HOME` and `LANG` it always has.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}

impl Stated for Chaostoolkit {
    fn only_looks(&self) -> bool {
        false
    }

    fn line(&self) -> String {
        typed(&["chaos", "run", &self.experiment].map(str::to_owned))
    }
}
