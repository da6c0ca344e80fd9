//! What runs that are over showed, for whoever reads the record again and again.
//!
//! A journal that was read and verified once is not read again while its last hash, which covers
//! all of it, stays the same. That somebody edits it meanwhile past Mainstay is seen by whoever
//! reads all of it: each command does, and the daemon when it begins.

use std::collections::BTreeMap;

use crate::record::Past;
use crate::store::RunLine;
use crate::time::TimeZone;

/// What runs that are over showed.
#[derive(Debug, Default)]
pub struct Recalled {
    /// In which zone days were told.
    zone: Option<TimeZone>,
    /// By the id of the run: what the list said of it, and what it showed.
    runs: BTreeMap<String, (RunLine, Past)>,
}

impl Recalled {
    /// Keeps what was read of journals that still end with the same hash, of the same days.
    pub fn keep(&mut self, last_hashes: &[(String, String)], zone: TimeZone) {
        if self.zone.replace(zone) != Some(zone) {
            self.runs.clear();
        }
        let last: BTreeMap<&String, &String> =
            last_hashes.iter().map(|(run, hash)| (run, hash)).collect();
        self.runs
            .retain(|run, (_, past)| last.get(run) == Some(&&past.hash));
    }

    /// What a run showed that the list still says the same of.
    pub fn recall(&self, line: &RunLine) -> Option<Past> {
        let (known, past) = self.runs.get(&line.id)?;
        (known == line).then(|| past.clone())
    }

    /// Keeps what a run showed, if it is over.
    pub fn add(&mut self, line: &RunLine, past: &Past) {
        if past.ended.is_some() {
            self.runs
                .insert(line.id.clone(), (line.clone(), past.clone()));
        }
    }
}
