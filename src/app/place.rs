//! Where the journals of a workspace are kept.

use std::fs::{create_dir_all, write};
use std::path::PathBuf;
use std::sync::OnceLock;

use super::runs::STATE_FOLDER;
use crate::error::{Error, Result};
use crate::store::{FILE, Place};
use crate::workspace::Workspace;

/// Where they are kept instead, once that was said.
static STATED: OnceLock<(Place, String)> = OnceLock::new();

/// Has the journals of every workspace kept at the address of a database from now on, and not in
/// its state folder; files stay there. It is said once, before anything is opened.
///
/// # Errors
/// `Usage` when it is no address.
pub fn keep_journals_at(address: &str) -> Result<()> {
    let place: Place = address.parse()?;
    let Place::Postgres(_) = place else {
        return Err(Error::usage("find a database to keep journals in").hint(
            "Name one as `postgres://user@host:5432/mainstay`; without `--store` and \
             `MAINSTAY_STORE` they are in the workspace.",
        ));
    };
    let stated = STATED.set((place, address.to_owned()));
    stated.map_err(|_| Error::internal("say a second time where journals are kept"))
}

/// The folder of a workspace for what happens in it, which is made where it is missing.
pub fn state_folder(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.root.join(STATE_FOLDER);
    let failed = |error| Error::io(format!("write to `{}`", folder.display()), error);
    create_dir_all(&folder).map_err(failed)?;
    // What is in it belongs to this machine, not to the plans.
    write(folder.join(".gitignore"), "*\n").map_err(failed)?;
    Ok(folder)
}

/// Where the journals of a workspace are.
pub fn place(workspace: &Workspace) -> Place {
    let folder = || Place::Folder(workspace.root.join(STATE_FOLDER));
    let stated = STATED.get().map(|(place, _)| place.clone());
    stated.unwrap_or_else(folder)
}

/// The address of the database in which they are kept, as it was said; a password may be in it.
pub fn stated() -> Option<String> {
    STATED.get().map(|(_, address)| address.clone())
}

/// The place that somebody names: the address of a database, a state folder, or a workspace.
///
/// # Errors
/// When there is no such folder.
pub fn named(text: &str) -> Result<Place> {
    match text.parse()? {
        Place::Folder(path) if !path.join(FILE).is_file() => {
            let workspace = Workspace::find(&path)?;
            Ok(Place::Folder(workspace.root.join(STATE_FOLDER)))
        }
        place => Ok(place),
    }
}
