//! The detector is tested: a small repository is made with the tool that is installed, one thing is
//! done to each copy of it, and a verification has to say what it must.
//!
//! A new version of a tool may say other things than the one before, or the same with another exit
//! status. Who relies on verifications wants to know before a disaster. One more fault is a few
//! lines in the table of its tool; one more tool is one file here, and one line in the table below.

mod borg;
mod pg_basebackup;
mod pg_dump;
mod pgbackrest;
mod restic;
mod server;
mod spoil;
mod sqlite;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::tool::{Order, Stop, Tools};
use super::verify::{Asked, Promised, verify};
use super::{Pick, copy};
use crate::clock;
use crate::error::{Error, Result};
use crate::model::Backup;
use crate::proof::{Level, SelfTested, Tested, Tool, Trial, Verdict, Verification};

/// How long the program of a tool may take in all for one fault.
const WITHIN: Duration = Duration::from_secs(15 * 60);
/// How many faults are looked at at a time.
const WORKERS: usize = 2;
/// The folder with what is backed up, the repository and all else, in that of a test.
pub const REPOSITORY: &str = "repository";
/// The folder for what is restored.
const SCRATCH: &str = "scratch";
/// How large a file that is backed up is, in bytes.
const FILE: usize = 700_000;
/// A password that protects nothing, and has to be hidden nevertheless.
const PASSWORD: &str = "canary-5b1d-password";

/// One thing that is done to a repository, and what a verification must say of it.
struct Fault {
    name: &'static str,
    must: Verdict,
    inject: fn(&Bench) -> Done,
    /// Whether it can be seen only by whoever knows what was there before.
    after: After,
}

/// Makes the table of faults of a tool: what is done, what must be said of it, after what, and how
/// it is done.
macro_rules! faults {
    ($($name:literal $must:ident $after:ident $inject:expr;)+) => {
        const FAULTS: &[Fault] = &[$(Fault {
            name: $name,
            must: $must,
            after: After::$after,
            inject: $inject,
        }),+];
    };
}
use faults;

/// What a verification knows of the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// Nothing: it is the first one.
    Nothing,
    /// What a verification saw before the fault.
    AGoodOne,
}

/// What came of doing something to a repository.
type Done = Result<(), String>;

/// A tool whose verifications can be tested.
trait Fixture: Sync {
    /// The key of the provider.
    fn key(&self) -> &'static str;

    /// Writes down in a folder where it is, for a tool that has to be told by a whole path. A
    /// repository is made in it after that, or was copied into it before.
    ///
    /// # Errors
    /// Why that cannot be done.
    fn settle(&self, _: &Bench) -> Done {
        Ok(())
    }

    /// Makes a small repository.
    ///
    /// # Errors
    /// Why that cannot be done, such as that the tool is not installed.
    fn make(&self, bench: &Bench) -> Done;

    /// How it is verified, as a plan says it.
    fn backup(&self) -> &'static str;

    /// What is done to it.
    fn faults(&self) -> &'static [Fault];
}

const FIXTURES: &[&dyn Fixture] = &[
    &restic::Restic,
    &borg::Borg,
    &pg_dump::PgDump,
    &pg_basebackup::PgBasebackup,
    &pgbackrest::PgBackrest,
    &sqlite::Sqlite,
];

/// Where a repository is made, or spoiled.
struct Bench<'b> {
    folder: &'b Path,
    tools: &'b Tools<'b>,
}

impl Bench<'_> {
    fn repository(&self) -> std::path::PathBuf {
        self.folder.join(REPOSITORY)
    }

    /// Runs the program of a tool, which must succeed.
    fn run(&self, program: &str, words: &[&str], environment: &[(&str, String)]) -> Done {
        self.run_in(self.folder, program, words, environment)
    }

    /// Runs it in another folder.
    fn run_in(
        &self,
        folder: &Path,
        program: &str,
        words: &[&str],
        environment: &[(&str, String)],
    ) -> Done {
        let given = environment.iter();
        let given = given.map(|(name, value)| ((*name).to_owned(), value.clone()));
        let said = self.tools.spoil(&Order {
            program,
            arguments: words.iter().map(ToString::to_string).collect(),
            folder,
            environment: given.collect(),
        });
        match said.map_err(|trouble| trouble.why().to_owned())? {
            said if said.status == Some(0) => Ok(()),
            said => Err(format!("`{program}`: {}", said.complaint())),
        }
    }

    /// Writes a file that cannot be compressed, the same each time.
    fn add_file(&self, name: &str) -> Done {
        let file = self.folder.join("data").join(name);
        let mut bytes = vec![0; FILE];
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(name.as_bytes())
            .finalize_xof()
            .fill(&mut bytes);
        let folder = file.parent().expect("it is in a folder");
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, bytes));
        written.map_err(|error| format!("`{}`: {error}", file.display()))
    }
}

/// The keys of the tools whose verifications can be tested.
pub fn keys() -> impl Iterator<Item = &'static str> {
    FIXTURES.iter().map(|fixture| fixture.key())
}

/// Tests the verifications of a tool in an empty folder; `tell` is told each result.
///
/// # Errors
/// `NotFound` when there is no such tool; `Io` when the folder cannot be used.
pub fn self_test(
    key: &str,
    folder: &Path,
    stop: &Stop,
    tell: &dyn Fn(&Tested),
) -> Result<SelfTested> {
    let fixture = FIXTURES.iter().find(|fixture| fixture.key() == key);
    let fixture = fixture.ok_or_else(|| Error::not_found(format!("find a test of `{key}`")))?;
    let mut found = SelfTested {
        provider: key.to_owned(),
        at: clock::now()?,
        tool: None,
        tested: Vec::new(),
    };
    let original = folder.join("original");
    let made = fs::create_dir_all(&original).map_err(|error| error.to_string());
    let made = made.and_then(|()| {
        with_tools(stop, |tools| {
            let bench = Bench {
                folder: &original,
                tools,
            };
            fixture.settle(&bench)?;
            fixture.make(&bench)
        })
    });
    if let Err(why) = made {
        let tested = Tested {
            fault: "a repository is made".to_owned(),
            must: Verdict::Pass,
            verdict: Verdict::Inconclusive,
            found: why,
        };
        tell(&tested);
        found.tested.push(tested);
        return Ok(found);
    }
    all(*fixture, (&original, folder), stop, |tested, tool| {
        found.tool = found.tool.take().or(tool);
        tell(tested);
    })
    .map(|tested| SelfTested { tested, ..found })
}

/// All faults, some at a time; `tell` is told each result as it comes.
fn all(
    fixture: &dyn Fixture,
    (original, folder): (&Path, &Path),
    stop: &Stop,
    mut tell: impl FnMut(&Tested, Option<Tool>),
) -> Result<Vec<Tested>> {
    let (faults, next) = (fixture.faults(), &AtomicUsize::new(0));
    let (sender, results) = mpsc::channel();
    let mut all = std::thread::scope(|threads| {
        for _ in 0..WORKERS {
            let sender = sender.clone();
            threads.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(fault) = faults.get(number) else {
                        return;
                    };
                    let copied = folder.join(number.to_string());
                    let (tested, verification) = one(fixture, fault, (original, &copied), stop);
                    let removed = fs::remove_dir_all(&copied).map_err(|error| {
                        Error::io(format!("remove `{}`", copied.display()), error)
                    });
                    let tool = verification.and_then(|it| it.tool);
                    // Whoever does not listen any more needs no result.
                    let _ = sender.send(removed.map(|()| (number, tested, tool)));
                }
            });
        }
        drop(sender);
        let mut all = Vec::with_capacity(faults.len());
        for result in results {
            let (number, tested, tool) = result?;
            tell(&tested, tool);
            all.push((number, tested));
        }
        Ok::<_, Error>(all)
    })?;
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, tested)| tested).collect())
}

/// What a verification says of a copy after a fault.
fn one(
    fixture: &dyn Fixture,
    fault: &Fault,
    (original, copied): (&Path, &Path),
    stop: &Stop,
) -> (Tested, Option<Verification>) {
    let verified = spoiled(fixture, fault, (original, copied), stop);
    let (verdict, found, verification) = match verified {
        Ok(verification) => (
            verification.verdict(),
            verification
                .complaints()
                .map(Trial::sentence)
                .collect::<Vec<_>>()
                .join("; "),
            Some(verification),
        ),
        Err(why) => (Verdict::Inconclusive, why, None),
    };
    let tested = Tested {
        fault: fault.name.to_owned(),
        must: fault.must,
        verdict,
        found,
    };
    (tested, verification)
}

fn spoiled(
    fixture: &dyn Fixture,
    fault: &Fault,
    (original, copied): (&Path, &Path),
    stop: &Stop,
) -> Result<Verification, String> {
    let failed = |error: io::Error| format!("`{}`: {error}", copied.display());
    fs::create_dir_all(copied).map_err(failed)?;
    copy::tree(original, copied, &|| None).map_err(|trouble| trouble.why().to_owned())?;
    keep_times(original, copied).map_err(failed)?;
    with_tools(stop, |tools| {
        fixture.settle(&Bench {
            folder: copied,
            tools,
        })
    })?;
    let backup: Backup =
        serde_json::from_str(fixture.backup()).map_err(|error| error.to_string())?;
    let before = match fault.after {
        After::AGoodOne => vec![look(&backup, copied, &[], stop)?],
        After::Nothing => Vec::new(),
    };
    with_tools(stop, |tools| {
        (fault.inject)(&Bench {
            folder: copied,
            tools,
        })
    })?;
    let found = look(&backup, copied, &before, stop)?;
    harmless(&found, copied)?;
    Ok(found)
}

/// Whether a verification did no harm itself, whatever it found.
fn harmless(found: &Verification, folder: &Path) -> Result<(), String> {
    let told = serde_json::to_string(found).map_err(|error| error.to_string())?;
    if found.source_unchanged == Some(false) {
        return Err("something was written to the repository".to_owned());
    }
    if told.contains(PASSWORD) {
        return Err("the password was told".to_owned());
    }
    match fs::read_dir(folder.join(SCRATCH)).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(left) => Err(format!("{left} folders of restores were left")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(format!("`{SCRATCH}`: {error}")),
    }
}

/// Gives copied files the times of the originals: by them it is known which is the newest.
fn keep_times(original: &Path, copied: &Path) -> io::Result<()> {
    for file in spoil::files(original) {
        let below = file.strip_prefix(original).map_err(io::Error::other)?;
        let copy = copied.join(below);
        // Sockets are not copied.
        if copy.is_file() {
            let modified = fs::metadata(&file)?.modified()?;
            let copy = fs::File::options().append(true).open(copy)?;
            copy.set_modified(modified)?;
        }
    }
    Ok(())
}

/// Verifies the repository in a folder.
fn look(
    backup: &Backup,
    folder: &Path,
    past: &[Verification],
    stop: &Stop,
) -> Result<Verification, String> {
    let asked = Asked {
        id: format!("self-test-{}", past.len()),
        backup,
        misunderstood: &[],
        plans: "",
        level: Level::Validated,
        pick: Pick::default(),
        turn: None,
        promised: Promised::default(),
        past,
        pings: &[],
        taken: &[],
        workspace: folder,
        scratch: folder.join(SCRATCH),
        into: None,
        stop: stop.clone(),
        progress: &|_| {},
    };
    verify(&asked).map_err(|error| error.to_string())
}

fn with_tools<T>(stop: &Stop, work: impl FnOnce(&Tools) -> Result<T, String>) -> Result<T, String> {
    work(&Tools::new(
        Vec::new(),
        Instant::now() + WITHIN,
        stop.clone(),
        || None,
    ))
}
