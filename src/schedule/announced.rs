//! Times to come of which people were told.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::name::name;
use super::{Dst, Occurrence, tzdb};
use crate::id::PartyId;
use crate::model::{Drill, Schedule};
use crate::time::TimeZone;

/// A time to come, as it was known when people were told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Announced {
    /// The civil time at which it is due.
    pub nominal: NaiveDateTime,
    /// The time zone in which that is meant.
    pub zone: TimeZone,
    /// The version of the table of time zones.
    pub tzdb: String,
    /// The moment that is.
    pub at: DateTime<Utc>,
    /// Whether the clocks have a part in that.
    pub clocks: Dst,
    /// Who sees to it, where that is stated: they hear of it when the drill is taken away, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<PartyId>,
}

impl Announced {
    /// A time of a drill, by the plans and the table of time zones as they are.
    pub fn new(drill: &Drill, schedule: &Schedule, it: &Occurrence) -> Self {
        Announced {
            nominal: it.nominal,
            zone: schedule.zone,
            tzdb: tzdb().to_owned(),
            at: it.at,
            clocks: it.dst,
            who: drill.lead.clone(),
        }
    }

    /// Whether it is this time: the same name, and the same moment.
    pub fn is(&self, it: &Occurrence) -> bool {
        (self.nominal, self.at) == (it.nominal, it.at)
    }

    /// As it is named on the command line.
    pub fn name(&self) -> String {
        name(self.nominal, self.clocks, (self.at, self.zone))
    }

    /// As people are told of it: the moment, too, as that may be another one for the same name.
    pub fn words(&self) -> String {
        let (nominal, at) = (self.nominal.format("%Y-%m-%d %H:%M"), self.at);
        format!(
            "{nominal} in {} ({})",
            self.zone,
            at.format("%Y-%m-%dT%H:%MZ")
        )
    }
}
