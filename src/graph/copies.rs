//! Which backups hold each system's data, and what is asked of them.

use std::collections::HashMap;

use crate::finding::Place;
use crate::model::{Backup, BackupKind, ClassObjective, Item, Programme, Rpo, Rto, System};

/// The backups of every system, in the order of their ids.
pub struct Copies<'p>(HashMap<&'p str, Vec<&'p Item<Backup>>>);

impl<'p> Copies<'p> {
    /// Sorts the backups of a programme by what they hold.
    pub fn new(programme: &'p Programme) -> Self {
        let mut copies: HashMap<&str, Vec<&Item<Backup>>> = HashMap::new();
        for backup in &programme.backups {
            for system in &backup.of {
                copies.entry(system.as_str()).or_default().push(backup);
            }
        }
        Copies(copies)
    }

    /// The backups that hold a system's data.
    pub fn of(&self, system: &str) -> &[&'p Item<Backup>] {
        self.0.get(system).map_or(&[], Vec::as_slice)
    }
}

/// The systems that are said to hold data.
pub fn data_systems(programme: &Programme) -> impl Iterator<Item = &Item<System>> {
    let systems = programme.systems.iter();
    systems.filter(|system| system.holds_data == Some(true))
}

/// The class of disruption in which the data itself is lost, so that it must come from a copy.
pub const DATA_LOST: &str = "data-corruption";

/// What is promised of the systems whose data a backup holds, where their data must come from a
/// copy: how long they may be down, and how much may be lost; of several the shortest.
pub fn promised(programme: &Programme, backup: &Backup) -> (Option<Rto>, Option<Rpo>) {
    let systems = || {
        let ids = backup.of.iter();
        ids.filter_map(|id| programme.systems.get(id.as_str()))
    };
    let rto = systems().filter_map(|system| Some(rto(system)?.0)).min();
    let rpo = systems().filter_map(|system| Some(rpo(system)?.0)).min();
    (rto, rpo)
}

/// How long a system may be down when its data must come from a copy, and where that is said: its
/// objective for the loss of data, else its general one.
pub fn rto(system: &Item<System>) -> Option<(Rto, Place)> {
    let special =
        data_lost(system).and_then(|(objective, at)| Some((objective.rto?, at.key("rto"))));
    special.or_else(|| {
        let rto = system.rto?;
        Some((rto, system.at_where(|s| s.rto == Some(rto)).key("rto")))
    })
}

/// How much data a system may lose when it must come from a copy, and where that is said.
pub fn rpo(system: &Item<System>) -> Option<(Rpo, Place)> {
    let special =
        data_lost(system).and_then(|(objective, at)| Some((objective.rpo?, at.key("rpo"))));
    special.or_else(|| {
        let rpo = system.rpo?;
        Some((rpo, system.at_where(|s| s.rpo == Some(rpo)).key("rpo")))
    })
}

fn data_lost(system: &Item<System>) -> Option<(&ClassObjective, Place)> {
    let mut objectives = system.per_class.iter().enumerate();
    let found = objectives.find(|(_, objective)| objective.class.as_str() == DATA_LOST);
    found.map(|(index, objective)| (objective, system.at().key("per-class").index(index)))
}

/// Whether a backup is the additional full local copy.
pub fn is_full_local(backup: &Backup) -> bool {
    backup.kind == Some(BackupKind::FullLocal)
}
