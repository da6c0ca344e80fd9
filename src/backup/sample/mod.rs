//! Small parts of a backup are restored, to foresee how long all of it takes.
//!
//! This shows nothing of the rest: it is no rung of the ladder. A tool that is told names it does
//! not find may succeed all the same, so as much has to be there as was asked for.

mod units;

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::ground::{Ground, deadline, micros};
use super::pick::newest;
use super::scratch::Scratch;
use super::tool::{Stop, Tools};
use super::unchanged::stamp;
use super::{NO_PARTS, Outcome, Progress, Provider, Session, Trouble, Wanted, provider, tree};
use crate::clock;
use crate::error::Result;
use crate::model::{Backup, Verify};
use crate::proof::{Level, RecoveryPoint, Sampled, SampledPart, Trial, stated};
use units::Unit;

/// What is said of each part.
const WHAT: &str = "a part of it can be restored";

/// Of what parts are to be restored.
pub struct Sampling<'a> {
    /// The id of it.
    pub id: String,
    /// The backup.
    pub backup: &'a Backup,
    /// The seed by which the parts are drawn.
    pub seed: u64,
    /// The root of the workspace.
    pub workspace: &'a Path,
    /// The folder in which restores may be made.
    pub scratch: PathBuf,
    /// Asked to end everything.
    pub stop: Stop,
    /// Told what is going on.
    pub progress: &'a (dyn Fn(&Progress) + Sync),
}

/// Restores small parts of the newest recovery point of a backup, and removes them again.
///
/// # Errors
/// Only when the system does not tell the time.
pub fn sample(asked: &Sampling) -> Result<Sampled> {
    let began = clock::now()?;
    let mut found = Sampled {
        id: asked.id.clone(),
        backup: asked.backup.id.clone(),
        provider: String::new(),
        stated: stated(asked.backup),
        ended: began.clone(),
        began,
        tool: None,
        point: None,
        seed: asked.seed,
        files: 0,
        bytes: 0,
        listed_micros: 0,
        parts: Vec::new(),
        trials: Vec::new(),
        removed: true,
        source_unchanged: None,
        calls: Vec::new(),
    };
    if let Err(trouble) = begin(asked, &mut found) {
        found.trials.push(trial(trouble));
    }
    found.ended = clock::now()?;
    Ok(found)
}

/// Gets ready, restores, and clears up.
fn begin(asked: &Sampling, found: &mut Sampled) -> Outcome<()> {
    let none = || Trouble::Unclear("the plan does not say how: write `verify`".to_owned());
    let stated = asked.backup.verify.as_ref().ok_or_else(none)?;
    found.provider = stated.with.key().map_err(Trouble::Unclear)?.to_owned();
    let provider = provider(&stated.with).map_err(Trouble::Unclear)?;
    if !provider.restores_parts() {
        return Err(Trouble::Unclear(NO_PARTS.to_owned()));
    }
    let secrets = provider
        .secrets(asked.workspace)
        .map_err(Trouble::Unclear)?;
    let places = provider.places(asked.workspace);
    let run = (asked.id.as_str(), &found.began);
    let ground = Ground::make(&asked.scratch, run, stated, &places)?;
    let before = stamp(&places);
    restore((asked, stated, provider), secrets, &ground, found);
    if let (Ok(Some(before)), Ok(Some(after))) = (before, stamp(&places)) {
        found.source_unchanged = Some(before == after);
    }
    let removed = ground.scratch.remove();
    found.removed = removed.is_ok();
    removed.map_err(|error| Trouble::Fault(error.to_string()))
}

/// Restores one part after another; where it ends early, a trial says why.
fn restore(
    (asked, stated, provider): (&Sampling, &Verify, &dyn Provider),
    secrets: Vec<String>,
    ground: &Ground,
    found: &mut Sampled,
) {
    let scratch = &ground.scratch;
    let tools = Tools::new(secrets, deadline(stated), asked.stop.clone(), || {
        Some(scratch.over_quota().ok()??.to_string())
    });
    let session = Session {
        workspace: asked.workspace,
        folder: &ground.tools,
        tools: &tools,
        now: found.began.wall,
        expects: &|_| {},
    };
    let with = With {
        asked,
        provider,
        session,
        scratch,
    };
    if let Err(trouble) = with.parts(found) {
        found.trials.push(trial(trouble));
    }
    found.calls = tools.calls();
}

/// With what parts are restored.
struct With<'w> {
    asked: &'w Sampling<'w>,
    provider: &'w dyn Provider,
    session: Session<'w>,
    scratch: &'w Scratch,
}

impl With<'_> {
    fn parts(&self, found: &mut Sampled) -> Outcome<()> {
        self.tell("list what is in it");
        found.tool = self.provider.reader(&self.session)?.tool;
        let points = self.provider.list(&self.session)?.points;
        let point = newest(&points, self.session.now);
        let none = || Trouble::Fault("there is no recovery point".to_owned());
        let point = point.ok_or_else(none)?;
        found.point = Some(point.clone());
        let began = Instant::now();
        let entries = self.provider.entries(&self.session, point)?;
        found.listed_micros = micros(began);
        found.files = entries.len() as u64;
        found.bytes = entries.iter().map(|entry| entry.bytes).sum();
        let parts = units::parts(&entries, found.seed);
        if parts.is_empty() {
            let why = "it has too few files that are small enough to be a part";
            return Err(Trouble::Unclear(why.to_owned()));
        }
        for (number, units) in parts.iter().enumerate() {
            self.tell(match number {
                0 => "restore a small part",
                _ => "restore a larger part",
            });
            let into = self.scratch.restored().join(number.to_string());
            let part = self.part(point, units, &into, &mut found.trials)?;
            found.parts.push(part);
        }
        Ok(())
    }

    /// Restores a part, and counts what came back.
    fn part(
        &self,
        point: &RecoveryPoint,
        units: &[Unit],
        into: &Path,
        trials: &mut Vec<Trial>,
    ) -> Outcome<SampledPart> {
        let unclear = |why: String| Trouble::Unclear(why);
        let made = std::fs::create_dir(into);
        made.map_err(|error| unclear(format!("`{}`: {error}", into.display())))?;
        let paths: Vec<String> = units.iter().map(|unit| unit.path.clone()).collect();
        let wanted = Wanted {
            paths: &paths,
            into,
        };
        let began = Instant::now();
        trials.extend(self.provider.restore_part(&self.session, point, wanted)?);
        let micros = micros(began);
        let look = tree::Look {
            without: &[],
            entropy: None,
            stop: self.session.tools.stop(),
        };
        let tree = tree::survey(into, &look).map_err(|error| unclear(error.to_string()))?;
        let (files, bytes) = units.iter().fold((0, 0), |(files, bytes), unit| {
            (files + unit.files, bytes + unit.bytes)
        });
        let back = format!("{} files, {} bytes", tree.files, tree.bytes);
        // A tool that finds none of the names may still say that it succeeded.
        let is_right = files > 0 && (tree.files, tree.bytes, tree.unread) == (files, bytes, 0);
        let trial = match is_right {
            true => Trial::pass(Level::Restored, WHAT, back),
            false => Trial::fail(Level::Restored, WHAT, back),
        };
        trials.push(trial.expecting(format!("{files} files, {bytes} bytes")));
        Ok(SampledPart {
            asked: units.len() as u64,
            files: tree.files,
            bytes: tree.bytes,
            micros,
        })
    }

    fn tell(&self, part: &'static str) {
        (self.asked.progress)(&Progress::Begun(part));
    }
}

fn trial(trouble: Trouble) -> Trial {
    match trouble {
        Trouble::Fault(why) => Trial::fail(Level::Restored, WHAT, why),
        Trouble::Unclear(why) => Trial::inconclusive(Level::Restored, WHAT, why),
    }
}
