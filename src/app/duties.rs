//! What is to be done by the schedules of the plans: written down as it comes.

use std::fs::File;

use super::place::{place, state_folder};
use super::{Plans, wait_for};
use crate::clock;
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::schedule::{Came, Duty, Waived, came};
use crate::store::{Durability, Store};
use crate::workspace::Workspace;

/// The file in the state folder that is locked by whoever writes to the register: two would write
/// the same times down.
const LOCK: &str = "duties.lock";
/// The word that is held by them where several machines share a database.
const WORD: &str = "duties";

/// The register of what is to be done; nobody else writes to it meanwhile.
pub struct Duties {
    store: Store,
    _lock: File,
}

impl Duties {
    /// Opens that of a workspace, and makes it where there is none.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub fn open(workspace: &Workspace) -> Result<Self> {
        let path = state_folder(workspace)?.join(LOCK);
        let failed = |error| Error::io(format!("lock `{}`", path.display()), error);
        let lock = File::create(&path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let store = wait_for(async {
            let mut store = Store::open(&place(workspace), Durability::default()).await?;
            store.hold(WORD).await?;
            Ok(store)
        })?;
        Ok(Duties { store, _lock: lock })
    }

    /// All that is written down in a workspace; nothing is made where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or not be relied upon.
    pub fn read(workspace: &Workspace) -> Result<Vec<Duty>> {
        wait_for(async {
            let mut store = Store::read(&place(workspace)).await?;
            let duties = store.duties().await?;
            store.close().await?;
            Ok(duties)
        })
    }

    /// Writes every time down that has come by now; gives back those that are new.
    ///
    /// # Errors
    /// When the register cannot be relied upon, or not be written.
    pub fn tick(&mut self, plans: &Plans) -> Result<Vec<Came>> {
        let register = wait_for(self.store.duties())?;
        let new = came(&plans.loaded.programme, &register, clock::now()?.wall);
        if !new.is_empty() {
            let duties: Vec<Duty> = new.iter().cloned().map(Duty::Came).collect();
            wait_for(self.store.add_duties(&duties, &[]))?;
        }
        Ok(new)
    }

    /// Writes down that nothing needs to be done about a time of a drill, who says so and why;
    /// gives back that time.
    ///
    /// # Errors
    /// `NotFound` when no such time has come, `Conflict` when it was waived before.
    pub fn waive(
        &mut self,
        (drill, nominal): (&str, &str),
        by: PersonId,
        why: &str,
    ) -> Result<Waived> {
        let register = wait_for(self.store.duties())?;
        let is_meant = |came: &&Came| {
            came.drill.as_str() == drill && named(came).starts_with(nominal) && nominal.len() >= 10
        };
        let meant: Vec<&Came> = register
            .iter()
            .filter_map(|duty| match duty {
                Duty::Came(came) => Some(came),
                Duty::Waived(_) => None,
            })
            .filter(is_meant)
            .collect();
        let what = format!("find the time {nominal} of `{drill}`");
        let came = match meant.as_slice() {
            // One that is held both times as clocks are put back has one name.
            [came, rest @ ..] if rest.iter().all(|it| it.nominal == came.nominal) => *came,
            [] => {
                return Err(Error::not_found(what)
                    .hint("`mainstay schedule history` shows every time that has come."));
            }
            several => {
                let count = several.len();
                return Err(Error::not_found(format!("{what}: there are {count}"))
                    .hint("Name the hour, too, such as `2027-03-06T02:00`."));
            }
        };
        let is_waived = register.iter().any(|duty| match duty {
            Duty::Waived(it) => it.drill == came.drill && it.nominal == came.nominal,
            Duty::Came(_) => false,
        });
        if is_waived {
            let what = format!("waive {} of `{drill}`: it was before", named(came));
            return Err(
                Error::conflict(what).hint("`mainstay schedule history` shows by whom, and why.")
            );
        }
        let waived = Waived {
            drill: came.drill.clone(),
            nominal: came.nominal,
            by,
            why: why.to_owned(),
            at: clock::now()?.wall,
        };
        wait_for(self.store.add_duties(&[Duty::Waived(waived.clone())], &[]))?;
        Ok(waived)
    }
}

/// A time as it is named on the command line: `2027-03-06T02:00`.
fn named(came: &Came) -> String {
    came.nominal.format("%Y-%m-%dT%H:%M").to_string()
}
