//! Runs the programs that read backups: each in a process group of its own, with a deadline, an
//! environment of few names, and limits to what it may write.
//!
//! What it writes has every secret hidden before anything else sees it. A program that cannot be
//! started, takes too long or writes too much shows nothing, neither good nor bad.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use sha2::{Digest, Sha256};

use super::allowed::{self, Check};
use super::confined::Confined;
use super::{Outcome, Trouble};
use crate::artifacts;
use crate::proof::{self, Call};
use crate::text::{hex, visible};
use crate::{program, secret};

/// What every program gets from the environment.
const ALWAYS: [&str; 5] = ["PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK"];
/// How much a program may write to standard output before it is ended, in bytes.
const STDOUT_MAX: usize = 64 * 1024 * 1024;
/// How much of the end of what it writes to standard error is kept, in bytes.
const STDERR_MAX: usize = 256 * 1024;
/// How much of that is told, in characters.
const EXCERPT_MAX: usize = 2_000;
/// How much of its input a program gets at a time, in bytes.
const INPUT_PIECE: usize = 64 * 1024;
/// How often it is looked whether a program has to end before its time.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long a program has to end by itself when it is told to.
const GRACE: Duration = Duration::from_secs(3);

/// That everything has to end: whoever asks for a verification may change their mind.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks that everything ends.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// What is set as soon as it is asked.
    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a program is to do.
#[derive(Debug)]
pub struct Order<'o> {
    /// Its name, as the allow-list has it.
    pub program: &'o str,
    /// Its arguments. Secrets are never among them.
    pub arguments: Vec<String>,
    /// The folder it runs in.
    pub folder: &'o Path,
    /// What it gets from the environment beside what every program gets.
    pub environment: Vec<(String, String)>,
}

/// How a program is run, where that is not as every other.
#[derive(Default)]
pub struct Way<'w> {
    /// What it reads from standard input. Where that cannot be read to its end, the program is
    /// ended before it learns that there is no more.
    pub input: Option<Box<dyn Read + Send + 'w>>,
    /// Where it can do little harm.
    pub confined: Option<&'w Confined>,
}

/// Why a program has to end, as those see it who talk to it.
#[derive(Default)]
struct Signs {
    overflow: AtomicBool,
    /// Why its input cannot be read.
    broken: Mutex<Option<String>>,
}

/// What a program said, secrets hidden.
#[derive(Debug)]
pub struct Said {
    /// Its exit status; nothing where a signal ended it.
    pub status: Option<i32>,
    /// All that it wrote to standard output.
    pub stdout: String,
    /// The end of what it wrote to standard error.
    pub stderr: String,
}

impl Said {
    /// Why it failed, in its own words.
    pub fn complaint(&self) -> String {
        let lines = self.stderr.lines().chain(self.stdout.lines());
        let mut lines = lines.map(str::trim).filter(|line| !line.is_empty());
        let line = lines.next_back().unwrap_or("it does not say why");
        let status = self.status.map_or_else(
            || "a signal".to_owned(),
            |status| format!("exit status {status}"),
        );
        let line: String = visible(line).chars().take(EXCERPT_MAX).collect();
        format!("{status}: {line}")
    }
}

/// Runs programs, and keeps what each was told and said.
pub struct Tools<'t> {
    secrets: Vec<String>,
    deadline: Instant,
    stop: Stop,
    /// Why nothing may go on, such as a disk that is full.
    cut: Box<dyn Fn() -> Option<String> + 't>,
    calls: RefCell<Vec<Call>>,
}

impl<'t> Tools<'t> {
    /// Programs that may run until a moment, or until `stop` is asked or `cut` says why.
    pub fn new(
        secrets: Vec<String>,
        deadline: Instant,
        stop: Stop,
        cut: impl Fn() -> Option<String> + 't,
    ) -> Self {
        Tools {
            secrets,
            deadline,
            stop,
            cut: Box::new(cut),
            calls: RefCell::default(),
        }
    }

    /// Every program that was run.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.borrow().clone()
    }

    /// Runs a program to its end.
    ///
    /// # Errors
    /// Inconclusive, when it must not be told this, cannot be started, or was ended before its
    /// time. A program that fails by itself is no error here: what that means its provider knows.
    pub fn run(&self, order: &Order) -> Outcome<Said> {
        self.run_so(order, Way::default())
    }

    /// Runs a program to its end in a way of its own.
    ///
    /// # Errors
    /// As for [`run`](Self::run); a fault, where its input cannot be read.
    pub fn run_so(&self, order: &Order, way: Way) -> Outcome<Said> {
        self.collect(order, way, allowed::read)
    }

    /// Runs a program that makes a backup to its end.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn write(&self, order: &Order) -> Outcome<Said> {
        self.collect(order, Way::default(), allowed::write)
    }

    /// Runs a program that changes a repository that is nobody's to its end.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn spoil(&self, order: &Order) -> Outcome<Said> {
        self.collect(order, Way::default(), allowed::spoil)
    }

    /// Runs a program to its end, and hands over what it writes to standard output while it does,
    /// however much that is.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn stream(&self, order: &Order, mut out: impl Write + Send) -> Outcome<Said> {
        allowed::read(order.program, &order.arguments).map_err(Trouble::Unclear)?;
        self.watch(order, Way::default(), &mut out)
    }

    /// Runs a program that may be told what it is told, and keeps what it writes.
    fn collect(&self, order: &Order, way: Way, check: Check) -> Outcome<Said> {
        check(order.program, &order.arguments).map_err(Trouble::Unclear)?;
        let mut stdout = Vec::new();
        let mut said = self.watch(order, way, &mut Capped(&mut stdout))?;
        said.stdout = String::from_utf8_lossy(&stdout).into_owned();
        Ok(said)
    }

    fn watch(&self, order: &Order, way: Way, out: &mut (dyn Write + Send)) -> Outcome<Said> {
        let began = Instant::now();
        let mut child = start(order, &way)?;
        let group = Pid::from_child(&child);
        let finder = secret::finder(self.secrets.clone());
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let (stdout, stderr) = (stdout.expect("it is piped"), stderr.expect("it is piped"));
        let stdin = child.stdin.take().zip(way.input);
        let signs = Signs::default();
        let errors = Mutex::new(Tail::default());
        let (ended, hashes) = std::thread::scope(|threads| {
            let (finder, overflow, errors) = (finder.as_ref(), &signs.overflow, &errors);
            let first = threads.spawn(move || pump(stdout, out, finder, overflow));
            let second = threads.spawn(move || {
                let mut tail = errors.lock().expect("no thread panics while it holds it");
                pump(stderr, &mut *tail, finder, overflow)
            });
            let broken = &signs.broken;
            // Open until the end, where not all was given: else it would take that for all.
            let _given = stdin.map(|(to, from)| threads.spawn(move || give(from, to, broken)));
            let ended = self.wait(&mut child, &signs);
            // What it started itself and left behind holds its ends of the pipes.
            let _ = kill_process_group(group, Signal::KILL);
            let hash = |thread: std::thread::ScopedJoinHandle<'_, String>| {
                thread.join().unwrap_or_default()
            };
            (ended, (hash(first), hash(second)))
        });
        let tail = errors.into_inner().unwrap_or_default();
        let stderr = String::from_utf8_lossy(&tail.0).into_owned();
        let status = ended.as_ref().ok().copied().flatten();
        self.note(order, status, began.elapsed(), &stderr, hashes);
        Ok(Said {
            status: ended?,
            stdout: String::new(),
            stderr,
        })
    }

    /// Waits for the end of a program, or ends it.
    fn wait(&self, child: &mut Child, signs: &Signs) -> Outcome<Option<i32>> {
        let unclear = |why: String| Err(Trouble::Unclear(why));
        let pid = Pid::from_child(child);
        let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else {
            end(child);
            return unclear("the system does not say when a program ends".to_owned());
        };
        loop {
            if let Some(why) = self.why_end(signs) {
                end(child);
                return Err(why);
            }
            let mut handles = [PollFd::from_borrowed_fd(handle.as_fd(), PollFlags::IN)];
            let until = Timespec::try_from(LOOK_EVERY).expect("less than a second");
            let _ = poll(&mut handles, Some(&until));
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status.code()),
                Ok(None) => {}
                Err(error) => return unclear(format!("its end cannot be seen: {error}")),
            }
        }
    }

    fn why_end(&self, signs: &Signs) -> Option<Trouble> {
        if signs.overflow.load(Ordering::Relaxed) {
            let mib = STDOUT_MAX / 1024 / 1024;
            let why = format!("it wrote more than {mib} MiB to standard output");
            return Some(Trouble::Unclear(why));
        }
        let broken = signs.broken.lock();
        let broken = broken.expect("no thread panics while it holds it").clone();
        broken
            .map(Trouble::Fault)
            .or_else(|| self.why_stop().map(Trouble::Unclear))
    }

    /// What is set as soon as everything has to end.
    pub fn stop(&self) -> &AtomicBool {
        self.stop.flag()
    }

    /// Why nothing may go on, if so.
    pub fn why_stop(&self) -> Option<String> {
        if self.stop.is_asked() {
            return Some("it was stopped".to_owned());
        }
        if Instant::now() >= self.deadline {
            return Some("it took longer than a verification may take".to_owned());
        }
        (self.cut)()
    }

    fn note(
        &self,
        order: &Order,
        status: Option<i32>,
        took: Duration,
        stderr: &str,
        (stdout_sha256, stderr_sha256): (String, String),
    ) {
        let words = std::iter::once(order.program.to_owned()).chain(order.arguments.clone());
        let argv = words.map(|word| secret::hidden(&word, &self.secrets, usize::MAX));
        let end: Vec<char> = visible(stderr).chars().rev().take(EXCERPT_MAX).collect();
        self.calls.borrow_mut().push(Call {
            argv: argv.collect(),
            status,
            micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            stdout_sha256,
            stderr_sha256,
            excerpt: end.into_iter().rev().collect(),
        });
    }
}

/// Which program that is, which says its version when it is asked so.
///
/// # Errors
/// Inconclusive, when it is not installed, or does not say which version it is.
pub fn identify(tools: &Tools, (name, ask): (&str, &str), folder: &Path) -> Outcome<proof::Tool> {
    let path = path(name)?;
    let unclear = |why: String| Trouble::Unclear(why);
    let said = tools.run(&Order {
        program: name,
        arguments: vec![ask.to_owned()],
        folder,
        environment: Vec::new(),
    })?;
    let version = said.stdout.lines().chain(said.stderr.lines()).next();
    let version = version.filter(|line| said.status == Some(0) && !line.trim().is_empty());
    let version = version.ok_or_else(|| {
        unclear(format!(
            "`{name}` does not say its version: {}",
            said.complaint()
        ))
    })?;
    let (sha256, _) = artifacts::digest(&path)
        .map_err(|error| unclear(format!("`{}` cannot be read: {error}", path.display())))?;
    Ok(proof::Tool {
        path: path.display().to_string(),
        version: visible(version.trim()).chars().take(200).collect(),
        sha256,
    })
}

fn path(name: &str) -> Outcome<PathBuf> {
    program::find_installed(name)
        .ok_or_else(|| Trouble::Unclear(format!("`{name}` is not installed")))
}

fn start(order: &Order, way: &Way) -> Outcome<Child> {
    let path = path(order.program)?;
    let given = ALWAYS.iter();
    let given = given.filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let mut command = match way.confined {
        Some(confined) => confined.command(&path),
        None => std::process::Command::new(&path),
    };
    let child = command
        .args(&order.arguments)
        .current_dir(order.folder)
        .env_clear()
        .envs(given)
        .envs([("LC_ALL", "C"), ("TZ", "UTC")])
        .envs(order.environment.iter().map(|(name, value)| (name, value)))
        .process_group(0)
        .stdin(match way.input {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    child.map_err(|error| Trouble::Unclear(format!("`{}` does not start: {error}", order.program)))
}

/// Ends a program and all that it started.
fn end(child: &mut Child) {
    let group = Pid::from_child(child);
    let _ = kill_process_group(group, Signal::TERM);
    let until = Instant::now() + GRACE;
    while Instant::now() < until {
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
}

/// Gives a program all of its input; gives back the way to it, where not all could be read.
fn give(
    mut from: impl Read,
    mut to: ChildStdin,
    broken: &Mutex<Option<String>>,
) -> Option<ChildStdin> {
    let mut piece = vec![0; INPUT_PIECE];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return None,
            // One that does not want to read on says itself why.
            Ok(count) => to.write_all(&piece[..count]).ok()?,
            Err(error) => {
                let mut broken = broken.lock().expect("no thread panics while it holds it");
                *broken = Some(error.to_string());
                return Some(to);
            }
        }
    }
}

/// Hands on what is read, with every secret hidden; gives back the SHA-256 of it.
fn pump(
    from: impl Read,
    to: &mut (impl Write + ?Sized),
    secrets: Option<&aho_corasick::AhoCorasick>,
    overflow: &AtomicBool,
) -> String {
    let mut hashing = Hashing(Sha256::new(), to);
    if secret::copy(from, &mut hashing, secrets).is_err() {
        overflow.store(true, Ordering::Relaxed);
    }
    hex(&hashing.0.finalize())
}

/// Hands on what is written, and hashes it.
struct Hashing<'w, W: Write + ?Sized>(Sha256, &'w mut W);

impl<W: Write + ?Sized> Write for Hashing<'_, W> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let count = self.1.write(piece)?;
        self.0.update(&piece[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

/// Takes what there is room for, and no more.
struct Capped<'v>(&'v mut Vec<u8>);

impl Write for Capped<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if self.0.len() + piece.len() > STDOUT_MAX {
            return Err(io::Error::other("too much"));
        }
        self.0.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps the end of what is written.
#[derive(Default)]
struct Tail(Vec<u8>);

impl Write for Tail {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(piece);
        let over = self.0.len().saturating_sub(STDERR_MAX);
        self.0.drain(..over);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
