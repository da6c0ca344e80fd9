//! The backups of a workspace: verified, and what that showed.

use std::fs::{File, TryLockError, create_dir_all};
use std::path::PathBuf;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::runs::STATE_FOLDER;
use super::{Plans, any_seed, wait_for};
use crate::backup::{Asked, Pick, Progress, Promised, Stop, verify};
use crate::checks;
use crate::error::{Error, Result};
use crate::model::Backup;
use crate::proof::{Fact, Level, Verification};
use crate::store::{Durability, Store};
use crate::workspace::Workspace;

/// The folder in the state folder in which restores are made, unless another one is named.
const SCRATCH: &str = "scratch";
/// The folder in the state folder with one file for each backup, locked while it is verified.
const LOCKS: &str = "backups";

/// How backups are verified.
#[derive(Clone, Debug)]
pub struct How {
    /// Up to which rung.
    pub level: Level,
    /// Which recovery point of each.
    pub pick: Pick,
    /// The folder in which restores are made; one in the state folder, when not stated.
    pub scratch: Option<PathBuf>,
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
        let folder = workspace.root.join(STATE_FOLDER);
        Ok(Backups {
            root: workspace.root.clone(),
            store: wait_for(Store::open(&folder, Durability::default()))?,
            folder,
        })
    }

    /// Looks at what is known; nothing is written.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn look(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.root.join(STATE_FOLDER);
        Ok(Backups {
            root: workspace.root.clone(),
            store: wait_for(Store::read(&folder))?,
            folder,
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
            Fact::Taken(_) => None,
        });
        Ok(verifications.collect())
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
        let (rto, rpo) = checks::promised(&plans.loaded.programme, backup);
        let asked = Asked {
            id: id(backup, plans, past.len()),
            backup,
            plans: &plans.loaded.sources.digest(),
            level: how.level,
            pick: match how.pick {
                Pick::Random(0) => Pick::Random(any_seed()),
                ref pick => pick.clone(),
            },
            promised: Promised {
                rto: rto.map(|rto| rto.0),
                rpo: rpo.map(|rpo| rpo.0),
            },
            past: &past,
            workspace: &self.root,
            scratch: how
                .scratch
                .clone()
                .unwrap_or_else(|| self.folder.join(SCRATCH)),
            stop: Stop::default(),
            progress,
        };
        let verification = until_told(&asked)?;
        let fact = Fact::Verified(Box::new(verification.clone()));
        wait_for(self.store.add_fact(&fact))?;
        Ok(verification)
    }

    /// Only one process at a time verifies a backup.
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
            Err(TryLockError::WouldBlock) => {
                Err(Error::conflict(format!("verify `{}`", backup.id))
                    .hint("Another process verifies it at this moment; wait until it is done."))
            }
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Verifies, while another thread listens to signals that tell the process to end.
fn until_told(asked: &Asked) -> Result<Verification> {
    let (done, ended) = oneshot::channel::<()>();
    std::thread::scope(|threads| {
        let listener = threads.spawn(move || wait_for(listen(ended, &asked.stop)));
        let verification = verify(asked);
        drop(done);
        listener.join().expect("it only listens")?;
        verification
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
