//! The backups of a workspace: verified, and what that showed.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError, create_dir_all};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::place::{place, state_folder};
use super::runs::STATE_FOLDER;
use super::{Plans, any_seed, wait_for};
use crate::backup::scratch::{Scratch, janitor};
use crate::backup::self_test::self_test;
use crate::backup::{
    Asked, Pick, Progress, Promised, Sampling, Stop, planned, sample, take, verify,
};
use crate::clock;
use crate::error::{Error, Result};
use crate::graph::copies;
use crate::id::BackupId;
use crate::journal::Entry;
use crate::model::{Backup, Item, Uuid};
use crate::ping::{Heard, Listener};
use crate::proof::{
    Fact, Level, Ping, Sampled, SelfTested, Taken, Tested, Verdict, Verification,
    is_due_to_be_taken,
};
use crate::store::{Durability, Store};
use crate::workspace::Workspace;

/// The folder in the state folder in which restores are made, unless another one is named.
const SCRATCH: &str = "scratch";
/// How much a test of verifications may put on the disk, in bytes.
const SELF_TEST_ROOM: u64 = 1024 * 1024 * 1024;
/// The folder in the state folder with one file for each backup, locked while it is verified.
const LOCKS: &str = "backups";

/// How backups are verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct How {
    /// Up to which rung.
    pub level: Level,
    /// Which recovery point of each; the one whose turn it is by the plan, when not stated.
    pub pick: Option<Pick>,
    /// The folder in which restores are made; one in the state folder, when not stated.
    pub scratch: Option<PathBuf>,
    /// The empty folder into which it is restored to stay there.
    pub into: Option<PathBuf>,
}

impl Default for How {
    /// All the way up, with the recovery point whose turn it is.
    fn default() -> Self {
        How {
            level: Level::Validated,
            pick: None,
            scratch: None,
            into: None,
        }
    }
}

/// A verification, and where it stands in the chain.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The verification.
    pub verification: Verification,
    /// The entry that holds it.
    pub entry: Entry,
    /// The hash of the entry before; empty where there is none.
    pub before: String,
}

/// The backups of a workspace, and what their verifications showed.
pub struct Backups {
    root: PathBuf,
    folder: PathBuf,
    store: Store,
}

impl Backups {
    /// Opens what is known of the backups of a workspace.
    ///
    /// # Errors
    /// When its state folder cannot be written.
    pub fn open(workspace: &Workspace) -> Result<Self> {
        Ok(Backups {
            root: workspace.root.clone(),
            folder: state_folder(workspace)?,
            store: wait_for(Store::open(&place(workspace), Durability::default()))?,
        })
    }

    /// Looks at what is known; nothing is written.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn look(workspace: &Workspace) -> Result<Self> {
        Ok(Backups {
            root: workspace.root.clone(),
            folder: workspace.root.join(STATE_FOLDER),
            store: wait_for(Store::read(&place(workspace)))?,
        })
    }

    /// All verifications, in their order.
    ///
    /// # Errors
    /// When they cannot be read, or not be relied upon.
    pub fn verifications(&mut self) -> Result<Vec<Verification>> {
        let facts = wait_for(self.store.facts())?;
        let verifications = facts.into_iter().filter_map(|fact| match fact {
            Fact::Verified(verification) => Some(*verification),
            _ => None,
        });
        Ok(verifications.collect())
    }

    /// A verification, and where it stands in the chain.
    ///
    /// # Errors
    /// `NotFound` when there is none of that id; otherwise as for
    /// [`verifications`](Self::verifications).
    pub fn kept(&mut self, id: &str) -> Result<Kept> {
        let all = self.all_kept()?;
        let mut found = all.into_iter().filter(|kept| kept.verification.id == id);
        found.next().ok_or_else(|| {
            Error::not_found(format!("find the verification `{id}`"))
                .hint("`mainstay backup report` shows the last ones.")
        })
    }

    /// All verifications, in their order, and where each stands in the chain.
    ///
    /// # Errors
    /// As for [`verifications`](Self::verifications).
    pub fn all_kept(&mut self) -> Result<Vec<Kept>> {
        let (mut before, mut all) = (String::new(), Vec::new());
        for entry in wait_for(self.store.fact_entries())? {
            let hash = entry.hash.clone();
            if let Fact::Verified(verification) = entry.read()? {
                all.push(Kept {
                    verification: *verification,
                    entry,
                    before,
                });
            }
            before = hash;
        }
        Ok(all)
    }

    /// What the job that makes a backup told, in its order.
    fn pings(&mut self, backup: &Backup) -> Result<Vec<Ping>> {
        let facts = wait_for(self.store.facts())?;
        let pings = facts.into_iter().filter_map(|fact| match fact {
            Fact::Pinged(ping) if ping.backup == backup.id => Some(ping),
            _ => None,
        });
        Ok(pings.collect())
    }

    /// When Mainstay made a backup, in its order.
    fn taken(&mut self, backup: &Backup) -> Result<Vec<Taken>> {
        let facts = wait_for(self.store.facts())?;
        let taken = facts.into_iter().filter_map(|fact| match fact {
            Fact::Taken(taken) if taken.backup == backup.id => Some(taken),
            _ => None,
        });
        Ok(taken.collect())
    }

    /// Verifies a backup, and keeps what that showed. When the process is told to end, it clears up
    /// first.
    ///
    /// # Errors
    /// `Conflict` when another process verifies it; `Io` when what it showed cannot be kept.
    pub fn verify(
        &mut self,
        plans: &Plans,
        backup: &Backup,
        how: &How,
        progress: &(dyn Fn(&Progress) + Sync),
    ) -> Result<Verification> {
        let _lock = self.lock(backup)?;
        let past = self.verifications()?;
        let past: Vec<Verification> = past
            .into_iter()
            .filter(|verification| verification.backup == backup.id)
            .collect();
        let pings = self.pings(backup)?;
        let taken = self.taken(backup)?;
        let misunderstood = match how.into {
            None => plans.loaded.misunderstood_backup(&backup.id),
            // Whoever restores in earnest is not held up.
            Some(_) => Vec::new(),
        };
        let (rto, rpo) = copies::promised(&plans.loaded.programme, backup);
        let (pick, turn) = match &how.pick {
            // The newest is the one to look at where nothing is read.
            None if how.level < Level::Intact => (Pick::default(), None),
            None => planned(backup, &past),
            Some(Pick::Stated(stated, _)) => (Pick::Stated(*stated, any_seed()), None),
            Some(named) => (named.clone(), None),
        };
        let asked = Asked {
            id: id(backup, plans, past.len()),
            backup,
            misunderstood: &misunderstood,
            plans: &plans.loaded.sources.digest(),
            level: how.level,
            pick,
            turn,
            promised: Promised {
                rto: rto.map(|rto| rto.0),
                rpo: rpo.map(|rpo| rpo.0),
            },
            past: &past,
            pings: &pings,
            taken: &taken,
            workspace: &self.root,
            scratch: how
                .scratch
                .clone()
                .unwrap_or_else(|| self.folder.join(SCRATCH)),
            into: how.into.clone(),
            stop: Stop::default(),
            progress,
        };
        let verification = until_told(&asked.stop, || verify(&asked))?;
        let fact = Fact::Verified(Box::new(verification.clone()));
        wait_for(self.store.add_fact(&fact))?;
        Ok(verification)
    }

    /// Restores small parts of a backup to foresee how long all of it takes, and keeps what that
    /// showed, if anything.
    ///
    /// # Errors
    /// As for [`take`](Self::take).
    pub fn sample(
        &mut self,
        plans: &Plans,
        backup: &Backup,
        scratch: Option<&Path>,
        progress: &(dyn Fn(&Progress) + Sync),
    ) -> Result<Sampled> {
        understood(plans, backup, &format!("restore parts of `{}`", backup.id))?;
        let _lock = self.lock(backup)?;
        let own = || self.folder.join(SCRATCH);
        let asked = Sampling {
            id: format!("sample-{}-{}", backup.id, std::process::id()),
            backup,
            seed: any_seed(),
            workspace: &self.root,
            scratch: scratch.map_or_else(own, Path::to_owned),
            stop: Stop::default(),
            progress,
        };
        let sampled = until_told(&asked.stop, || sample(&asked))?;
        if !sampled.parts.is_empty() || sampled.verdict() == Verdict::Fail {
            let fact = Fact::Sampled(Box::new(sampled.clone()));
            wait_for(self.store.add_fact(&fact))?;
        }
        Ok(sampled)
    }

    /// Removes what verifications that died have left, and what was kept long enough.
    ///
    /// # Errors
    /// When the folder in which restores are made cannot be read.
    pub fn clear(&self) -> Result<()> {
        janitor(&self.folder.join(SCRATCH), &clock::now()?).map(drop)
    }

    /// Hears the jobs that make backups, until the process is told to end. `ready` is told where,
    /// and for how many.
    ///
    /// # Errors
    /// `NotFound` when no backup states a `ping`; `Conflict` when two state the same; `Io` when
    /// the address cannot be had, or what was heard cannot be kept.
    pub fn listen(
        self,
        plans: &Plans,
        address: SocketAddr,
        ready: impl FnOnce(SocketAddr, usize) -> Result<()>,
        heard: Heard,
    ) -> Result<()> {
        let backups = heard_by_uuid(&plans.loaded.programme.backups)?;
        let count = backups.len();
        wait_for(async {
            let listener = Listener::bind(address, backups, self.store, heard).await?;
            ready(listener.address()?, count)?;
            listener.listen().await
        })
    }

    /// Makes a backup as its plan says, and keeps that it was made.
    ///
    /// # Errors
    /// As for [`take`]; `Conflict` when another process is at it, or when not all is understood of
    /// how its plan says that it is made.
    pub fn take(&mut self, plans: &Plans, backup: &Backup) -> Result<Taken> {
        let what = format!("make the backup `{}`", backup.id);
        understood(plans, backup, &what)?;
        let _lock = self.lock(backup)?;
        let stop = Stop::default();
        let taken = until_told(&stop, || take(backup, &self.root, &stop))?;
        wait_for(self.store.add_fact(&Fact::Taken(taken.clone())))?;
        Ok(taken)
    }

    /// Whether a backup that Mainstay makes with nobody at hand is due to be made.
    ///
    /// # Errors
    /// As for [`verifications`](Self::verifications).
    pub fn is_due_to_be_taken(&mut self, backup: &Backup, now: DateTime<Utc>) -> Result<bool> {
        let taken = self
            .taken(backup)?
            .into_iter()
            .map(|taken| taken.began.wall);
        let unattended = backup.take.as_ref().is_some_and(|take| take.unattended);
        Ok(unattended && is_due_to_be_taken(backup, taken.max(), now))
    }

    /// Tests the verifications of a tool, and keeps what came of it.
    ///
    /// # Errors
    /// As for [`self_test`]; `Io` when that cannot be kept.
    pub fn self_test(&mut self, key: &str, tell: &dyn Fn(&Tested)) -> Result<SelfTested> {
        let stop = Stop::default();
        let (scratch, now) = (self.folder.join(SCRATCH), clock::now()?);
        janitor(&scratch, &now)?;
        let id = format!("self-test-{key}-{}", std::process::id());
        let scratch = Scratch::make(&scratch, &id, SELF_TEST_ROOM, &[], &now)?;
        let found = until_told(&stop, || self_test(key, &scratch.restored(), &stop, tell));
        scratch.remove()?;
        let found = found?;
        wait_for(self.store.add_fact(&Fact::SelfTested(found.clone())))?;
        Ok(found)
    }

    /// Only one process at a time verifies a backup, or makes it.
    fn lock(&self, backup: &Backup) -> Result<File> {
        let folder = self.folder.join(LOCKS);
        let failed = |error| Error::io(format!("write to `{}`", folder.display()), error);
        create_dir_all(&folder).map_err(failed)?;
        let file = File::options()
            .create(true)
            .append(true)
            .open(folder.join(backup.id.as_str()))
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::conflict(format!(
                "work on the backup `{}`",
                backup.id
            ))
            .hint("Another process verifies or makes it; wait until it is done.")),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// The backups whose jobs can be heard.
fn heard_by_uuid<'b>(
    backups: impl IntoIterator<Item = &'b Item<Backup>>,
) -> Result<BTreeMap<Uuid, BackupId>> {
    let mut by_uuid = BTreeMap::new();
    for backup in backups {
        let Some(uuid) = &backup.ping else { continue };
        if let Some(other) = by_uuid.insert(uuid.clone(), backup.id.clone()) {
            let message = format!("tell `{other}` and `{}` apart by their pings", backup.id);
            return Err(Error::conflict(message).hint("Give each a `ping` of its own."));
        }
    }
    if by_uuid.is_empty() {
        return Err(Error::not_found("find a backup whose job can be heard")
            .hint("Write `ping: <uuid>` in a backup; `uuidgen` makes one."));
    }
    Ok(by_uuid)
}

/// Whether all is understood of how its plan says that a backup is made and read.
fn understood(plans: &Plans, backup: &Backup, what: &str) -> Result<()> {
    let misunderstood = plans.loaded.misunderstood_backup(&backup.id);
    if misunderstood.is_empty() {
        return Ok(());
    }
    let why = misunderstood.join("\n  ");
    Err(Error::conflict(format!("{what}:\n  {why}"))
        .hint("Nothing was written. Mend what is said, and try again."))
}

/// Does something, while another thread listens to signals that tell the process to end.
fn until_told<T>(stop: &Stop, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let (done, ended) = oneshot::channel::<()>();
    std::thread::scope(|threads| {
        let listener = threads.spawn(move || wait_for(listen(ended, stop)));
        let result = work();
        drop(done);
        listener.join().expect("it only listens")?;
        result
    })
}

/// Asks that everything ends when the process is told to; until there is nothing more to end.
async fn listen(mut ended: oneshot::Receiver<()>, stop: &Stop) -> Result<()> {
    let failed = |error| Error::io("listen to signals", error);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    loop {
        tokio::select! {
            _ = &mut ended => return Ok(()),
            _ = interrupt.recv() => stop.ask(),
            _ = terminate.recv() => stop.ask(),
        }
    }
}

/// An id for a verification that says which it is.
fn id(backup: &Backup, plans: &Plans, before: usize) -> String {
    format!("{}-{}-{}", backup.id, plans.today(), before + 1)
}
