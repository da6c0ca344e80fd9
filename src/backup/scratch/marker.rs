//! Whose a folder is: one file in it, without which it is never removed by anybody else.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::OwnedFd;

use chrono::{DateTime, Utc};
use rustix::fs::{FileType, Mode, OFlags, fstat, fsync, openat, renameat};
use rustix::process::geteuid;
use serde::{Deserialize, Serialize};

use super::unlink;
use crate::time::Moment;

/// The name of the file.
pub const FILE: &str = "marker.json";
/// Its name while it is written.
const PART: &str = "marker.json.part";
/// The format that is written and read.
const FORMAT: u32 = 1;
/// How long a marker may be, in bytes.
const BYTES_MAX: u64 = 16 * 1024;

/// Whose a folder is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Marker {
    /// The format.
    #[serde(rename = "mainstay-scratch")]
    format: u32,
    /// The id of the run.
    pub run: String,
    /// The user it belongs to.
    pub uid: u32,
    /// The process that made it.
    pub process: Process,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Until when it is kept. Whoever says so has no further use for it.
    pub keep_until: Option<DateTime<Utc>>,
}

/// A process, so that no later one with its number is taken for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// When it was started, in the system's own ticks since the machine was.
    pub started: u64,
    /// Which start of which machine that was.
    pub boot_id: String,
}

impl Marker {
    /// Of a run that this process carries out.
    pub fn new(run: &str, now: &Moment) -> io::Result<Self> {
        let pid = std::process::id();
        let started = started(pid)?;
        let started = started.ok_or_else(|| io::Error::other("the system does not know us"))?;
        Ok(Marker {
            format: FORMAT,
            run: run.to_owned(),
            uid: geteuid().as_raw(),
            process: Process {
                pid,
                started,
                boot_id: now.boot_id.clone(),
            },
            created: now.wall,
            keep_until: None,
        })
    }

    /// Writes it into a folder, in whole or not at all, and gives it locked.
    pub fn write(&self, folder: &OwnedFd) -> io::Result<File> {
        unlink(folder, PART)?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mut file = File::from(openat(folder, PART, flags, Mode::RUSR | Mode::WUSR)?);
        file.lock()?;
        file.write_all(crate::text::json(self).as_bytes())?;
        file.sync_all()?;
        renameat(folder, PART, folder, FILE)?;
        fsync(folder)?;
        Ok(file)
    }

    /// Reads the one in a folder; nothing that is not surely ours is one.
    pub fn read(folder: &OwnedFd) -> io::Result<(Marker, File)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(folder, FILE, flags, Mode::empty())?);
        let stat = fstat(&file)?;
        let is_file = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        if !is_file || stat.st_uid != geteuid().as_raw() {
            return Err(io::Error::other("it is not a file of ours"));
        }
        let mut text = Vec::new();
        (&file).take(BYTES_MAX).read_to_end(&mut text)?;
        let marker: Marker = serde_json::from_slice(&text)?;
        if marker.format != FORMAT {
            let why = format!("it has format {}", marker.format);
            return Err(io::Error::other(why));
        }
        Ok((marker, file))
    }
}

impl Process {
    /// Whether it may still be there. Where that cannot be told, it is.
    pub fn may_live(&self, now: &Moment) -> bool {
        let is_same = || !matches!(started(self.pid), Ok(at) if at != Some(self.started));
        self.boot_id == now.boot_id && is_same()
    }
}

/// When a process was started, in ticks; `None` where there is none with that number.
fn started(pid: u32) -> io::Result<Option<u64>> {
    let text = match fs::read(format!("/proc/{pid}/stat")) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        // It ended while it was asked.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::SRCH.raw_os_error()) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    // The name of a program may hold blanks and brackets; all after the last bracket is numbers.
    let text = String::from_utf8_lossy(&text);
    let started = text.rsplit(')').next().and_then(|rest| {
        let field = rest.split_whitespace().nth(STARTED)?;
        field.parse().ok()
    });
    let unknown = || io::Error::other("the system says nothing that can be read");
    started.ok_or_else(unknown).map(Some)
}

/// Which number after the name of the program says when it was started.
const STARTED: usize = 19;
