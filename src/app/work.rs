//! What is due and needs nobody at hand: what `mainstay run` does once, and `mainstay serve` as it
//! comes.

use chrono::{DateTime, Utc};

use super::{Backups, Plans, Runs, wait_for};
use crate::drill;
use crate::error::Result;
use crate::id::{BackupId, DrillId};
use crate::model::{Backup, Drill, Missed};
use crate::proof;
use crate::record::Record;
use crate::render::run::CarriedOut;
use crate::schedule::{Obligation, Term};
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

    /// Whether a run of a drill was begun after a moment, by the list of runs alone: also one whose
    /// journal cannot be read.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn was_begun(&self, drill: &DrillId, after: DateTime<Utc>) -> Result<bool> {
        let lines = wait_for(async { Runs::look(&self.workspace).await?.lines().await })?;
        let mut own = lines.iter().filter(|line| line.drill == drill.as_str());
        Ok(own.any(|line| {
            let began = DateTime::parse_from_rfc3339(&line.began);
            began.is_ok_and(|began| began > after)
        }))
    }

    fn drills_due(&self, record: &Record, now: DateTime<Utc>) -> Result<Vec<Work>> {
        let mut drills = self.unattended().peekable();
        if drills.peek().is_none() {
            return Ok(Vec::new());
        }
        let obligations = record.obligations(now);
        let today = self.day(now);
        let organization = self.loaded.programme.organization.as_ref();
        let is_frozen = organization.is_some_and(|it| it.blackout(today).is_some());
        wait_for(async {
            let mut runs = Runs::look(&self.workspace).await?;
            let (mut due, lines) = (Vec::new(), runs.lines().await?);
            for drill in drills {
                let (last, open) = runs.last(&lines, drill).await?;
                let owes = || owes_each(drill, &obligations);
                match open {
                    Some(id) => match runs.is_carried_out(&id).await? {
                        // Another process has it in hand.
                        CarriedOut::Yes => {}
                        CarriedOut::No => due.push(Work::Resume(drill.id.clone(), id)),
                    },
                    // Nothing may be touched now. It is due once that is over.
                    None if is_frozen && drill.touches() => {}
                    None if drill::is_due(drill, last, (now, today)) || owes() => {
                        due.push(Work::Hold(drill.id.clone()));
                    }
                    None => {}
                }
            }
            Ok(due)
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

/// Whether a time of a drill of which each is held late has none of its own yet.
fn owes_each(drill: &Drill, obligations: &[Obligation]) -> bool {
    obligations.iter().any(|it| match it.term {
        Term::Time(came) => {
            let is_own = came.drill == drill.id && came.missed == Some(Missed::RunLate);
            is_own && it.disposition.is_open()
        }
        Term::Day(_) => false,
    })
}
