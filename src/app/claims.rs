//! Work is claimed before it is begun, where several nodes share a database.
//!
//! On one machine locks on files say who has what in hand, and nothing is done here. A claim says
//! only who begins something; a run is kept from others by a lease of its own, which its process
//! has, also when the node is gone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tracing::warn;

use super::place::place;
use super::{Work, wait_for};
use crate::error::Result;
use crate::store::{Durability, Lease, Store};
use crate::workspace::Workspace;

/// How long a claim lasts of a node that nobody hears of any more.
const LASTS: Duration = Duration::from_secs(60);
/// How often that is put off.
const RENEWED_EVERY: Duration = Duration::from_secs(20);

/// What a node has claimed.
#[derive(Debug)]
pub struct Claims {
    workspace: Workspace,
    node: String,
    /// Opened when it is needed, and again after it failed.
    store: Option<Store>,
    leases: BTreeMap<String, Lease>,
    renewed: Instant,
}

/// What came of claiming work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// Nobody else could claim it, as nobody shares what is written down.
    Alone,
    /// This node has it. Another one may have done it just before.
    Ours,
    /// Another node has it.
    Others,
}

impl Claims {
    /// None yet, in the name of a node.
    pub fn new(workspace: Workspace, node: String) -> Self {
        Claims {
            workspace,
            node,
            store: None,
            leases: BTreeMap::new(),
            renewed: Instant::now(),
        }
    }

    /// Whether there may be other nodes.
    pub fn are_shared(&self) -> bool {
        place(&self.workspace).is_shared()
    }

    /// Claims a piece of work for as long as it is renewed.
    ///
    /// # Errors
    /// `Io` when the database cannot be asked.
    pub fn take(&mut self, work: &Work) -> Result<Claimed> {
        if !self.are_shared() {
            return Ok(Claimed::Alone);
        }
        let (resource, node) = (claim(work), self.node.clone());
        let lease = self.ask(async |store| store.lease(&resource, &node, LASTS).await)?;
        let Some(lease) = lease else {
            return Ok(Claimed::Others);
        };
        self.leases.insert(resource, lease);
        Ok(Claimed::Ours)
    }

    /// Has all claims last on, where it is time for that. What cannot be said is said again later.
    pub fn renew(&mut self) {
        if self.renewed.elapsed() < RENEWED_EVERY {
            return;
        }
        self.renewed = Instant::now();
        for (resource, lease) in self.leases.clone() {
            match self.ask(async |store| again(store, &lease).await) {
                Ok(Some(lease)) => drop(self.leases.insert(resource, lease)),
                Ok(None) => {
                    warn!(resource, "another node has claimed what is at work here");
                    self.leases.remove(&resource);
                }
                // The others would take as long to fail.
                Err(error) => {
                    warn!(resource, %error, "cannot renew claims; tries again");
                    break;
                }
            }
        }
    }

    /// Lets others have a piece of work.
    pub fn release(&mut self, work: &Work) {
        let Some(lease) = self.leases.remove(&claim(work)) else {
            return;
        };
        if let Err(error) = self.ask(async |store| store.release(&lease).await) {
            // It ends by itself, only later.
            warn!(resource = lease.resource, %error, "cannot end a claim");
        }
    }

    /// Asks the database; the next time by another connection, where that failed.
    fn ask<T>(&mut self, ask: impl AsyncFnOnce(&mut Store) -> Result<T>) -> Result<T> {
        let (workspace, kept) = (&self.workspace, self.store.take());
        let (store, answer) = wait_for(async {
            let mut store = match kept {
                Some(store) => store,
                None => Store::open(&place(workspace), Durability::default()).await?,
            };
            let answer = ask(&mut store).await?;
            Ok((store, answer))
        })?;
        self.store = Some(store);
        Ok(answer)
    }
}

/// What is leased by whoever begins a piece of work. A node whose process stands still keeps others
/// from holding the drill, and from nothing that the lease of the run does not keep them from.
fn claim(work: &Work) -> String {
    match work {
        Work::Resume(_, run) => format!("resume:{run}"),
        Work::Hold(_) | Work::Take(_) | Work::Verify(_) => work.resource(),
    }
}

/// The lease that lasts on; one that ran out is taken again. `None` where somebody else has it.
async fn again(store: &mut Store, lease: &Lease) -> Result<Option<Lease>> {
    match store.renew(lease).await? {
        true => Ok(Some(lease.clone())),
        false => store.lease(&lease.resource, &lease.holder, LASTS).await,
    }
}
