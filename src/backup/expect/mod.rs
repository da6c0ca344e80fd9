//! Whether what was restored is what it should be: one file for each kind in `expectations!`.
//!
//! Each looks at what was restored and gives back one trial. Contents of the data are never told:
//! only counts, moments and what a question in the plan answers.

mod amcheck;
mod drop;
mod files;
mod fingerprints;
mod heartbeat;
mod manifest;
mod query;

pub use manifest::{judge, judged};

use std::path::{Component, Path, PathBuf};

use super::tree::Tree;
use super::waited::wait_for;
use super::{Back, Database, Outcome, Session, Trouble};
use crate::expectations;
use crate::model::Expectation;
use crate::proof::{Compared, Level, RecoveryPoint, Trial, Verification, compared};
use crate::question;
use crate::time::Duration;

/// What was restored, and what it is looked at with.
pub struct Recovered<'r> {
    /// What was brought back.
    pub back: &'r Back,
    /// What is in it.
    pub tree: &'r Tree,
    /// What a provider is asked with.
    pub session: &'r Session<'r>,
    /// How old a sign of life may be, where the expectation does not say it.
    pub age_max: Option<Duration>,
    /// The recovery point.
    pub point: &'r RecoveryPoint,
    /// The file with what the tables in it held when it was made, if anybody writes that down.
    pub fingerprints: Option<&'r Path>,
    /// The recovery points of which the plan says that what was found is settled.
    pub settled: &'r [String],
    /// The verifications of this backup until now.
    pub past: &'r [Verification],
    /// The recovery point, where it is not the newest: what is in it is as old as it is itself.
    pub older: Option<&'r RecoveryPoint>,
}

impl<'r> Recovered<'r> {
    /// What a trial is held against: its figure in the recovery point before.
    fn compared<T>(
        &self,
        what: &str,
        figure: impl Fn(&'r Verification, &'r Trial) -> Option<T>,
    ) -> Compared<'r, T> {
        compared(self.past, (self.point, self.settled), what, figure)
    }
}

/// What came of looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The trial.
    pub trial: Trial,
    /// How much would be lost, where that was found, in microseconds.
    pub lost_micros: Option<u64>,
}

impl From<Trial> for Looked {
    fn from(trial: Trial) -> Self {
        Looked {
            trial,
            lost_micros: None,
        }
    }
}

macro_rules! look {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// Looks whether something is as it is expected.
        pub fn look(expected: &Expectation, recovered: &Recovered) -> Looked {
            if expected.stated().len() > 1 {
                let why = format!("says {} at once", expected.stated().join(" and "));
                return Trial::inconclusive(Level::Validated, "an expectation", why).into();
            }
            $(if let Some(stated) = &expected.$name {
                return $name::look(stated, recovered);
            })+
            Trial::inconclusive(Level::Validated, "an expectation", "says nothing").into()
        }
    };
}
expectations!(look);

/// Asks a database that was restored; of a cluster, one of its databases. A question that does not
/// end is given up when the verification has to end.
///
/// # Errors
/// What the database says when it cannot answer; inconclusive when it does not in time.
pub fn ask(
    session: &Session,
    (database, name): (&Database, Option<&str>),
    query: &str,
) -> Outcome<Option<String>> {
    wait_for(session, async {
        let answer = match database {
            Database::Sqlite(file) => question::sqlite(file, query).await,
            Database::Postgres(server) => server.ask(name, query).await,
        };
        answer.map_err(|error| Trouble::Fault(question::told("the database", &error)))
    })
}

/// What came of looking at something that could not be.
fn trouble(what: &str, trouble: Trouble) -> Trial {
    match trouble {
        Trouble::Fault(why) => Trial::fail(Level::Validated, what, why),
        Trouble::Unclear(why) => Trial::inconclusive(Level::Validated, what, why),
    }
}

/// The database that an expectation is about: an SQLite file in what was restored, or the one that
/// the backup is.
fn database(recovered: &Recovered, sqlite: Option<&str>) -> Outcome<Database> {
    match sqlite {
        Some(path) => {
            let file = inside(&recovered.back.root, path).map_err(Trouble::Fault)?;
            Ok(Database::Sqlite(file))
        }
        None => recovered.back.database.clone().ok_or_else(|| {
            let why = "the backup is no database; say with `sqlite` which file is asked";
            Trouble::Unclear(why.to_owned())
        }),
    }
}

/// The place of something in what was restored. A link that leads outside leads nowhere: what is
/// there was not restored.
fn inside(root: &Path, path: &str) -> Result<PathBuf, String> {
    let path = path.trim_start_matches('/');
    let plain = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(path).components().all(plain) {
        return Err(format!("`{path}` is no path in what was restored"));
    }
    let missing = |error| format!("`{path}` is not in what was restored: {error}");
    let real = root.join(path).canonicalize().map_err(missing)?;
    let root = root.canonicalize().map_err(missing)?;
    match real.starts_with(root) {
        true => Ok(real),
        false => Err(format!("`{path}` leads out of what was restored")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_what_was_restored_is_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("restored");
        std::fs::create_dir_all(root.join("srv")).expect("room");
        std::fs::write(root.join("srv/a"), "a").expect("room");
        std::fs::write(folder.path().join("secret"), "s").expect("room");
        std::os::unix::fs::symlink("../../secret", root.join("srv/out")).expect("a link");
        std::os::unix::fs::symlink("a", root.join("srv/in")).expect("a link");
        for path in ["srv/a", "/srv/a", "./srv/a", "srv/in"] {
            assert!(inside(&root, path).is_ok(), "{path}");
        }
        for path in ["srv/out", "../secret", "srv/../../secret", "srv/none"] {
            assert!(inside(&root, path).is_err(), "{path}");
        }
    }
}
