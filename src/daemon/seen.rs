//! What a look at the plans and at what was done showed, for whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::app::Plans;
use crate::record::{Record, Verdict};
use crate::time::TimeZone;

/// Of how many drills, and of how many backups, the last result is told.
const TOLD_MAX: usize = 2_000;

/// What a look showed.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// How many things in the register became what.
    pub obligations: BTreeMap<String, u64>,
    /// How many entries the register has.
    pub register: usize,
    /// What comes next, in order; no more than is told.
    pub coming: Vec<Coming>,
    /// How many drills have a next time that is not told.
    pub coming_left_out: usize,
    /// The last run of each drill of the plans that is over.
    pub drills: Vec<LastRun>,
    /// The last verification of each backup of the plans.
    pub backups: Vec<LastLook>,
    /// Of how many drills and backups nothing is told, as there are too many.
    pub left_out: usize,
}

/// The next time at which a drill is held.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coming {
    /// The moment.
    pub at: DateTime<Utc>,
    /// The civil time that its schedule names.
    pub nominal: chrono::NaiveDateTime,
    /// Where that is meant.
    pub zone: TimeZone,
    /// The drill.
    pub drill: String,
    /// What people call it.
    pub name: String,
    /// Whether it begins by itself.
    pub unattended: bool,
}

/// The last run of a drill that is over.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// The drill.
    pub drill: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// When it ended.
    pub ended: DateTime<Utc>,
}

/// The last verification of a backup.
#[derive(Clone, Debug)]
pub struct LastLook {
    /// The backup.
    pub backup: String,
    /// The level that was shown.
    pub level: u8,
    /// When.
    pub at: DateTime<Utc>,
}

impl Seen {
    /// What there is to tell of a look.
    pub fn new(
        plans: &Plans,
        record: &Record,
        (coming, coming_left_out): (Vec<Coming>, usize),
        now: DateTime<Utc>,
    ) -> Self {
        let mut obligations = BTreeMap::new();
        for it in record.obligations(now) {
            let word = it.disposition.word().to_lowercase();
            *obligations.entry(word).or_default() += 1;
        }
        let (mut drills, mut backups) = (drills(plans, record), backups(plans, record));
        let all = drills.len() + backups.len();
        drills.truncate(TOLD_MAX);
        backups.truncate(TOLD_MAX);
        Seen {
            obligations,
            register: record.duties.len(),
            coming,
            coming_left_out,
            left_out: all - drills.len() - backups.len(),
            drills,
            backups,
        }
    }
}

/// The last run of each drill, the last one first.
fn drills(plans: &Plans, record: &Record) -> Vec<LastRun> {
    let mut known = BTreeSet::new();
    let declared = &plans.loaded.programme.drills;
    let ended = record.runs.iter().filter_map(|run| {
        let ended = run.ended?;
        let is_last = declared.get(run.drill.as_str()).is_some() && known.insert(&run.drill);
        is_last.then(|| LastRun {
            drill: run.drill.to_string(),
            succeeded: run.verdict == Verdict::Succeeded,
            ended,
        })
    });
    ended.collect()
}

/// The last verification of each backup, the last one first.
fn backups(plans: &Plans, record: &Record) -> Vec<LastLook> {
    let mut known = BTreeSet::new();
    let declared = &plans.loaded.programme.backups;
    let verified = record.verified.iter().filter_map(|it| {
        let is_last = declared.get(it.backup.as_str()).is_some() && known.insert(&it.backup);
        is_last.then(|| LastLook {
            backup: it.backup.to_string(),
            level: it.level.number(),
            at: it.at,
        })
    });
    verified.collect()
}
