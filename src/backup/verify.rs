//! A backup is verified: what is asked of its tool, in which order, and what that shows.
//!
//! Nothing here fails. What cannot be looked at is a trial that is inconclusive, and everything
//! that was learnt before stays.

use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, Utc};

use super::expect::{self, Recovered};
use super::restored::{encrypted, expected_count, free, strange};
use super::scratch::{Scratch, janitor};
use super::tool::{Stop, Tools};
use super::tree::entropy::Kinds;
use super::tree::{self, Tree};
use super::unchanged::fingerprint;
use super::{Back, Database, Outcome, Pick, Provider, Reading, Session, Trouble, provider};
use crate::clock;
use crate::error::{Error, Result};
use crate::model::{Backup, Verify};
use crate::proof::{
    AgeLimits, Doubt, Ledger, Level, Part, Ping, RecoveryPoint, Restored, Stage, Terms, Trial,
    Verdict, Verification, coverage, freshness, is_another, job, next, open_doubts, parts, radar,
    stated, trial_of_job, unaltered,
};
use crate::time::{Date, Duration};

/// How long a verification may take, where the plan does not say.
const WITHIN: Duration = Duration::hours(6);
/// How much a restore may put on the disk where the plan does not say, in MiB.
const ROOM: u64 = 100 * 1024;
/// The folder for what tools need, in that of the run.
const TOOLS: &str = "tools";

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
    /// What is promised of the systems whose data it holds: the shortest.
    pub promised: Promised,
    /// The verifications of this backup until now.
    pub past: &'a [Verification],
    /// What the job that makes it told until now.
    pub pings: &'a [Ping],
    /// The ids of the recovery points that Mainstay itself made whole, or their beginnings.
    pub taken: &'a [String],
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
        let room = stated.room.unwrap_or(ROOM).saturating_mul(1024 * 1024);
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
        let Some((scratch, tools)) = self.take(Level::Exists, what, self.scratch(room, &places))
        else {
            return;
        };
        let before = fingerprint(&places);
        self.climb((stated, provider), secrets, (&scratch, &tools));
        if let (Ok(Some(before)), Ok(Some(after))) = (before, fingerprint(&places)) {
            self.found.source_unchanged = Some(before == after);
        }
        let removed = self.stage("clear up", |_| scratch.remove());
        if let Some(restored) = &mut self.found.restored {
            restored.removed = removed.is_ok() && asked.into.is_none();
        }
        if let Err(error) = removed {
            let what = "nothing of it is left on the disk";
            let trial = Trial::fail(Level::Validated, what, error.to_string());
            self.found.trials.push(trial);
        }
    }

    /// A folder for what is restored, and one in it for what tools need. What runs have left that
    /// were lost is removed first.
    fn scratch(&self, room: u64, places: &[PathBuf]) -> Outcome<(Scratch, PathBuf)> {
        let (asked, began) = (self.asked, &self.found.began);
        let failed = |error: Error| Trouble::Unclear(error.to_string());
        janitor(&asked.scratch, began).map_err(failed)?;
        let scratch = Scratch::make(&asked.scratch, &asked.id, room, places, began);
        let scratch = scratch.map_err(failed)?;
        let tools = scratch.path().join(TOOLS);
        let made = std::fs::create_dir(&tools);
        made.map_err(|error| Trouble::Unclear(format!("`{}`: {error}", tools.display())))?;
        Ok((scratch, tools))
    }

    fn climb(
        &mut self,
        (stated, provider): (&Verify, &dyn Provider),
        secrets: Vec<String>,
        (scratch, folder): (&Scratch, &Path),
    ) {
        let asked = self.asked;
        let within = stated.within.unwrap_or(WITHIN);
        let deadline = Instant::now() + std::time::Duration::from_secs(within.as_seconds());
        let tools = Tools::new(secrets, deadline, asked.stop.clone(), || {
            // What cannot be counted cannot be written any more either.
            (asked.progress)(&Progress::Restored(scratch.used().unwrap_or(0)));
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
            self.stage("validate", |work| work.validate(with, &back, &tree));
        }
        Some(())
    }

    /// Restores it, and reads what was restored.
    fn bring_back(&mut self, with: &With, point: &RecoveryPoint) -> Option<(Back, Tree)> {
        let back = self.stage("restore", |work| work.restore(with, point))?;
        let tree = self.stage("count", |work| work.survey(with, &back))?;
        Some((back, tree))
    }

    /// Finds the recovery points, and the one that is looked at.
    fn locate(&mut self, with: &With) -> Option<RecoveryPoint> {
        let what = "the recovery points can be listed";
        let reader = with.provider.reader(&with.session);
        let reader = self.take(Level::Exists, what, reader)?;
        (self.found.tool, self.found.repository) = (reader.tool, reader.repository);
        self.found.notes.extend(reader.notes);
        let catalogue = with.provider.list(&with.session);
        let catalogue = self.take(Level::Exists, what, catalogue)?;
        self.found.trials.extend(catalogue.trials);
        let points = catalogue.points;
        let what = "there is a recovery point";
        let chosen = self.asked.pick.choose(&points).map_err(Trouble::Fault);
        let point = self.take(Level::Exists, what, chosen)?.clone();
        let found = format!("{} of {}, as of {}", point.id, points.len(), point.as_of);
        self.found
            .trials
            .push(Trial::pass(Level::Exists, what, found));
        for fault in &point.faults {
            let what = "the tool knows of no fault in it";
            self.found
                .trials
                .push(Trial::fail(Level::Exists, what, fault));
        }
        if self.asked.level >= Level::Fresh {
            self.compare(&points);
            self.join(&points, &point);
        }
        self.found.point = Some(point.clone());
        Some(point)
    }

    /// Compares the recovery points with all that was ever seen, and with how new they have to be.
    fn compare(&mut self, points: &[RecoveryPoint]) {
        let backup = self.asked.backup;
        let mut ledger = Ledger::default();
        for past in self.asked.past {
            ledger.follow(past.began.wall, &past.seen);
        }
        let terms = Terms {
            keep: backup.retention,
            every: backup.every,
            another: is_another(self.asked.past, self.found.repository.as_deref()),
            ..Terms::default()
        };
        let (seen, trials) = ledger.compare(self.now, points, terms);
        let settled = self.settled();
        let unusual = radar(points, seen.new.len(), settled);
        let past = self.asked.past.iter().map(|it| &it.seen);
        let doubts = open_doubts(past, points, settled, Date(self.now.date_naive()));
        let is_new = |doubt: &&&Doubt| !unusual.doubts.iter().any(|it| it.point == doubt.point);
        let doubts: Vec<Trial> = doubts.iter().filter(is_new).map(|it| it.trial()).collect();
        self.found.trials.extend(doubts);
        self.found.seen = seen;
        self.found.seen.doubts.extend(unusual.doubts);
        self.found.trials.extend(trials);
        self.found.trials.extend(unusual.trial);
        self.found.notes.extend(unusual.notes);
        let schedule = self.age_max();
        let limits = AgeLimits {
            schedule,
            // A copy that is made once a year is not there to lose little.
            rpo: self.asked.promised.rpo.filter(|_| schedule.is_none()),
        };
        let trials = freshness(points, self.now, limits);
        self.found.trials.extend(trials);
    }

    /// Joins the recovery point with what the job told that made it.
    fn join(&mut self, points: &[RecoveryPoint], point: &RecoveryPoint) {
        let (backup, found) = (self.asked.backup, &mut self.found);
        if backup.ping.is_some() {
            let known = job(self.asked.pings, points, point);
            found.trials.push(trial_of_job(known, &found.provider));
        } else if backup.take.is_some() {
            // Of what it could not read whole a tool may leave a recovery point, too.
            let is_whole = |taken: &&String| point.id.starts_with(taken.as_str());
            let what = "Mainstay made it, and could read all";
            let trial = match self.asked.taken.iter().find(is_whole) {
                Some(_) => Trial::pass(Level::Fresh, what, "as it wrote down then"),
                None => {
                    let id = &backup.id;
                    let why = format!("nothing says so: run `mainstay backup take-full {id}`");
                    Trial::inconclusive(Level::Fresh, what, why)
                }
            };
            found.trials.push(trial);
        } else {
            let note = "whether the job that made it could read all is not known: the plan states \
                        no `ping`";
            found.notes.push(note.to_owned());
        }
    }

    /// The recovery points in which a fault was found that somebody settled.
    fn settled(&self) -> &[String] {
        let verify = self.asked.backup.verify.as_ref();
        verify.map_or(&[], |verify| &verify.settled)
    }

    /// How old the newest recovery point may be.
    fn age_max(&self) -> Option<Duration> {
        let backup = self.asked.backup;
        let grace = backup.verify.as_ref().and_then(|verify| verify.grace);
        backup.every.map(|every| every + grace.unwrap_or_default())
    }

    /// Reads all of it; what is wrong the first time is looked at once more, as memory, a disk or a
    /// network that is not sure of itself must not be taken for a backup that is damaged.
    fn read(&mut self, with: &With, point: &RecoveryPoint) {
        let part = self.part(with);
        let reading = Reading { point, part };
        let read = || with.provider.read(&with.session, reading);
        let is_good = |read: &Outcome<Vec<Trial>>| match read {
            Ok(trials) => trials.iter().all(|trial| trial.verdict != Verdict::Fail),
            Err(trouble) => matches!(trouble, Trouble::Unclear(_)),
        };
        let (what, first) = ("all of it can be read", read());
        let last = match is_good(&first) {
            true => first,
            false => match read() {
                // What could not be looked at again was damaged the first time.
                Err(Trouble::Unclear(_)) => first,
                second if is_good(&second) => {
                    let why = "it could be read the second time only: memory, disk or network \
                               cannot be relied upon";
                    return self
                        .found
                        .trials
                        .push(Trial::inconclusive(Level::Intact, what, why));
                }
                second => second,
            },
        };
        if let Some(trials) = self.take(Level::Intact, what, last) {
            self.found.trials.extend(trials);
            self.found.read = Some(part);
        }
    }

    /// How much of the repository is read.
    fn part(&self, with: &With) -> Part {
        let within = with.stated.read_all_within;
        match within.filter(|_| with.provider.reads_parts()) {
            Some(within) => {
                let every = with.stated.every.unwrap_or(within);
                next(self.asked.past, parts(every, within))
            }
            None => Part::ALL,
        }
    }

    /// Looks whether all parts of a repository were read in time that is read in parts. What was
    /// restored in whole was read in whole.
    fn covered(&mut self, with: &With, restored: Option<&Tree>) {
        let read = self.found.read.filter(|part| !part.is_all());
        let Some((part, within)) = read.zip(with.stated.read_all_within) else {
            return;
        };
        let all_pass = |level| {
            let mut own = self
                .found
                .trials
                .iter()
                .filter(|trial| trial.level == level);
            own.all(|trial| trial.verdict == Verdict::Pass)
        };
        let trial = coverage(
            self.asked.past,
            (part, all_pass(Level::Intact)),
            (self.now, within),
        );
        let in_whole = restored.is_some() && all_pass(Level::Restored);
        match trial.verdict == Verdict::Pass || !in_whole {
            true => self.found.trials.push(trial),
            false => self.found.notes.push(trial.sentence()),
        }
    }

    /// Brings it back, from cold.
    fn restore(&mut self, with: &With, point: &RecoveryPoint) -> Option<Back> {
        let began = Instant::now();
        let what = "it can be restored";
        let kept = self.asked.into.clone();
        let into = kept.unwrap_or_else(|| with.scratch.restored());
        let back = with.provider.restore(&with.session, point, &into);
        let mut back = self.take(Level::Restored, what, back)?;
        self.found.trials.append(&mut back.trials);
        self.found.restored = Some(Restored {
            files: 0,
            bytes: 0,
            took_micros: micros(began),
            blake3: None,
            isolation: back.isolation.clone(),
            durable: back.durable,
            removed: false,
        });
        Some(back)
    }

    /// Reads all that was restored, and compares how much it is with what had to be.
    fn survey(&mut self, with: &With, back: &Back) -> Option<Tree> {
        let what = "all of it is there";
        let tree = tree::survey(
            &back.root,
            &tree::Look {
                without: &[],
                entropy: Some(&Kinds::default()),
                stop: with.session.tools.stop(),
            },
        );
        let tree = tree.map_err(|error| Trouble::Unclear(error.to_string()));
        let tree = self.take(Level::Restored, what, tree)?;
        let Tree { files, bytes, .. } = tree;
        let is_right = files > 0
            && tree.unread == 0
            && back.files.is_none_or(|expected| expected == files)
            && back.bytes.is_none_or(|expected| expected == bytes);
        let found = format!("{files} files, {bytes} bytes");
        let trial = match is_right {
            true => Trial::pass(Level::Restored, what, found),
            false => Trial::fail(Level::Restored, what, found),
        };
        self.found
            .trials
            .push(trial.expecting(expected_count(back)));
        self.found.notes.extend(strange(&tree));
        self.found.trials.extend(encrypted(&tree));
        let blake3 = tree.blake3.to_string();
        // A server writes to what it was started on.
        let is_served = matches!(back.database, Some(Database::Postgres(_)));
        let point = self.found.point.as_ref().filter(|_| !is_served);
        let point = point.filter(|point| !self.settled().contains(&point.id));
        let same = point.and_then(|point| unaltered(self.asked.past, point, &blake3));
        self.found.trials.extend(same);
        if let Some(restored) = &mut self.found.restored {
            (restored.files, restored.bytes) = (files, bytes);
            restored.blake3 = Some(blake3);
        }
        Some(tree)
    }

    /// Looks whether it is the right data, and was there in time.
    fn validate(&mut self, with: &With, back: &Back, tree: &Tree) {
        let recovered = Recovered {
            back,
            tree,
            session: &with.session,
            age_max: self.age_max().or(self.asked.promised.rpo),
        };
        for expected in &with.stated.expect {
            let looked = expect::look(expected, &recovered);
            self.found.trials.push(looked.trial);
            self.found.lost_micros = self.found.lost_micros.max(looked.lost_micros);
        }
        if with.stated.expect.is_empty() {
            let (what, why) = (
                "it is the right data",
                "nothing is expected: write `expect`",
            );
            let trial = Trial::inconclusive(Level::Validated, what, why);
            self.found.trials.push(trial);
        }
        let restored = self.found.restored.as_ref();
        if let (Some(restored), Some(rto)) = (restored, self.asked.promised.rto) {
            let what = "time until it could be used";
            let took = Duration::seconds(restored.took_micros.div_ceil(1_000_000));
            let trial = match took <= rto {
                true => Trial::pass(Level::Validated, what, took.words()),
                false => Trial::fail(Level::Validated, what, took.words()),
            };
            self.found
                .trials
                .push(trial.expecting(format!("{rto} at most")));
        }
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

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
