//! Who carries a run out: on one machine a lock on a file says so, and where several machines
//! share a database a lease beside it.
//!
//! A process that was stopped for longer than its lease lasts does not know that it was overtaken.
//! So it asks before it writes and before it acts; and what it writes all the same does not follow.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use super::Folder;
use crate::clock;
use crate::error::{Error, Result};
use crate::store::{Lease, Store, this_machine};

/// How long a run stays with a process that nobody hears of any more.
const LASTS: Duration = Duration::from_secs(30);
/// How often that is put off.
const RENEWED_EVERY: Duration = Duration::from_secs(10);

/// That this process carries a run out and no other does, for as long as it is held.
#[derive(Debug)]
pub struct Owner {
    _lock: File,
    /// Where several machines may carry it out.
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    lease: Lease,
    /// When it was asked for, by the clock that nobody puts, in microseconds.
    since: u64,
}

/// Whether a run is still that of the process that had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Owner,
    /// Another process may have it.
    Overtaken,
}

impl Owner {
    /// Takes a run for this process; `None` where another one has it.
    ///
    /// # Errors
    /// `Io` when the folder or the lease cannot be written.
    pub async fn take(store: &mut Store, folder: &Folder, run: &str) -> Result<Option<Self>> {
        let Some(lock) = folder.lock()? else {
            return Ok(None);
        };
        let mut owner = Owner {
            _lock: lock,
            held: None,
        };
        if store.is_shared() {
            let (holder, since) = (holder(folder)?, clock::now()?.boot_micros);
            let lease = store.lease(&resource(run), &holder, LASTS).await?;
            let Some(lease) = lease else { return Ok(None) };
            owner.held = Some(Held { lease, since });
        }
        Ok(Some(owner))
    }

    /// Whether a process carries a run out; nothing is written to tell.
    ///
    /// # Errors
    /// `Io` when nobody can be asked.
    pub async fn is_there(store: &mut Store, folder: &Folder, run: &str) -> Result<bool> {
        if !store.is_shared() {
            return Ok(folder.is_locked());
        }
        Ok(match store.holder(&resource(run)).await? {
            None => false,
            // Of what goes on here the lock knows more: a process that ended has none.
            Some(who) if holder(folder).is_ok_and(|own| own == who) => folder.is_locked(),
            Some(_) => true,
        })
    }

    /// Keeps the run, where it is time to say so.
    ///
    /// # Errors
    /// `Io` when it is over by the clock, and nobody can be asked who has the run now.
    pub async fn keep(&mut self, store: &mut Store) -> Result<Standing> {
        let Some(held) = &mut self.held else {
            return Ok(Standing::Owner);
        };
        let now = clock::now()?.boot_micros;
        let passed = Duration::from_micros(now.saturating_sub(held.since));
        if passed < RENEWED_EVERY {
            return Ok(Standing::Owner);
        }
        match held.again(store).await {
            Ok(Standing::Owner) => held.since = now,
            Ok(Standing::Overtaken) => return Ok(Standing::Overtaken),
            // It is asked again a moment later.
            Err(_) if passed < LASTS => {}
            Err(error) => return Err(error),
        }
        Ok(Standing::Owner)
    }

    /// Lets others have the run at once.
    ///
    /// # Errors
    /// `Io` when it cannot be said; it is over after a while in any case.
    pub async fn let_go(&self, store: &mut Store) -> Result<()> {
        match &self.held {
            Some(held) => store.release(&held.lease).await,
            None => Ok(()),
        }
    }
}

impl Held {
    /// Has the lease last on. One that ran out is taken again where nobody had it meanwhile.
    async fn again(&mut self, store: &mut Store) -> Result<Standing> {
        if store.renew(&self.lease).await? {
            return Ok(Standing::Owner);
        }
        let Lease {
            resource,
            holder,
            epoch,
            lasts,
            ..
        } = &self.lease;
        let taken = store.lease(resource, holder, *lasts).await?;
        let Some(taken) = taken else {
            return Ok(Standing::Overtaken);
        };
        if taken.epoch == epoch + 1 {
            self.lease = taken;
            return Ok(Standing::Owner);
        }
        store.release(&taken).await?;
        Ok(Standing::Overtaken)
    }
}

/// What is leased by whoever carries a run out.
fn resource(run: &str) -> String {
    format!("run:{run}")
}

/// Whoever has the lock in a folder: no two folders that are there at one time have one name, on
/// whatever machines. So a process can take a run over at once that died beside it.
fn holder(folder: &Folder) -> Result<String> {
    let path = folder.path();
    let failed = |error| Error::io(format!("read `{}`", path.display()), error);
    let file = path.metadata().map_err(failed)?;
    let (machine, boot) = (this_machine(), clock::now()?.boot_id);
    let (device, number) = (file.dev(), file.ino());
    Ok(format!("{machine}, boot {boot}, folder {device}:{number}"))
}
