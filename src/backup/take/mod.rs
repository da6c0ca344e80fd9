//! A backup is made: the additional full local copy. One file for each writer in `writers!`.
//!
//! This is the one place that writes a backup. It writes in one folder that the plan names, and
//! with credentials of its own; whoever verifies has neither.

mod copy;
mod directory;
mod pg_dump;
mod restic;
mod sqlite;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, Utc};

use super::tool::{Stop, Tools};
use super::{Outcome, Session, Trouble};
use crate::artifacts;
use crate::clock;
use crate::error::{Error, Result};
use crate::model::{Backup, Take};
use crate::proof::Taken;
use crate::writers;

/// How long making a backup may take.
const WITHIN: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Written {
    /// The id of the recovery point.
    point: String,
    files: u64,
    bytes: u64,
    /// The files by which it is held to be what it was.
    beside: Vec<PathBuf>,
    notes: Vec<String>,
}

/// Writes full copies.
trait Write {
    /// What must not be told.
    fn secrets(&self, workspace: &Path) -> Vec<String>;

    /// The folder it writes to, relative to the workspace.
    fn target(&self) -> &str;

    /// Writes a full copy.
    fn write(&self, session: &Session) -> Outcome<Written>;
}

/// Makes a backup as its plan says.
///
/// # Errors
/// `Invalid` when the plan does not say how, or it would be written elsewhere than it may; `Io`
/// when it cannot be made.
pub fn take(backup: &Backup, workspace: &Path, stop: &Stop) -> Result<Taken> {
    let failed = |why: &str| Error::invalid(format!("make the backup `{}`: {why}", backup.id));
    let stated = backup.take.as_ref();
    let take = stated.ok_or_else(|| failed("the plan does not say how").hint("Write `take`."))?;
    let (key, writer) = writer(take).map_err(|why| failed(&why))?;
    let target = allowed(take, writer.target(), workspace).map_err(|why| failed(&why))?;
    let failed_io = |error| Error::io(format!("write to `{}`", target.display()), error);
    std::fs::create_dir_all(&target).map_err(failed_io)?;
    let began = clock::now()?;
    let deadline = Instant::now() + WITHIN;
    let tools = Tools::new(writer.secrets(workspace), deadline, stop.clone(), || None);
    let session = Session {
        workspace,
        folder: workspace,
        tools: &tools,
        now: began.wall,
        expects: &|_| {},
    };
    let written = writer
        .write(&session)
        .map_err(|trouble| failed(trouble.why()))?;
    Ok(Taken {
        backup: backup.id.clone(),
        writer: key.to_owned(),
        ended: clock::now()?,
        began,
        point: written.point,
        files: written.files,
        bytes: written.bytes,
        sums: sums(&written.beside, workspace)?,
        notes: written.notes,
        calls: tools.calls(),
    })
}

/// The SHA-256 of files, by their paths from the workspace.
fn sums(files: &[PathBuf], workspace: &Path) -> Result<BTreeMap<String, String>> {
    let sum = |file: &PathBuf| {
        let failed = |error| Error::io(format!("read `{}` back", file.display()), error);
        let (sha256, _) = artifacts::digest(file).map_err(failed)?;
        let path = file.strip_prefix(workspace).unwrap_or(file);
        Ok((path.display().to_string(), sha256))
    };
    files.iter().map(sum).collect()
}

/// Where it is written, if that is where it may be.
fn allowed(take: &Take, target: &str, workspace: &Path) -> Result<PathBuf, String> {
    let is_plain = |path: &str| {
        let mut parts = Path::new(path).components();
        parts.all(|part| !matches!(part, Component::ParentDir))
    };
    let (under, target) = (Path::new(&take.write_under), Path::new(target));
    // Where a link leads counts, not where it lies.
    let (real, allowed) = (real(&workspace.join(target)), real(&workspace.join(under)));
    let is_below =
        workspace.join(target).starts_with(workspace.join(under)) && real?.starts_with(allowed?);
    match is_below && is_plain(&take.write_under) && target.to_str().is_some_and(is_plain) {
        true => Ok(workspace.join(target)),
        false => Err(format!(
            "`{}` is not in `{}`, where it may be written",
            target.display(),
            take.write_under
        )),
    }
}

/// Where a path leads, of which only the beginning may be there already.
fn real(path: &Path) -> Result<PathBuf, String> {
    let mut there = path.ancestors().filter(|it| it.symlink_metadata().is_ok());
    let there = there.next().unwrap_or(Path::new("/"));
    let real = there.canonicalize();
    let real = real.map_err(|error| format!("`{}` leads nowhere: {error}", there.display()))?;
    Ok(real.join(path.strip_prefix(there).expect("it is an ancestor")))
}

/// The moment as it stands in the name of a copy.
fn named(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn unwritten(path: &Path, error: impl std::fmt::Display) -> Trouble {
    Trouble::Unclear(format!("`{}` cannot be written: {error}", path.display()))
}

macro_rules! writer {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// The writer that a plan states, and its key.
        fn writer(take: &Take) -> Result<(&'static str, &dyn Write), String> {
            let stated = take.with.stated();
            if stated.len() != 1 {
                return Err(format!("it is to be written by {} writers", stated.len()));
            }
            $(if let Some(stated) = &take.with.$name {
                return Ok(($key, &**stated));
            })+
            Err("it is to be written by nothing".to_owned())
        }
    };
}
writers!(writer);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_only_where_it_may_be_also_through_links() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("workspace");
        std::fs::create_dir_all(root.join("full")).expect("room");
        std::fs::create_dir_all(folder.path().join("outside")).expect("room");
        let link = root.join("full/link");
        std::os::unix::fs::symlink(folder.path().join("outside"), link).expect("a link");
        let take: Take =
            serde_json::from_str(r#"{"write-under": "full", "with": {}}"#).expect("it is stated");
        for good in ["full", "full/a", "full/a/b"] {
            assert_eq!(allowed(&take, good, &root), Ok(root.join(good)));
        }
        for bad in ["full/link", "full/link/a", "full/../x", "x", "/etc"] {
            assert!(allowed(&take, bad, &root).is_err(), "{bad}");
        }
    }
}
