//! The plans folder on disk: where it is, and the files in it.
//!
//! A workspace is a folder with `mainstay.yaml`. Its team plans are every `.yaml` and `.yml` below
//! `plans/`. A folder without `mainstay.yaml` in it or above is read as it is, all of it.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::load::{File, SIZE_MAX, Unread};

/// The file that states the organization and marks the workspace.
pub const ORGANIZATION_FILE: &str = "mainstay.yaml";
/// The folder with the team plans.
pub const PLANS_FOLDER: &str = "plans";

/// The deepest folder that is looked into.
const DEPTH_MAX: usize = 32;

/// A plans folder on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder that paths are shown relative to.
    pub root: PathBuf,
    /// Whether `mainstay.yaml` was found there.
    pub marked: bool,
}

/// Which version of the plans was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The commit, as git names it.
    pub commit: String,
    /// Whether the plan files differ from that commit.
    pub changed: bool,
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.commit.get(..12).unwrap_or(&self.commit))?;
        if self.changed {
            f.write_str(" with local changes")?;
        }
        Ok(())
    }
}

impl Workspace {
    /// The workspace that a path is or lies in.
    pub fn find(path: &Path) -> Result<Self> {
        let start = fs::canonicalize(path).map_err(|source| {
            Error::io(format!("open the workspace `{}`", path.display()), source)
                .hint("Name a folder with `mainstay.yaml`, or a folder of plans inside one.")
        })?;
        let folder = if start.is_dir() {
            start.as_path()
        } else {
            start.parent().unwrap_or(&start)
        };
        let marked = folder
            .ancestors()
            .find(|above| above.join(ORGANIZATION_FILE).is_file());
        Ok(Workspace {
            root: marked.unwrap_or(folder).to_owned(),
            marked: marked.is_some(),
        })
    }

    /// Reads every plan file; one that cannot be read is told in its place.
    pub fn files(&self) -> Vec<File> {
        let mut paths = Vec::new();
        if self.marked {
            paths.push(self.root.join(ORGANIZATION_FILE));
            walk(&self.root.join(PLANS_FOLDER), &mut paths);
        } else {
            walk(&self.root, &mut paths);
        }
        paths.into_iter().map(|path| self.file(&path)).collect()
    }

    /// Which commit of the plans this is, and whether they were changed since.
    ///
    /// `None` where there is no git, no repository or no commit yet.
    pub fn revision(&self) -> Option<Revision> {
        let commit = self.git(&["rev-parse", "--verify", "HEAD"])?;
        let changes = self.git(&[
            "status",
            "--porcelain",
            "--",
            ORGANIZATION_FILE,
            PLANS_FOLDER,
        ]);
        Some(Revision {
            commit: commit.trim().to_owned(),
            changed: changes.is_none_or(|changes| !changes.is_empty()),
        })
    }

    /// The way from the root of the git repository to this workspace, such as `ops/`.
    ///
    /// Empty at the root and outside any repository.
    pub fn folder_in_repository(&self) -> String {
        let holds_git = |above: &&Path| above.join(".git").exists();
        let top = self.root.ancestors().find(holds_git);
        let below = top.and_then(|top| self.root.strip_prefix(top).ok());
        let names = below.into_iter().flat_map(Path::iter);
        names.map(|name| name.to_string_lossy() + "/").collect()
    }

    /// What git says, or nothing when it fails.
    fn git(&self, arguments: &[&str]) -> Option<String> {
        let output = Command::new("git")
            .current_dir(&self.root)
            // A repository must not make us start programs of its choice, nor wait for a lock.
            .args(["--no-optional-locks", "-c", "core.fsmonitor=false"])
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    }

    fn file(&self, path: &Path) -> File {
        let shown = path.strip_prefix(&self.root).unwrap_or(path);
        let shown = shown
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        File {
            path: shown,
            content: read(path),
        }
    }
}

/// Every plan file below a folder, in no particular order. Links to folders are not followed.
fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .max_depth(Some(DEPTH_MAX))
        .build();
    let plan = |path: &Path| path.extension().is_some_and(|e| e == "yaml" || e == "yml");
    let found = entries.filter_map(Result::ok);
    let files = found.filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()));
    paths.extend(
        files
            .map(ignore::DirEntry::into_path)
            .filter(|path| plan(path)),
    );
}

/// Reads one file, never more of it than the loader accepts.
fn read(path: &Path) -> Result<Vec<u8>, Unread> {
    let failed = |error: std::io::Error| Unread::Failed(error.to_string());
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Unread::NotAFile("a folder, a pipe or a device".to_owned()));
    }
    if metadata.len() > SIZE_MAX {
        return Err(Unread::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    let file = fs::File::open(path).map_err(failed)?;
    file.take(SIZE_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
