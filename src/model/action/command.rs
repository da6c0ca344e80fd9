//! A program that is run.

use super::{Stated, expecting, typed};
use crate::model::plain;

plain! {
    /// A program that is run in a process group of its own, without a shell.
    pub struct Command {
        /// The program and its arguments, one after the other: `[./switch, --to, dublin]`.
        #[serde(default)]
        pub argv: Vec<String>,
        /// The folder it runs in, relative to the workspace. The workspace, when left out.
        pub folder: Option<String>,
        /// The names of environment variables it is given; their values are never in a plan.
        /// `PATH`, `HOME` and `LANG` it always has.
        #[serde(default)]
        pub environment: Vec<String>,
        /// The exit statuses that count as success. `[0]`, when left out.
        #[serde(default)]
        pub succeeds_with: Vec<u8>,
    }
}

impl Stated for Command {
    fn only_looks(&self) -> bool {
        false
    }

    fn line(&self) -> String {
        let typed = typed(&self.argv);
        let typed = match &self.folder {
            Some(folder) => format!("{typed} in {folder}"),
            None => typed,
        };
        let statuses = self.succeeds_with.iter().map(u8::to_string);
        let statuses = statuses.collect::<Vec<_>>().join(" or ");
        let stated = Some(format!("exit status {statuses}"));
        let stated = stated.filter(|_| !self.succeeds_with.is_empty());
        expecting(typed, stated.into_iter().collect())
    }

    fn unclear(&self) -> Option<String> {
        let empty = self.argv.is_empty();
        empty.then(|| "names no program in `argv`".to_owned())
    }
}
