//! What holds as long as all is well: looked at before, during and after a run.
//!
//! Nothing is begun before all of it was seen to hold. What does not hold in between is written
//! down with its time and stops nothing: many a drill takes something down on purpose. At the end,
//! also after taking back, it must hold again.

use super::Run;
use crate::journal::{Holds, Outcome, Seen, What};
use crate::time::Moment;

/// What was seen of one thing that should hold.
#[derive(Clone, Debug, Default)]
pub struct Steady {
    /// Whether it held before anything was done.
    pub before: Option<Holds>,
    /// Whether it held at the end.
    pub after: Option<Holds>,
    /// Since when it does not hold, if it does not.
    pub away_since: Option<Moment>,
    /// How long in all it did not hold, as far as that is over, in microseconds.
    pub away_micros: u64,
    /// How often it ceased to hold.
    pub broke: u32,
}

impl Steady {
    /// It was looked at.
    fn see(&mut self, seen: Seen, holds: Holds, at: &Moment) {
        match seen {
            Seen::Before => self.before = Some(holds),
            Seen::During => {}
            Seen::After => self.after = Some(holds),
        }
        match (holds, &self.away_since) {
            (Holds::No, None) => {
                self.broke += 1;
                self.away_since = Some(at.clone());
            }
            (Holds::Yes, Some(since)) => {
                self.away_micros += at.since(since).micros;
                self.away_since = None;
            }
            _ => {}
        }
    }
}

impl Run {
    /// Something that should hold was looked at; whether that can be.
    pub(super) fn steady_event(&mut self, what: &What, at: &Moment) -> bool {
        let What::SteadyStateSeen {
            name, seen, holds, ..
        } = what
        else {
            return false;
        };
        let stated = &self.script.steady_state;
        let place = stated.iter().position(|steady| steady.name == *name);
        let Some(steady) = place.and_then(|place| self.steady.get_mut(place)) else {
            return false;
        };
        let possible = match seen {
            Seen::Before => steady.before.is_none(),
            Seen::During | Seen::After => steady.before.is_some(),
        };
        if possible {
            steady.see(*seen, *holds, at);
        }
        possible
    }

    /// What has to be looked at before anything is begun.
    pub(super) fn unseen_before(&self) -> Vec<usize> {
        self.unseen(|steady| steady.before)
    }

    /// What has to be looked at before the run ends; nothing where nothing was begun.
    pub(super) fn unseen_after(&self) -> Vec<usize> {
        match self
            .steady
            .iter()
            .all(|steady| steady.before == Some(Holds::Yes))
        {
            true => self.unseen(|steady| steady.after),
            false => Vec::new(),
        }
    }

    fn unseen(&self, seen: impl Fn(&Steady) -> Option<Holds>) -> Vec<usize> {
        let all = self.steady.iter().enumerate();
        let unseen = all.filter(|(_, steady)| seen(steady).is_none());
        unseen.map(|(place, _)| place).collect()
    }

    /// What did not hold before anything was begun.
    pub(super) fn unsteady_before(&self) -> Option<&str> {
        let place = self
            .steady
            .iter()
            .position(|steady| steady.before == Some(Holds::No))?;
        Some(&self.script.steady_state[place].name)
    }

    /// How a run really ends, after what held at the end and what the drill has caused.
    pub(super) fn outcome(&self, outcome: Outcome) -> Outcome {
        let holds = self
            .steady
            .iter()
            .all(|steady| steady.after != Some(Holds::No));
        match outcome {
            Outcome::Succeeded if !holds || self.did_harm() => Outcome::SucceededWithFindings,
            Outcome::FailedRolledBack if !holds => Outcome::RollbackIncomplete,
            outcome => outcome,
        }
    }
}
