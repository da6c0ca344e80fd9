//! Holds on to the commands of a run, so that no end is lost: `mainstay shim RUN`.
//!
//! The engine starts one shim for a run and gives it an order for each command, line by line; the
//! shim says which folder when a command has ended. It has a session of its own, so neither the end
//! of the engine nor a key pressed in its terminal reaches it; when the engine is gone it stays
//! until its last command has ended. In the folder of each command it leaves what it knows
//! ([`super::hold`]), and in [`OUTPUT`] what the command wrote, without secrets, up to
//! [`OUTPUT_MAX`].
//!
//! Nothing of that is forced to the disk: what the engine writes of it is. What a power cut takes
//! before that is a step in doubt, never one that is done twice.

use std::fs::{self, File};
use std::io::{self, LineWriter, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, test_kill_process_group};
use serde::{Deserialize, Serialize};

use super::hold::{End, Hold, Known, known};
use crate::clock;
use crate::{program, secret};

/// The word on the command line that makes Mainstay a shim.
pub const WORD: &str = "shim";
/// The file, in the folder of an attempt, that holds what the command wrote.
pub const OUTPUT: &str = "output";
/// The most that is kept of what a command writes, in bytes; the rest is counted.
pub const OUTPUT_MAX: u64 = 16 * 1024 * 1024;
/// What every command gets from the environment.
const ALWAYS: [&str; 3] = ["PATH", "HOME", "LANG"];
/// How long to wait for the end of what a command wrote, when it is gone itself.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is to be run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The folder of the attempt.
    pub attempt: PathBuf,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The folder it runs in.
    pub folder: PathBuf,
    /// The names of environment variables it gets.
    pub environment: Vec<String>,
}

/// Takes orders until there is nobody to give them, and ends with the last command.
pub fn main() -> ExitCode {
    // Already a leader where somebody starts it by hand.
    let _ = rustix::process::setsid();
    std::thread::scope(|scope| {
        for line in io::stdin().lines().map_while(Result::ok) {
            scope.spawn(move || {
                let Ok(order) = serde_json::from_str::<Order>(&line) else {
                    return;
                };
                carry_out(&order);
                // The engine may be gone.
                let done = serde_json::to_string(&order.attempt).unwrap_or_default();
                let _ = writeln!(io::stdout(), "{done}");
            });
        }
    });
    ExitCode::SUCCESS
}

fn carry_out(order: &Order) {
    // A folder that nothing can be written to is found without anything in it.
    let Ok(hold) = Hold::take(&order.attempt) else {
        return;
    };
    if let Err(error) = follow(order, &hold) {
        // Whoever looks finds that there is no end, and why.
        let _ = hold.add(&Known::Failed(error.to_string()));
    }
}

fn follow(order: &Order, hold: &Hold) -> io::Result<()> {
    if known(&order.attempt).contains(&Known::Abandoned) {
        return Ok(());
    }
    hold.add(&Known::Begun)?;
    let end = match start(order) {
        Ok((child, readers)) => {
            // There is room for it beside the line before.
            hold.add(&Known::Group(child.id()))?;
            wait(child, readers, order)?
        }
        Err(error) => End {
            status: None,
            signal: None,
            failure: Some(format!("start `{}`: {error}", order.argv[0])),
            not_kept: 0,
            left_behind: false,
            at: clock::now().ok(),
        },
    };
    hold.add(&Known::Ended(end))
}

type Readers = Vec<Box<dyn Read + Send>>;

fn start(order: &Order) -> io::Result<(Child, Readers)> {
    let given = ALWAYS
        .iter()
        .copied()
        .chain(order.environment.iter().map(String::as_str));
    let given = given.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let name = &order.argv[0];
    // With a path the program is started without a copy of this process being made first, which
    // takes three times as long.
    let found = program::find(name, &order.folder).unwrap_or_else(|| PathBuf::from(name));
    // A password may be in it, so nobody else is told.
    let store =
        std::env::var_os(program::STORE).filter(|_| program::is_itself(&order.folder.join(&found)));
    let mut child = Command::new(found)
        .arg0(name)
        .args(&order.argv[1..])
        .current_dir(&order.folder)
        .env_clear()
        .envs(given)
        .envs(store.map(|store| (program::STORE, store)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let stdout = child
        .stdout
        .take()
        .map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
    let stderr = child
        .stderr
        .take()
        .map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
    Ok((child, stdout.into_iter().chain(stderr).collect()))
}

/// What is kept of what a command writes, in a file that is made when it writes something.
struct Kept {
    path: PathBuf,
    file: Option<File>,
    room: u64,
    not_kept: u64,
}

fn wait(mut child: Child, readers: Readers, order: &Order) -> io::Result<End> {
    let kept = Arc::new(Mutex::new(Kept {
        path: order.attempt.join(OUTPUT),
        file: None,
        room: OUTPUT_MAX,
        not_kept: 0,
    }));
    let secrets = secret::values(order.environment.iter().map(String::as_str));
    let secrets = secret::finder(secrets);
    let (done, all_done) = mpsc::channel::<()>();
    let count = readers.len();
    for reader in readers {
        let (kept, secrets, done) = (Arc::clone(&kept), secrets.clone(), done.clone());
        std::thread::spawn(move || {
            // What cannot be read any more is at its end.
            let lines = LineWriter::new(Writer(kept));
            let _ = secret::copy(reader, lines, secrets.as_ref());
            let _ = done.send(());
        });
    }
    let status = child.wait()?;
    let at = clock::now().ok();
    // Something that it started may hold the pipe open for ever.
    for _ in 0..count {
        if all_done.recv_timeout(LAST_WORDS).is_err() {
            break;
        }
    }
    let left_behind = group_lives(child.id());
    let kept = kept
        .lock()
        .map_err(|_| io::Error::other("a reader panicked"))?;
    Ok(End {
        status: status.code(),
        signal: status.signal(),
        failure: None,
        not_kept: kept.not_kept,
        left_behind,
        at,
    })
}

/// Whether any process of a group lives; one that only nobody has taken note of does not.
pub fn group_lives(group: u32) -> bool {
    let pid = i32::try_from(group).ok().and_then(Pid::from_raw);
    if pid.is_none_or(|group| test_kill_process_group(group).is_err()) {
        return false;
    }
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats =
        processes.filter_map(|process| fs::read_to_string(process.path().join("stat")).ok());
    let mut stats = stats.filter_map(|stat| {
        // The name before may hold anything, also a bracket.
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut words = rest.split(' ');
        let (state, of_group) = (words.next()?, words.nth(1)?.parse::<u32>().ok()?);
        Some(of_group == group && state != "Z")
    });
    stats.any(|lives| lives)
}

impl Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && !bytes.is_empty() {
            self.file = Some(File::create(&self.path)?);
        }
        self.file
            .as_ref()
            .map_or(Ok(()), |mut file| file.write_all(bytes))
    }
}

struct Writer(Arc<Mutex<Kept>>);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self
            .0
            .lock()
            .map_err(|_| io::Error::other("a reader panicked"))?;
        let room = usize::try_from(kept.room)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        // A full disk must not stop the command; what is lost is counted.
        let written = kept.write(&bytes[..room]).map_or(0, |()| room);
        kept.room -= written as u64;
        kept.not_kept += (bytes.len() - written) as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
