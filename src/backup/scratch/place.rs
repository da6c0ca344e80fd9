//! Whether restores may go to a place at all.

use std::fs::{self, DirBuilder, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// Others may make files in a folder with this bit, but not rename those of each other.
const STICKY: u32 = 0o1000;
/// Others may write to a folder with one of these bits.
const OPEN: u32 = 0o022;

/// The folder below which restores go, made if it is not there, and without links in its path.
pub fn root(root: &Path, keep_out: &[PathBuf]) -> Result<PathBuf> {
    let resolved = resolved(root)?;
    // First of all: nothing is made in a place that has to be kept out of.
    for other in keep_out {
        refuse_overlap(&resolved, other)?;
    }
    let failed = |error| Error::io(format!("make `{}`", resolved.display()), error);
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(&resolved).map_err(failed)?;
    if resolved.canonicalize().map_err(failed)? != resolved {
        let what = format!("restore to `{}`: it was moved meanwhile", root.display());
        return Err(Error::conflict(what).hint("Use a folder that nobody else changes."));
    }
    let metadata = resolved.metadata().map_err(failed)?;
    if !is_ours(&metadata) {
        let what = format!("restore to `{}`: others can change it", resolved.display());
        let hint = "Use a folder that only you can write to.";
        return Err(Error::conflict(what).hint(hint));
    }
    Ok(resolved)
}

/// Whether nobody but its owner and root can rename what we have in a folder.
fn is_ours(folder: &Metadata) -> bool {
    let own = rustix::process::geteuid().as_raw();
    let is_closed = folder.mode() & OPEN == 0 || folder.mode() & STICKY != 0;
    [0, own].contains(&folder.uid()) && is_closed
}

fn refuse_overlap(root: &Path, other: &Path) -> Result<()> {
    let other = resolved(other)?;
    let overlaps = root.starts_with(&other)
        || other.starts_with(root)
        || is_among(&other, root.ancestors())?
        || is_among(root, other.ancestors())?;
    if overlaps {
        let (root, other) = (root.display(), other.display());
        let what = format!("restore to `{root}`: it overlaps with `{other}`");
        let hint = "Name a folder for restores that is apart from all data and from all backups.";
        return Err(Error::conflict(what).hint(hint));
    }
    Ok(())
}

/// Whether a folder is one of others, though it has another path: the same may be mounted twice.
fn is_among<'p>(folder: &Path, others: impl Iterator<Item = &'p Path>) -> Result<bool> {
    let Some(folder) = identity(folder)? else {
        return Ok(false);
    };
    for other in others {
        if identity(other)? == Some(folder) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What tells a folder from all others, if it is there.
fn identity(path: &Path) -> Result<Option<(u64, u64)>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some((metadata.dev(), metadata.ino()))),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(Error::io(format!("look at `{}`", path.display()), error)),
    }
}

/// A path without links, also if only its beginning is there.
fn resolved(path: &Path) -> Result<PathBuf> {
    let failed = |error| Error::io(format!("resolve `{}`", path.display()), error);
    let absolute = std::path::absolute(path).map_err(failed)?;
    let mut there = absolute.as_path();
    let mut rest = Vec::new();
    loop {
        match there.canonicalize() {
            Ok(mut resolved) => {
                resolved.extend(rest.iter().rev());
                return Ok(resolved);
            }
            // What leads nowhere now may lead into the data later.
            Err(error) if is_absent(&error) && !there.is_symlink() => {}
            Err(error) => return Err(failed(error)),
        }
        match (there.parent(), there.components().next_back()) {
            (Some(parent), Some(Component::Normal(name))) => {
                rest.push(name);
                there = parent;
            }
            _ => return Err(failed(ErrorKind::InvalidInput.into())),
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    error.kind() == ErrorKind::NotFound
}
