//! Backups that a program of one's own reads.

use crate::model::plain;

plain! {
    /// A program that lists, reads and restores backups of any other tool. One more word is
    /// appended to `argv`, and what it asks for:
    ///
    /// - `list` prints `{"points": [{"id": "…", "as-of": "2026-11-28T03:15:00Z"}]}`;
    /// - `read ID` reads all of one and prints `{"trials": [{"what": "…", "verdict": "pass",
    ///   "found": "…"}]}`;
    /// - `restore ID FOLDER` brings one back into an empty folder and prints
    ///   `{"files": 3, "bytes": 120, "trials": []}`.
    ///
    /// `examples/backup-exec` says it in full, and has such a program.
    pub struct Exec {
        /// The program and its first arguments. It runs in the folder of the workspace; a name
        /// with `/` in it is relative to that, any other is found as the system finds it.
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
