//! What is due and needs nobody at hand: what `mainstay run` does once, and `mainstay serve` as it
//! comes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Backups, Plans, Runs, wait_for};
use crate::drill;
use crate::error::Result;
use crate::id::{BackupId, DrillId};
use crate::model::Backup;
use crate::proof;
use crate::record::{Past, Record, Verdict};
use crate::render::run::CarriedOut;
use crate::schedule::begins;
use crate::time::Date;

/// One piece of work that is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// A run of a drill goes on that nobody carries out.
    Resume(DrillId, String),
    /// A drill is held.
    Hold(DrillId),
    /// A backup is made.
    Take(BackupId),
    /// A backup is verified.
    Verify(BackupId),
}

impl Work {
    /// What is locked by whoever does it: the same for two that must not be done at once.
    pub fn resource(&self) -> String {
        match self {
            Work::Resume(drill, _) | Work::Hold(drill) => format!("drill:{drill}"),
            Work::Take(backup) | Work::Verify(backup) => format!("backup:{backup}"),
        }
    }

    /// The command that does it, without the program and the workspace.
    pub fn command(&self) -> Vec<&str> {
        match self {
            Work::Resume(_, run) => vec!["drill", "resume", run],
            Work::Hold(drill) => vec!["drill", "run", drill.as_str()],
            Work::Take(backup) => vec!["backup", "take-full", backup.as_str()],
            Work::Verify(backup) => vec!["backup", "verify", backup.as_str()],
        }
    }
}

impl Plans {
    /// Everything that is due at a moment and needs nobody at hand, in the order in which it is
    /// done.
    ///
    /// # Errors
    /// When it cannot be read what was done before.
    pub fn work(&self, record: &Record, now: DateTime<Utc>) -> Result<Vec<Work>> {
        let mut work = self.drills_due(record, now)?;
        work.extend(self.backups_due(record, now)?);
        Ok(work)
    }

    /// Whether a run of a drill was begun since a moment of which the record knows nothing, by the
    /// list of runs alone: its journal cannot be read, or another node has begun it just now.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn was_begun(
        &self,
        drill: &DrillId,
        record: &Record,
        since: DateTime<Utc>,
    ) -> Result<bool> {
        let lines = wait_for(async { Runs::look(&self.workspace).await?.lines().await })?;
        let own = lines.iter().filter(|line| line.drill == drill.as_str());
        let mut unknown = own.filter(|line| record.run(&line.id).is_none());
        Ok(unknown.any(|line| {
            let began = DateTime::parse_from_rfc3339(&line.began);
            began.is_ok_and(|began| began >= since)
        }))
    }

    fn drills_due(&self, record: &Record, now: DateTime<Utc>) -> Result<Vec<Work>> {
        let mut drills = self.unattended().peekable();
        if drills.peek().is_none() {
            return Ok(Vec::new());
        }
        let obligations = record.obligations(now);
        let begins = begins(&obligations, now);
        let mut runs: BTreeMap<&DrillId, Vec<&Past>> = BTreeMap::new();
        for run in &record.runs {
            runs.entry(&run.drill).or_default().push(run);
        }
        let today = self.day(now);
        let organization = self.loaded.programme.organization.as_ref();
        let is_frozen = organization.is_some_and(|it| it.blackout(today).is_some());
        let mut due = Vec::new();
        for drill in drills {
            let own = runs.get(&drill.id).map_or(&[][..], Vec::as_slice);
            let open = own.first().filter(|run| run.verdict == Verdict::Open);
            let last = own.iter().filter(|run| run.is_held());
            let last = last.map(|run| run.day).max();
            match open {
                Some(run) => match self.is_carried_out(&run.id)? {
                    // Another process has it in hand.
                    CarriedOut::Yes => {}
                    CarriedOut::No => due.push(Work::Resume(drill.id.clone(), run.id.clone())),
                },
                // Nothing may be touched now. It is due once that is over.
                None if is_frozen && drill.touches() => {}
                None if drill::is_due(drill, begins.get(&drill.id).copied(), last, today) => {
                    due.push(Work::Hold(drill.id.clone()));
                }
                None => {}
            }
        }
        Ok(due)
    }

    fn is_carried_out(&self, run: &str) -> Result<CarriedOut> {
        wait_for(async {
            let mut runs = Runs::look(&self.workspace).await?;
            runs.is_carried_out(run).await
        })
    }

    /// Backups are made before they are verified.
    fn backups_due(&self, record: &Record, now: DateTime<Utc>) -> Result<Vec<Work>> {
        let programme = &self.loaded.programme;
        let mut due = Vec::new();
        let takes = |backup: &Backup| backup.take.as_ref().is_some_and(|take| take.unattended);
        let verifies = |backup: &Backup| backup.verify.as_ref().is_some_and(|it| it.unattended);
        let mut chosen = programme.backups.iter();
        if !chosen.clone().any(|it| takes(it) || verifies(it)) {
            return Ok(due);
        }
        let mut backups = Backups::look(&self.workspace)?;
        let today = self.day(now);
        chosen.try_for_each(|backup| {
            if takes(backup) && backups.is_due_to_be_taken(backup, now)? {
                due.push(Work::Take(backup.id.clone()));
            }
            if verifies(backup) && proof::is_due(programme, backup, &record.verified, today) {
                due.push(Work::Verify(backup.id.clone()));
            }
            Ok(())
        })?;
        Ok(due)
    }

    /// The day it is at a moment, where the organization is.
    fn day(&self, now: DateTime<Utc>) -> Date {
        Date(now.with_timezone(&self.zone().0).date_naive())
    }
}
