//! A run is followed that another process carries out; nothing is written.

use std::time::{Duration, Instant};

use super::{Folder, LOOK_EVERY, Owner, Watch};
use crate::clock::now;
use crate::drill::Reading;
use crate::error::Result;
use crate::store::Store;

/// How often it is looked whether anybody carries the run out, as long as nothing happens.
const OWNED_EVERY: Duration = Duration::from_secs(2);

/// From where on a run is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// All that has happened is told.
    Beginning,
    /// Only what happens from now on is told.
    Now,
}

/// Follows a run until it is over, or until somebody presses Ctrl-C.
///
/// # Errors
/// When there is no such run, or its journal cannot be read or trusted.
pub async fn attach(
    id: &str,
    mut store: Store,
    folder: &Folder,
    since: Since,
    watch: &mut dyn Watch,
) -> Result<()> {
    let entries = store.entries(id).await?;
    let mut reading = Reading::new(&entries[0])?;
    watch.named(id);
    if since == Since::Beginning {
        watch.happened(&reading.run, &entries[..1]);
    }
    for entry in &entries[1..] {
        reading.add(entry)?;
        if since == Since::Beginning {
            watch.happened(&reading.run, std::slice::from_ref(entry));
        }
    }
    watch.happened(&reading.run, &[]);
    let (mut owned, mut looked) = (true, None);
    while !reading.run.is_over() {
        if looked.is_none_or(|looked: Instant| looked.elapsed() >= OWNED_EVERY) {
            looked = Some(Instant::now());
            let is_owned = Owner::is_there(&mut store, folder, id).await?;
            if owned && !is_owned {
                watch.deserted();
            }
            owned = is_owned;
        }
        tokio::select! {
            biased;
            interrupted = tokio::signal::ctrl_c() => if interrupted.is_ok() {
                return Ok(());
            },
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        watch.passed(&reading.run, &now()?);
        for entry in store.entries_after(id, reading.head.seq).await? {
            reading.add(&entry)?;
            watch.happened(&reading.run, &[entry]);
            looked = Some(Instant::now());
        }
    }
    store.close().await
}
