//! How much a folder takes, asked so often that it must not take long to tell.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, FileType, Mode, fstatvfs, openat, statat};

use super::FOLDER;
use crate::backup::tree::descent::Descent;

/// How much room a disk must have left for everybody else, in bytes.
pub const FREE_MIN: u64 = 256 * 1024 * 1024;

/// How long it may take to tell.
const PATIENCE: Duration = Duration::from_millis(100);
/// How many entries are looked at before the clock is asked again.
const STRIDE: usize = 256;
/// The unit in which the system counts what a file takes, in bytes.
const BLOCK: u64 = 512;

/// What is known of the room that a folder takes.
#[derive(Debug)]
pub struct Room {
    free_at_first: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// What was counted last.
    counted: Count,
    /// What is being counted.
    counting: Option<(Descent, Count)>,
}

/// What a folder took when its disk had so much room, in bytes.
#[derive(Clone, Copy, Debug)]
struct Count {
    used: u64,
    free: u64,
}

impl Room {
    /// Of a folder that takes nothing yet, on the disk of another one.
    pub fn new(disk: &OwnedFd) -> io::Result<Self> {
        let free = free(disk)?;
        let counted = Count { used: 0, free };
        Ok(Room {
            free_at_first: free,
            state: Mutex::new(State {
                counted,
                counting: None,
            }),
        })
    }

    /// How much room the disk had at first, in bytes.
    pub fn free_at_first(&self) -> u64 {
        self.free_at_first
    }

    /// How much a folder takes, in bytes: counted, or counted as far as time allows and guessed.
    pub fn used(&self, folder: &OwnedFd) -> io::Result<u64> {
        let free = free(folder)?;
        // Counts are replaced in whole, so none is half done.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut descent, mut count) = match state.counting.take() {
            Some(counting) => counting,
            None => {
                let folder = openat(folder, c".", FOLDER, Mode::empty())?;
                (Descent::at(folder)?, Count { used: 0, free })
            }
        };
        let so_far = match go_on(&mut descent, &mut count) {
            Ok(true) => {
                state.counted = count;
                count.used
            }
            Ok(false) => {
                let so_far = count.used;
                state.counting = Some((descent, count));
                so_far
            }
            // A folder was moved while it was counted; the next time it begins anew.
            Err(_) => 0,
        };
        let since = state.counted.free.saturating_sub(free);
        Ok(so_far.max(state.counted.used.saturating_add(since)))
    }
}

/// How much room a disk has for people like us, in bytes.
pub fn free(folder: &OwnedFd) -> io::Result<u64> {
    let disk = fstatvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Counts on, and says whether all is counted.
fn go_on(descent: &mut Descent, count: &mut Count) -> io::Result<bool> {
    let began = Instant::now();
    loop {
        for _ in 0..STRIDE {
            match descent.advance() {
                Some(kind) => count.used = count.used.saturating_add(taken(descent, kind)),
                None if descent.leave()? => {}
                None => return Ok(true),
            }
        }
        if began.elapsed() > PATIENCE {
            return Ok(false);
        }
    }
}

/// What an entry takes by itself; nothing if it has just been removed.
fn taken(descent: &mut Descent, kind: io::Result<FileType>) -> u64 {
    let stat = statat(descent.here(), descent.name(), AtFlags::SYMLINK_NOFOLLOW);
    if let Ok(FileType::Directory) = kind {
        // What cannot be entered was not written by us, or is being removed.
        let _ = descent.enter();
    }
    let Ok(stat) = stat else {
        return 0;
    };
    let bytes = u64::try_from(stat.st_blocks).unwrap_or_default() * BLOCK;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => bytes,
        // Each name of a file brings its share.
        _ => bytes / u64::from(stat.st_nlink.max(1) as u32),
    }
}
