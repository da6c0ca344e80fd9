//! Work in processes of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::Work;
use crate::clock;
use crate::error::{EXIT_FINDINGS, EXIT_INCONCLUSIVE, Error, Result};
use crate::program::Itself;
use crate::text::visible;

/// How much of the end of what a process complains of is kept, in bytes.
const SAID: usize = 4_000;
/// What is told to the daemon and to none of its processes: who it belongs to, and the address at
/// which somebody could speak in its name.
const OWN: [&str; 4] = [
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "MAINSTAY_WATCHDOG",
];
/// How long it is waited after each attempt that could not even begin, in minutes; the last counts
/// for all that follow.
const WAIT: [i64; 4] = [1, 5, 15, 60];

/// The processes that are at work.
#[derive(Debug)]
pub struct Children {
    program: Itself,
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
    /// The id of the run, once the process has told it.
    run: Arc<OnceLock<String>>,
    /// Whether that was told on.
    is_named: bool,
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
    /// The run that it was, where it was one.
    pub run: Option<String>,
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
            program: crate::app::itself()?,
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

    /// When work is tried again that could not be done the last time, where it is waited for that.
    pub fn again(&self, work: &Work, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (_, again) = self.failing.get(&work.resource())?;
        Some(*again).filter(|again| *again > now)
    }

    /// Begins a piece of work, which is in hand for as long as the process has the file.
    ///
    /// # Errors
    /// `Io` when no process can be started.
    pub fn begin(&mut self, work: Work, root: &Path, hand: File) -> Result<()> {
        let mut command = self.program.command();
        for name in OWN {
            command.env_remove(name);
        }
        let mut child = command
            .args(work.command())
            .arg("--in")
            .arg(root)
            // There is nothing to be read in it.
            .stdin(Stdio::from(hand))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // What ends this process, such as a key, does not end it.
            .process_group(0)
            .spawn()
            .map_err(|error| Error::io(format!("begin `{}`", work.command().join(" ")), error))?;
        let run = Arc::new(OnceLock::new());
        let named = run.clone();
        let drill = match &work {
            Work::Hold(drill) | Work::Resume(drill, _) => Some(drill.to_string()),
            Work::Take(_) | Work::Verify(_) => None,
        };
        let complaints = child.stderr.take();
        let said = std::thread::spawn(move || {
            let end = complaints.map(|from| end_of(from, drill.as_deref(), &named));
            end.unwrap_or_default()
        });
        self.running.push(Running {
            work,
            child,
            said,
            run,
            is_named: false,
        });
        Ok(())
    }

    /// The work and the run of one that has told its run since it was last asked.
    pub fn named(&mut self) -> Option<(&Work, &str)> {
        let mut running = self.running.iter_mut();
        let it = running.find(|it| !it.is_named && it.run.get().is_some())?;
        it.is_named = true;
        Some((&it.work, it.run.get()?))
    }

    /// One that has ended since it was last asked.
    pub fn ended(&mut self) -> Option<Ended> {
        let ended = self.running.iter_mut().enumerate();
        let mut ended = ended.filter_map(|(at, it)| Some((at, it.child.try_wait().ok()??)));
        let (at, status) = ended.next()?;
        let Running {
            work, said, run, ..
        } = self.running.swap_remove(at);
        let ended = Ended {
            status: status.code().unwrap_or(-1),
            said: said.join().unwrap_or_default(),
            run: run.get().cloned(),
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

/// The end of what is read, as it may be shown. In its beginning a run of a drill tells its id.
fn end_of(mut from: impl Read, drill: Option<&str>, run: &OnceLock<String>) -> String {
    let (mut kept, mut piece, mut all) = (Vec::new(), [0; 4096], 0_usize);
    while let Ok(count @ 1..) = from.read(&mut piece) {
        kept.extend_from_slice(&piece[..count]);
        all = all.saturating_add(count);
        if let Some(drill) = drill.filter(|_| all <= SAID && run.get().is_none())
            && let Some(id) = run_of(drill, &kept)
        {
            let _ = run.set(id);
        }
        kept.drain(..kept.len().saturating_sub(SAID));
    }
    visible(String::from_utf8_lossy(&kept).trim()).into_owned()
}

/// The id of the run that a process tells on a line of its own.
fn run_of(drill: &str, said: &[u8]) -> Option<String> {
    let said = String::from_utf8_lossy(said);
    let mut lines = said
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let id = lines.find_map(|line| line.trim_end().strip_prefix("run "))?;
    let is_id = |id: &str| id.bytes().all(|c| c == b'-' || c.is_ascii_alphanumeric());
    (id.starts_with(drill) && is_id(id)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &[u8], run: Option<&str>) {
        assert_eq!(run_of("fail-over", said).as_deref(), run);
    }

    #[test]
    fn a_run_is_known_by_a_whole_line_of_its_own_drill() {
        let id = Some("fail-over-2026-11-27");
        check(b"warning: late\nrun fail-over-2026-11-27\n", id);
        check(b"run fail-over-2026-11-27", None);
        check(b"run another-2026-11-27\n", None);
        check(b"run fail-over \x1b[31m\n", None);
    }

    #[test]
    fn of_what_is_said_only_the_end_is_kept() {
        let (long, run) = ("x".repeat(3 * SAID), OnceLock::new());
        let said = end_of(format!("run d-1\n{long}end").as_bytes(), Some("d"), &run);
        assert_eq!(said.len(), SAID);
        assert!(said.ends_with("xend"), "{said}");
    }
}
