//! Whole stores: copied to another place, and looked at whether all in them holds.

use super::place::{named, place};
use super::wait_for;
use crate::error::{Error, Result};
use crate::store::{Checked, Durability, FILE, Place, Store};
use crate::workspace::Workspace;

/// Copies all that is kept at a place to another one where nothing is kept yet; each is a
/// workspace, a state folder, or the address of a database. Gives back what was found to hold in
/// both.
///
/// # Errors
/// As for [`Store::copy_to`]; `NotFound` when nothing is kept at the first place.
pub fn copy_store(from: &str, to: &str) -> Result<Vec<Checked>> {
    let (from, to) = (named(from)?, named(to)?);
    wait_for(async {
        let mut source = read(&from).await?;
        // What does not hold is not copied, and then nothing is made.
        let mut target = match source.check().await?.iter().all(|it| it.fault.is_none()) {
            true => Store::open(&to, Durability::default()).await?,
            false => Store::read(&to).await?,
        };
        let copied = source.copy_to(&mut target).await?;
        target.close().await?;
        source.close().await?;
        Ok(copied)
    })
}

/// Goes through everything that is kept of a workspace.
///
/// # Errors
/// When it cannot be read; `NotFound` when there is nothing.
pub fn check_store(workspace: &Workspace) -> Result<Vec<Checked>> {
    wait_for(async {
        let mut store = read(&place(workspace)).await?;
        let checked = store.check().await?;
        store.close().await?;
        Ok(checked)
    })
}

async fn read(place: &Place) -> Result<Store> {
    if let Place::Folder(folder) = place
        && matches!(folder.join(FILE).try_exists(), Ok(false))
    {
        return Err(Error::not_found(format!("find journals in `{place}`"))
            .hint("They are made by the first drill or verification; name another place."));
    }
    Store::read(place).await
}
