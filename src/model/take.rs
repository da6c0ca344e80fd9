//! How Mainstay itself makes a backup.

use super::{SecretRef, plain};

plain! {
    /// How Mainstay itself makes a backup: the additional full local copy. Verifying never does.
    pub struct Take {
        /// What writes it. Exactly one is stated.
        pub with: Writer,
        /// The only folder in which it may be written, relative to the workspace.
        pub write_under: String,
        /// Whether `mainstay run` may make it when it is due, with nobody at hand. Not, when left
        /// out.
        #[serde(default)]
        pub unattended: bool,
    }

    /// A folder is copied, and a manifest says what every file was.
    pub struct TakeDirectory {
        /// The folder that is copied, relative to the workspace.
        pub from: String,
        /// The folder in which each copy gets a folder of its own.
        pub to: String,
    }

    /// A dump of a PostgreSQL database is made while it is in use, with what its tables held then.
    pub struct TakePgDump {
        /// The name of the environment variable that holds the address of the database, such as
        /// `postgres://backup:password@host:5432/orders`; the address itself is a secret.
        pub from: String,
        /// The folder in which the dumps are, relative to the workspace.
        pub to: String,
        /// What their names begin with, such as `orders-`.
        pub prefix: Option<String>,
    }

    /// Files are saved in a repository of restic, which is made where there is none.
    pub struct TakeRestic {
        /// What is saved, relative to the workspace.
        #[serde(default)]
        pub paths: Vec<String>,
        /// The folder of the repository, relative to the workspace.
        pub repository: String,
        /// Where the password for writing is. A file that is missing is made, with a new password
        /// in it, where there is no repository yet.
        pub password: SecretRef,
    }

    /// A database of SQLite is copied while it is in use.
    pub struct TakeSqlite {
        /// The database, relative to the workspace.
        pub from: String,
        /// The folder in which the copies are, relative to the workspace.
        pub to: String,
        /// What their names begin with, such as `orders-`.
        pub prefix: Option<String>,
    }
}

/// Calls a macro with everything that can write a full copy: its field, its key and its type.
#[macro_export]
#[doc(hidden)]
macro_rules! writers {
    ($then:ident) => {
        $then! {
            /// A folder, with a manifest.
            directory "directory" TakeDirectory;
            /// A dump of a PostgreSQL database.
            pg_dump "pg-dump" TakePgDump;
            /// A repository of restic.
            restic "restic" TakeRestic;
            /// A copy of an SQLite database.
            sqlite "sqlite" TakeSqlite;
        }
    };
}

macro_rules! writer {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// What writes a full copy: exactly one of these.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Writer {
            $($(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<Box<$type>>,)+
        }

        impl Writer {
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
writers!(writer);
