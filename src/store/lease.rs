//! Leases: who may do what only one may do at a time, and until when.
//!
//! A lease keeps nobody from acting who does not know yet that it is over. Whatever must not be
//! done twice is fenced by the epoch as well.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Store;
use crate::error::Result;

/// A lease that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Of what.
    pub resource: String,
    /// By whom.
    pub holder: String,
    /// Rises with each new holding, also where somebody comes back under the same name.
    pub epoch: i64,
    /// How long it lasts from when it is taken or renewed.
    pub lasts: Duration,
    /// When it was over if it was never renewed, by the clock of the database.
    pub until: DateTime<Utc>,
}

impl Store {
    /// Takes a lease that is free, has run out, or is held by the same holder; `None` while
    /// somebody else has it. PostgreSQL goes by its own clock, which is one for all; SQLite by that
    /// of this machine.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn lease(
        &mut self,
        resource: &str,
        holder: &str,
        lasts: Duration,
    ) -> Result<Option<Lease>> {
        self.tables.lease(resource, holder, lasts).await
    }

    /// Has a lease last as long again from now on. `false` where it has run out, or somebody took
    /// it: one that is over stays over, and has to be taken again.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn renew(&mut self, lease: &Lease) -> Result<bool> {
        self.tables.renew(lease).await
    }

    /// Ends a lease, so that others need not wait; nothing happens where it is over.
    ///
    /// # Errors
    /// `Io` when it cannot be written.
    pub async fn release(&mut self, lease: &Lease) -> Result<()> {
        self.tables.release(lease).await
    }

    /// Who has a lease at this moment; nobody, where it is over.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn holder(&mut self, resource: &str) -> Result<Option<String>> {
        self.tables.holder(resource).await
    }
}
