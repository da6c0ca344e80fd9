//! Work in processes of its own.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::Work;
use crate::clock;
use crate::error::{EXIT_FINDINGS, EXIT_INCONCLUSIVE, Error, Result};
use crate::text::visible;

/// How much of the end of what a process complains of is kept, in bytes.
const SAID: usize = 4_000;
/// How long it is waited after each attempt that could not even begin, in minutes; the last counts
/// for all that follow.
const WAIT: [i64; 4] = [1, 5, 15, 60];

/// The processes that are at work.
#[derive(Debug)]
pub struct Children {
    program: PathBuf,
    room: usize,
    running: Vec<Running>,
    /// How often work could not be done in a row, and when it is tried again.
    failing: BTreeMap<String, (usize, DateTime<Utc>)>,
}

#[derive(Debug)]
struct Running {
    work: Work,
    child: Child,
    said: JoinHandle<String>,
}

/// A piece of work whose process has ended.
#[derive(Debug)]
pub struct Ended {
    /// The work.
    pub work: Work,
    /// Its exit status; -1 where a signal ended it.
    pub status: i32,
    /// The end of what it complained of.
    pub said: String,
}

impl Ended {
    /// Whether it was done, whatever it showed.
    pub fn is_done(&self) -> bool {
        let shown = [0, EXIT_FINDINGS, EXIT_INCONCLUSIVE].map(i32::from);
        shown.contains(&self.status)
    }
}

impl Children {
    /// None yet, and so many at once at the most.
    ///
    /// # Errors
    /// `Io` when this program cannot be found.
    pub fn new(room: usize) -> Result<Self> {
        Ok(Children {
            program: crate::app::program()?,
            room,
            running: Vec::new(),
            failing: BTreeMap::new(),
        })
    }

    /// How many are at work.
    pub fn count(&self) -> usize {
        self.running.len()
    }

    /// Whether one more may begin.
    pub fn has_room(&self) -> bool {
        self.running.len() < self.room
    }

    /// Whether something is at work on the same thing.
    pub fn has(&self, work: &Work) -> bool {
        let resource = work.resource();
        self.running.iter().any(|it| it.work.resource() == resource)
    }

    /// Whether work may be tried: it could be done the last time, or it was waited long enough.
    pub fn may_begin(&self, work: &Work, now: DateTime<Utc>) -> bool {
        let failing = self.failing.get(&work.resource());
        failing.is_none_or(|(_, again)| *again <= now)
    }

    /// Begins a piece of work.
    ///
    /// # Errors
    /// `Io` when no process can be started.
    pub fn begin(&mut self, work: Work, root: &Path) -> Result<()> {
        let mut child = Command::new(&self.program)
            .args(work.command())
            .arg("--in")
            .arg(root)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // What ends this process, such as a key, does not end it.
            .process_group(0)
            .spawn()
            .map_err(|error| Error::io(format!("begin `{}`", work.command().join(" ")), error))?;
        let complaints = child.stderr.take();
        let said = std::thread::spawn(move || complaints.map(end_of).unwrap_or_default());
        self.running.push(Running { work, child, said });
        Ok(())
    }

    /// One that has ended since it was last asked.
    pub fn ended(&mut self) -> Option<Ended> {
        let ended = self.running.iter_mut().enumerate();
        let mut ended = ended.filter_map(|(at, it)| Some((at, it.child.try_wait().ok()??)));
        let (at, status) = ended.next()?;
        let Running { work, said, .. } = self.running.swap_remove(at);
        let ended = Ended {
            status: status.code().unwrap_or(-1),
            said: said.join().unwrap_or_default(),
            work,
        };
        self.note(&ended);
        Some(ended)
    }

    /// Keeps when work that could not be done is tried again.
    fn note(&mut self, ended: &Ended) {
        let resource = ended.work.resource();
        if ended.is_done() {
            self.failing.remove(&resource);
            return;
        }
        let Ok(now) = clock::now() else { return };
        let (times, again) = self.failing.entry(resource).or_insert((0, now.wall));
        let wait = WAIT
            .get(*times)
            .or(WAIT.last())
            .copied()
            .unwrap_or_default();
        *times += 1;
        *again = now.wall + TimeDelta::minutes(wait);
    }
}

/// The end of what is read, as it may be shown.
fn end_of(mut from: impl Read) -> String {
    let (mut kept, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = from.read(&mut piece) {
        kept.extend_from_slice(&piece[..count]);
        kept.drain(..kept.len().saturating_sub(SAID));
    }
    visible(String::from_utf8_lossy(&kept).trim()).into_owned()
}
