//! The plans folder on disk: where it is, and the files in it.
//!
//! A workspace is a folder with `mainstay.yaml`. Its team plans are every `.yaml` and `.yml` below
//! `plans/`, with the calendars they name, every `.ics`. A folder without `mainstay.yaml` in it or
//! above is read as it is, all of it.
//!
//! Names that begin with a dot are left alone: they belong to tools such as git. Everything else
//! that cannot be read is told in its place; nothing is skipped silently.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, Utc};

use crate::error::{Error, Result};
use crate::load::{CALENDAR_ENDING, File, SIZE_MAX, Unread};

/// The file that states the organization and marks the workspace.
pub const ORGANIZATION_FILE: &str = "mainstay.yaml";
/// The folder with the team plans.
pub const PLANS_FOLDER: &str = "plans";

/// How much of all plans together is read, in bytes; a large organization has some 20 million.
const TOGETHER_MAX: u64 = 512 * 1024 * 1024;
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
        let root = marked.unwrap_or(folder);
        // Nobody must take what is not let in for what is not there.
        fs::read_dir(root).map_err(|source| {
            Error::io(
                format!("look into the workspace `{}`", root.display()),
                source,
            )
            .hint("Run it as whom the workspace belongs to, such as `sudo -u mainstay mainstay …`.")
        })?;
        Ok(Workspace {
            root: root.to_owned(),
            marked: marked.is_some(),
        })
    }

    /// Whether plans may lie at a path below the root.
    pub fn looks_at(&self, below: &Path) -> bool {
        !self.marked || below == Path::new(ORGANIZATION_FILE) || below.starts_with(PLANS_FOLDER)
    }

    /// Reads every plan file; what cannot be read is told in its place.
    pub fn files(&self) -> Vec<File> {
        let mut found = Vec::new();
        let plans = self.root.join(PLANS_FOLDER);
        if self.marked {
            found.push(Found::plan(self.root.join(ORGANIZATION_FILE)));
            // A small organization may state everything in the one file.
            if fs::symlink_metadata(&plans).is_ok() {
                walk(&plans, 0, &mut found);
            }
        } else {
            walk(&self.root, 0, &mut found);
        }
        let mut room = TOGETHER_MAX;
        let mut files = Vec::with_capacity(found.len());
        for found in found {
            files.push(self.file(found, &mut room));
        }
        files
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

    /// When the plans were last changed: the time of the commit, where nothing was changed since.
    pub fn committed_at(&self) -> Option<DateTime<Utc>> {
        self.revision().filter(|revision| !revision.changed)?;
        let seconds = self.git(&["show", "--no-patch", "--format=%ct", "HEAD"])?;
        DateTime::from_timestamp(seconds.trim().parse().ok()?, 0)
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

    /// Reads one file while there is room for what all of them hold.
    fn file(&self, found: Found, room: &mut u64) -> File {
        let path = found.path;
        let shown = path.strip_prefix(&self.root).unwrap_or(&path);
        let shown = shown
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/");
        File {
            path: shown,
            content: match found.refused {
                Some(refused) => Err(refused),
                None => read(&path, room),
            },
        }
    }
}

/// Something in the plans folder: a plan file, or what cannot be looked into.
struct Found {
    path: PathBuf,
    refused: Option<Unread>,
}

impl Found {
    fn plan(path: PathBuf) -> Self {
        let refused = None;
        Found { path, refused }
    }

    fn refused(path: PathBuf, why: Unread) -> Self {
        let refused = Some(why);
        Found { path, refused }
    }
}

/// Finds every plan below a folder. Links to folders are not followed: they can lead in circles.
fn walk(folder: &Path, depth: usize, found: &mut Vec<Found>) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let why = Unread::Failed(error.to_string());
            return found.push(Found::refused(folder.to_owned(), why));
        }
    };
    if depth > DEPTH_MAX {
        let why = format!("more than {DEPTH_MAX} folders deep and not looked into");
        return found.push(Found::refused(folder.to_owned(), Unread::Failed(why)));
    }
    for entry in entries {
        match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
            Ok((path, _)) if is_hidden(&path) => {}
            Ok((path, kind)) if kind.is_dir() => walk(&path, depth + 1, found),
            Ok((path, kind)) if kind.is_symlink() => found.extend(link(path)),
            Ok((path, _)) if is_plan(&path) => found.push(Found::plan(path)),
            Ok(_) => {}
            Err(error) => {
                let why = Unread::Failed(error.to_string());
                found.push(Found::refused(folder.to_owned(), why));
            }
        }
    }
}

/// What a link stands for, if anything: a plan, or something to complain of.
fn link(path: PathBuf) -> Option<Found> {
    match fs::metadata(&path) {
        Ok(target) if target.is_dir() => {
            let what = "a link to a folder, which is not followed".to_owned();
            Some(Found::refused(path, Unread::NotAFile(what)))
        }
        Ok(_) => is_plan(&path).then(|| Found::plan(path)),
        // It may have led to plans once.
        Err(error) => Some(Found::refused(path, Unread::Failed(error.to_string()))),
    }
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn is_plan(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ["yaml", "yml", CALENDAR_ENDING]
        .iter()
        .any(|plan| ending.eq_ignore_ascii_case(plan))
}

/// Reads one file, never more of it than the loader accepts.
fn read(path: &Path, room: &mut u64) -> Result<Vec<u8>, Unread> {
    let failed = |error: std::io::Error| Unread::Failed(error.to_string());
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        // Opening a pipe would wait for somebody to write into it.
        return Err(Unread::NotAFile("a folder, a pipe or a device".to_owned()));
    }
    if metadata.len() > SIZE_MAX {
        return Err(Unread::TooLarge(metadata.len()));
    }
    *room = room.checked_sub(metadata.len()).ok_or_else(|| {
        Unread::Failed(format!(
            "all plans together have more than {TOGETHER_MAX} bytes"
        ))
    })?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    let file = fs::File::open(path).map_err(failed)?;
    file.take(SIZE_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
