//! A mark that is written before the fault, and looked for after the recovery.

use super::{Command, Sql, Stated, typed};
use crate::model::plain;

plain! {
    /// Writes a mark with this moment into a store, so that the newest one that is found after a
    /// recovery tells how much was lost. It is run like a `command`.
    pub struct Mark {
        /// The program and its arguments. `[mark]` in them stands for the moment, such as
        /// `2026-11-27T10:00:00.123Z`: marks that are newer come later in the order of letters.
        #[serde(default)]
        pub argv: Vec<String>,
        /// The folder it runs in, relative to the workspace. The workspace, when left out.
        pub folder: Option<String>,
        /// The names of environment variables it is given; their values are never in a plan.
        #[serde(default)]
        pub environment: Vec<String>,
    }

    /// Looks for the newest mark in what was recovered: exactly one of these.
    pub struct FindMark {
        /// Run a program whose last line is the newest mark.
        pub command: Option<Command>,
        /// Ask a database; the answer is the newest mark.
        pub sql: Option<Sql>,
    }
}

impl Stated for Mark {
    fn only_looks(&self) -> bool {
        false
    }

    fn line(&self) -> String {
        format!("write a mark: {}", typed(&self.argv))
    }

    fn unclear(&self) -> Option<String> {
        let holds = self.argv.iter().any(|word| word.contains("[mark]"));
        (!holds).then(|| "does not say in `argv` where `[mark]` goes".to_owned())
    }
}

impl Stated for FindMark {
    fn only_looks(&self) -> bool {
        self.command.is_none()
    }

    fn line(&self) -> String {
        let command = self.command.as_ref().map(Stated::line);
        let looks = command.or(self.sql.as_ref().map(Stated::line));
        format!("find the newest mark: {}", looks.unwrap_or_default())
    }

    fn unclear(&self) -> Option<String> {
        match (&self.command, &self.sql) {
            (Some(command), None) => command.unclear(),
            (None, Some(sql)) => sql.unclear(),
            _ => Some("needs either `command` or `sql`".to_owned()),
        }
    }
}
