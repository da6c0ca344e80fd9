//! Backups that a program of one's own reads.

use crate::model::plain;

plain! {
    /// A program that lists, reads and restores backups of any other tool. One of three verbs is
    /// appended to `argv`: `list`, `read ID`, or `restore ID FOLDER`. What it does then, and the
    /// JSON it prints, `examples/backup-exec` says; such a program is there. Each time the same
    /// recovery point is restored, the same files have to be there.
    pub struct Exec {
        /// The program and its first arguments. It runs in the folder of the workspace; a name
        /// with `/` in it is relative to that, any other is found as the system finds it.
        #[serde(default)]
        pub argv: Vec<String>,
        /// The folders and files of the backup on this machine, relative to the workspace. What is
        /// in them must be the same before and after.
        #[serde(default)]
        pub places: Vec<String>,
        /// What else it needs to know: names of environment variables, such as one with a password.
        #[serde(default)]
        pub environment: Vec<String>,
    }
}
