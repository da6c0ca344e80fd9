//! A backup is verified: what is asked of its tool, in which order, and what that shows.
//!
//! Nothing here fails. What cannot be looked at is a trial that is inconclusive, and everything
//! that was learnt before stays.

mod clear;
mod points;
mod read;
mod restore;

use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, Utc};

use super::ground::{Ground, deadline, micros};
use super::restored::free;
use super::scratch::{Filled, Scratch};
use super::tool::{Stop, Tools};
use super::unchanged::stamp;
use super::{Outcome, Pick, Provider, Session, Trouble, provider};
use crate::clock;
use crate::error::Result;
use crate::model::{Backup, Verify};
use crate::proof::{
    Level, Ping, RecoveryPoint, Stage, Taken, Trial, Turn, Verdict, Verification, stated,
};
use crate::time::Duration;

/// The part in which it is restored.
pub const RESTORE: &str = "restore";

/// What is to be verified, and how far.
pub struct Asked<'a> {
    /// The id of the verification.
    pub id: String,
    /// The backup.
    pub backup: &'a Backup,
    /// What is not understood of how its plan says that, each as a sentence: then it is not
    /// verified in another way.
    pub misunderstood: &'a [String],
    /// SHA-256 over the plan files that say how.
    pub plans: &'a str,
    /// Up to which rung.
    pub level: Level,
    /// Which recovery point.
    pub pick: Pick,
    /// Which of the picks of the plan that is, if it is one.
    pub turn: Option<Turn>,
    /// What is promised of the systems whose data it holds: the shortest.
    pub promised: Promised,
    /// The verifications of this backup until now.
    pub past: &'a [Verification],
    /// What the job that makes it told until now.
    pub pings: &'a [Ping],
    /// The recovery points that Mainstay itself made whole; their ids may be beginnings.
    pub taken: &'a [Taken],
    /// The root of the workspace.
    pub workspace: &'a Path,
    /// The folder in which restores may be made.
    pub scratch: PathBuf,
    /// The empty folder into which it is restored to stay there. Then not all of it is read before:
    /// whoever restores in earnest has no time for that.
    pub into: Option<PathBuf>,
    /// Asked to end everything.
    pub stop: Stop,
    /// Told what is going on.
    pub progress: &'a (dyn Fn(&Progress) + Sync),
}

/// What is promised of systems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Promised {
    /// How long they may be down.
    pub rto: Option<Duration>,
    /// How much data they may lose.
    pub rpo: Option<Duration>,
}

/// What is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A part has begun.
    Begun(&'static str),
    /// So much will be restored, in bytes.
    Expected(u64),
    /// So much of a restore is on the disk, in bytes.
    Restored(u64),
}

/// Verifies a backup.
///
/// # Errors
/// Only when the system does not tell the time.
pub fn verify(asked: &Asked) -> Result<Verification> {
    let began = clock::now()?;
    let mut work = Work {
        now: began.wall,
        found: Verification::begun(&asked.id, &asked.backup.id, began),
        asked,
    };
    work.found.plans = asked.plans.to_owned();
    work.found.stated = Some(stated(asked.backup));
    work.found.asked = asked.level;
    work.found.picked = asked.pick.picked();
    (work.found.pick, work.found.turn) = (asked.pick.words(), asked.turn);
    work.begin();
    work.found.ended = clock::now()?;
    Ok(work.found)
}

/// A verification that is going on.
struct Work<'a> {
    now: DateTime<Utc>,
    asked: &'a Asked<'a>,
    found: Verification,
}

/// With what a backup is verified.
struct With<'w> {
    stated: &'w Verify,
    provider: &'w dyn Provider,
    session: Session<'w>,
    scratch: &'w Scratch,
}

impl Work<'_> {
    /// Gets ready, climbs the ladder, and clears up.
    fn begin(&mut self) {
        let asked = self.asked;
        let what = "all is there to read it with";
        for why in asked.misunderstood {
            let trial = Trial::inconclusive(Level::Exists, "its plan is understood", why);
            self.found.trials.push(trial);
        }
        if !asked.misunderstood.is_empty() {
            return;
        }
        let stated = asked.backup.verify.as_ref();
        let ready = stated.ok_or_else(|| "the plan does not say how: write `verify`".to_owned());
        let ready = ready.and_then(|stated| {
            self.found.provider = stated.with.key()?.to_owned();
            let provider = provider(&stated.with)?;
            Ok((stated, provider, provider.secrets(asked.workspace)?))
        });
        let ready = ready.map_err(Trouble::Unclear);
        let Some((stated, provider, secrets)) = self.take(Level::Exists, what, ready) else {
            return;
        };
        let places = provider.places(asked.workspace);
        let into = asked
            .into
            .as_deref()
            .map_or(Ok(()), |into| free(into, &places));
        if self
            .take(Level::Restored, "it can be restored", into)
            .is_none()
        {
            return;
        }
        let run = (asked.id.as_str(), &self.found.began);
        let ground = Ground::make(&asked.scratch, run, stated, &places);
        let Some(Ground { scratch, tools }) = self.take(Level::Exists, what, ground) else {
            return;
        };
        let before = stamp(&places);
        self.climb((stated, provider), secrets, (&scratch, &tools));
        if let (Ok(Some(before)), Ok(Some(after))) = (before, stamp(&places)) {
            self.found.source_unchanged = Some(before == after);
        }
        let keep = stated.keep_on_fail.filter(|_| self.is_kept(&scratch));
        self.stage("clear up", |work| work.clear(scratch, keep));
    }

    fn climb(
        &mut self,
        (stated, provider): (&Verify, &dyn Provider),
        secrets: Vec<String>,
        (scratch, folder): (&Scratch, &Path),
    ) {
        let asked = self.asked;
        // Where nobody can tell, it is not told.
        let into = asked.into.as_deref().map(|into| Filled::open(into).ok());
        let tools = Tools::new(secrets, deadline(stated), asked.stop.clone(), || {
            let restored = match &into {
                Some(into) => into.as_ref().and_then(|into| into.used().ok()),
                None => scratch.used().ok(),
            };
            // What cannot be counted cannot be written any more either.
            (asked.progress)(&Progress::Restored(restored.unwrap_or(0)));
            Some(scratch.over_quota().ok()??.to_string())
        });
        let with = With {
            stated,
            provider,
            session: Session {
                workspace: asked.workspace,
                folder,
                tools: &tools,
                now: self.now,
                expects: &|bytes| (asked.progress)(&Progress::Expected(bytes)),
            },
            scratch,
        };
        // Where it ends early, a trial says why.
        let _ = self.rungs(&with);
        self.found.calls = tools.calls();
    }

    /// From the lowest rung up, as far as it goes.
    fn rungs(&mut self, with: &With) -> Option<()> {
        let point = self.stage("locate", |work| work.locate(with))?;
        let asked = self.asked;
        let stamp = || match asked.level >= Level::Intact {
            true => with.provider.stamp(&with.session, &point),
            false => Ok(None),
        };
        let before = stamp();
        let done = self.upwards(with, &point);
        if let (Ok(Some(before)), Ok(Some(after))) = (before, stamp()) {
            self.found.source_unchanged = Some(before == after);
        }
        done
    }

    /// From the rung on which something is read.
    fn upwards(&mut self, with: &With, point: &RecoveryPoint) -> Option<()> {
        let before = self.found.trials.len();
        if self.asked.level >= Level::Intact && self.asked.into.is_none() {
            self.stage("read", |work| work.read(with, point));
        }
        let mut read = self.found.trials[before..].iter();
        let is_read = read.all(|trial| trial.verdict != Verdict::Fail);
        let restored = match self.asked.level >= Level::Restored {
            // Tools try again and again to restore what cannot be read, for a quarter of an hour.
            true if !is_read => {
                let why = "not restored, as not all of it can be read";
                self.found.notes.push(why.to_owned());
                None
            }
            true => self.bring_back(with, point),
            false => None,
        };
        self.covered(with, restored.as_ref().map(|(_, tree)| tree));
        let (back, tree) = restored?;
        if self.asked.level >= Level::Validated {
            self.stage("validate", |work| {
                work.validate(with, point, (&back, &tree));
            });
        }
        Some(())
    }

    /// Does a part, and keeps how long it took.
    fn stage<T>(&mut self, name: &'static str, part: impl FnOnce(&mut Self) -> T) -> T {
        (self.asked.progress)(&Progress::Begun(name));
        let began = Instant::now();
        let done = part(self);
        self.found.stages.push(Stage {
            name: name.to_owned(),
            micros: micros(began),
        });
        done
    }

    /// What came of asking; where nothing did, a trial says why.
    fn take<T>(&mut self, level: Level, what: &str, outcome: Outcome<T>) -> Option<T> {
        let trial = match outcome {
            Ok(value) => return Some(value),
            Err(Trouble::Fault(why)) => Trial::fail(level, what, why),
            Err(Trouble::Unclear(why)) => Trial::inconclusive(level, what, why),
        };
        self.found.trials.push(trial);
        None
    }
}
