//! The tools whose backups Mainstay verifies. How each is asked is the business of
//! [`crate::backup`].
//!
//! `providers!` is the one list of them. One more is a file here that says what can be stated, a
//! file of the same name under `src/backup/` that asks the tool, and one line below.

use std::collections::BTreeSet;

use super::SecretRef;

mod borg;
mod directory;
mod exec;
mod pg_basebackup;
mod pg_dump;
mod pgbackrest;
mod restic;
mod s3;
mod sqlite;

pub use borg::Borg;
pub use directory::Directory;
pub use exec::Exec;
pub use pg_basebackup::PgBasebackup;
pub use pg_dump::PgDump;
pub use pgbackrest::PgBackrest;
pub use restic::Restic;
pub use s3::S3;
pub use sqlite::Sqlite;

/// Calls a macro with every provider: its field, its key and its type.
#[macro_export]
#[doc(hidden)]
macro_rules! providers {
    ($then:ident) => {
        $then! {
            /// A repository of Borg.
            borg "borg" Borg;
            /// A folder, each file in it as it was saved.
            directory "directory" Directory;
            /// Base backups of a PostgreSQL server.
            pg_basebackup "pg-basebackup" PgBasebackup;
            /// Dumps of a PostgreSQL database.
            pg_dump "pg-dump" PgDump;
            /// A stanza in a repository of pgBackRest.
            pgbackrest "pgbackrest" PgBackrest;
            /// Backups that a program of one's own reads.
            exec "exec" Exec;
            /// A repository of restic.
            restic "restic" Restic;
            /// Objects below a prefix of an object store, each a file as it was saved.
            s3 "s3" S3;
            /// Copies of an SQLite database.
            sqlite "sqlite" Sqlite;
        }
    };
}

macro_rules! provider {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// The tool that reads a backup, and where that is: exactly one of these.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Provider {
            $($(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<Box<$type>>,)+
        }

        impl Provider {
    /// The names of the environment variables that the tool needs, such as those with secrets.
    pub fn environment(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let stated = serde_json::to_value(self).expect("our own types have text keys");
        let tools = stated.as_object().into_iter().flatten();
        let keys = tools.flat_map(|(_, tool)| tool.as_object().into_iter().flatten());
        for (key, value) in keys {
            let named = value.as_array().filter(|_| key == "environment");
            let named = named.into_iter().flatten().filter_map(|name| name.as_str());
            names.extend(named.map(str::to_owned));
            if let Some(Ok(SecretRef::Env(name))) = value.as_str().map(str::parse) {
                names.insert(name);
            }
        }
        names
    }

            /// The keys that are stated; there should be one.
            pub fn stated(&self) -> Vec<&'static str> {
                let mut stated = Vec::new();
                $(if self.$name.is_some() {
                    stated.push($key);
                })+
                stated
            }
        }
    };
}
providers!(provider);

impl Provider {
    /// The key of the one that is stated.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence, when that is not exactly one.
    pub fn key(&self) -> Result<&'static str, String> {
        match self.stated().as_slice() {
            [key] => Ok(key),
            [] => Err("names no tool".to_owned()),
            several => Err(format!("names {} at once", several.join(" and "))),
        }
    }
}
