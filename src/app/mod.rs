//! What the commands share: the plans are read and the clock is asked, here and nowhere else.

mod answers;
mod attempt;
mod backups;
mod calls;
mod calendar;
mod claims;
mod duties;
mod instead;
mod outbox;
mod over;
mod place;
mod returned;
mod recalled;
mod runs;
mod stores;
mod told;
mod waits;
mod work;
mod wrong;

use std::cell::OnceCell;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::{DateTime, NaiveTime, Utc};
use tokio::runtime::{Builder, Runtime};

pub use answers::Question;
pub use backups::{Backups, How, Kept};
pub use calls::Call;
pub use claims::{Claimed, Claims};
pub use duties::{Duties, by_now};
pub use outbox::{Channels, Outbox, Tried, UnderWay};
pub use place::keep_journals_at;
pub use recalled::Recalled;
pub use returned::{TakenBack, take_back};
pub use runs::{Answer, Judged, Runs, STATE_FOLDER};
pub use stores::{check_store, copy_store};
pub use told::Addressed;
pub use work::Work;
pub use wrong::Wrong;

use crate::checks;
use crate::drill::{self, Exercise, Given, Prepared, Values};
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::graph::Analysis;
use crate::id::DrillId;
use crate::load::{self, Loaded};
use crate::model::{Drill, Person};
use crate::program::Itself;
use crate::record::Record;
use crate::time::{Date, TimeZone};
use crate::workspace::Workspace;

/// The moment for which the plans are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// An instant; which day it is depends on the organization's time zone.
    Instant(DateTime<Utc>),
    /// A day, wherever one is.
    Day(Date),
}

impl Now {
    /// What the clock says.
    pub fn from_clock() -> Self {
        Now::Instant(Utc::now())
    }

    /// The instant; of a day, its beginning in UTC.
    pub fn instant(self) -> DateTime<Utc> {
        match self {
            Now::Instant(instant) => instant,
            Now::Day(day) => day.0.and_time(NaiveTime::MIN).and_utc(),
        }
    }

    /// The day it is in a time zone.
    pub fn day(self, zone: TimeZone) -> Date {
        match self {
            Now::Instant(instant) => Date(instant.with_timezone(&zone.0).date_naive()),
            Now::Day(day) => day,
        }
    }
}

impl FromStr for Now {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(day) = text.parse() {
            return Ok(Now::Day(day));
        }
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| {
            "write a day such as `2026-11-22`, or a time such as `2026-11-22T08:00:00Z`".to_owned()
        })?;
        Ok(Now::Instant(instant.to_utc()))
    }
}

/// The plans of a workspace, read.
#[derive(Debug)]
pub struct Plans {
    /// Where they are.
    pub workspace: Workspace,
    /// What they say.
    pub loaded: Loaded,
    /// The moment for which they are looked at.
    pub now: Now,
}

impl Plans {
    /// Reads the plans of the workspace that a path is or lies in; without a `now`, the clock's.
    ///
    /// What is wrong with the plans is a finding; only a path that cannot be opened is an error.
    pub fn open(path: &Path, now: Option<Now>) -> Result<Self> {
        let workspace = Workspace::find(path)?;
        let mut plans = Plans {
            loaded: load::load(workspace.files()),
            workspace,
            now: now.unwrap_or_else(Now::from_clock),
        };
        let today = plans.today();
        load::as_of(&mut plans.loaded, today);
        Ok(plans)
    }

    /// The day for which they are looked at, where the organization is.
    pub fn today(&self) -> Date {
        self.now.day(self.zone())
    }

    /// The time zone of the organization; UTC where it states none.
    pub fn zone(&self) -> TimeZone {
        let organization = self.loaded.programme.organization.as_ref();
        let zone = organization.and_then(|organization| organization.time_zone);
        zone.unwrap_or(TimeZone(chrono_tz::UTC))
    }

    /// What happened in the workspace until the day for which the plans are looked at.
    ///
    /// What cannot be read is part of it, as such: plans are looked at also when a disk is not what
    /// it was. Where nothing was ever run nothing is opened, and nothing is made.
    pub fn record(&self) -> Record {
        runs::record(&self.workspace, self.zone()).until(self.today())
    }

    /// The same, for whoever acts on it or writes down what follows from it.
    ///
    /// # Errors
    /// When a part could not be read: what is missing then may have happened all the same.
    pub fn record_to_act_on(&self) -> Result<Record> {
        self.record_again(&mut Recalled::default())
    }

    /// The same, for who reads it again and again: of runs that are over, what they showed is
    /// recalled.
    ///
    /// # Errors
    /// As for [`record_to_act_on`](Self::record_to_act_on).
    pub fn record_again(&self, recalled: &mut Recalled) -> Result<Record> {
        let record = runs::record_to_act_on(&self.workspace, self.zone(), recalled)?;
        Ok(record.until(self.today()))
    }

    /// Everything that is computed on the dependency graph.
    pub fn analyse(&self, record: &Record) -> Analysis<'_> {
        Analysis::with(
            &self.loaded.programme,
            &record.actuals(&self.loaded.programme, self.today()),
        )
    }

    /// The drills that may be run with nobody at hand.
    pub fn unattended(&self) -> impl Iterator<Item = &Drill> {
        let drills = self.loaded.programme.drills.iter().map(|drill| &**drill);
        drills.filter(|drill| drill.unattended)
    }

    /// The person with an id, in whose name something is written down for good.
    ///
    /// # Errors
    /// `NotFound` when the plans name nobody by it.
    pub fn person(&self, id: &str) -> Result<&Person> {
        let person = self.loaded.programme.people.get(id);
        let person = person.map(|person| &**person);
        person.ok_or_else(|| {
            Error::not_found(format!("find the person `{}`", id.escape_debug()))
                .hint("Name somebody whom the plans name; `mainstay new person` writes one.")
        })
    }

    /// What a drill is going to do. `{{mainstay}}` is this program, unless `values` say otherwise.
    ///
    /// # Errors
    /// `Conflict` with every reason why it cannot begin.
    pub fn prepare(
        &self,
        drill: &Drill,
        values: &Values,
        seed: Option<u64>,
    ) -> Result<Prepared<Exercise>> {
        let (loaded, program) = (&self.loaded, program()?);
        let given = Given {
            plans: &loaded.sources.digest(),
            values,
            program: &program.to_string_lossy(),
            today: self.today(),
            seed: seed.unwrap_or_else(any_seed),
        };
        let prepared = drill::compile(&loaded.programme, drill, &given);
        let mut reasons = prepared.as_ref().err().cloned().unwrap_or_default();
        reasons.extend(loaded.misunderstood(drill));
        if drill.touches() && !drill.unattended {
            reasons.extend(checks::unreachable(&loaded.programme, drill, self.today()));
        }
        match prepared {
            Ok(prepared) if reasons.is_empty() => Ok(prepared),
            _ => Err(refused(&drill.id, &reasons)),
        }
    }

    /// What is wrong with them.
    pub fn findings(&self, analysis: &Analysis, record: &Record) -> Vec<Finding> {
        checks::run(&self.loaded, analysis, record, self.today())
    }
}

/// A number nobody can foresee, short enough to be told.
fn any_seed() -> u64 {
    RandomState::new().build_hasher().finish() % 1_000_000
}

/// This program, to be started by steps.
///
/// # Errors
/// `Io` when the system does not say.
pub fn program() -> Result<PathBuf> {
    std::env::current_exe().map_err(|error| Error::io("find the program that runs", error))
}

/// This program, to be started by itself, which has to know where its journals are.
///
/// # Errors
/// As for [`program`].
pub fn itself() -> Result<Itself> {
    Ok(Itself::new(program()?, place::stated()))
}

/// That a drill cannot begin, with every reason.
fn refused(drill: &DrillId, reasons: &[String]) -> Error {
    Error::conflict(format!("begin `{drill}`:\n  {}", reasons.join("\n  ")))
        .hint("Nothing was touched. Mend what is said, and begin again.")
}

fn refuse(drill: &DrillId, reasons: &[String]) -> Result<()> {
    match reasons {
        [] => Ok(()),
        _ => Err(refused(drill, reasons)),
    }
}

/// Waits for something on this thread. What it opens can be waited for again on the same thread:
/// connections belong to the means by which it was waited for them.
///
/// # Errors
/// `Io` when the system gives no means to wait.
pub fn wait_for<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    thread_local! {
        static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
    }
    RUNTIME.with(|kept| {
        let runtime = match kept.get() {
            Some(runtime) => runtime,
            None => {
                let made = Builder::new_current_thread().enable_all().build();
                let made = made.map_err(|error| Error::io("wait for anything", error))?;
                kept.get_or_init(|| made)
            }
        };
        runtime.block_on(work)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(now: &str, zone: &str) -> String {
        let now: Now = now.parse().expect("a moment");
        now.day(zone.parse().expect("a zone")).to_string()
    }

    #[test]
    fn the_day_is_that_of_the_organization() {
        assert_eq!(day("2026-11-22T23:30:00Z", "Europe/Budapest"), "2026-11-23");
        assert_eq!(day("2026-11-22T23:30:00Z", "America/Denver"), "2026-11-22");
        assert_eq!(day("2026-11-23T00:30:00+01:00", "UTC"), "2026-11-22");
    }

    #[test]
    fn a_day_stays_that_day_in_every_zone() {
        assert_eq!(day("2026-11-22", "Pacific/Kiritimati"), "2026-11-22");
    }

    #[test]
    fn a_moment_that_is_neither_is_refused() {
        for text in [
            "",
            "now",
            "22.11.2026",
            "2026-11-22 08:00",
            "2026-11-22T08:00:00",
        ] {
            assert!(text.parse::<Now>().is_err(), "{text}");
        }
    }
}
