//! Holds on to the commands of a run, so that no end is lost: `mainstay shim RUN`.
//!
//! The engine starts one shim for a run and tells it a folder for each command, line by line. The
//! shim has a session of its own, so neither the end of the engine nor a key pressed in its
//! terminal reaches it; when the engine is gone it stays until its last command has ended. In the
//! folder of each command it leaves:
//!
//! | file | what it says |
//! |---|---|
//! | `lock` | held for as long as the command is held on to |
//! | `begun` | the command was started; the process group it runs in |
//! | `abandoned` | written by an engine that gave the attempt up: it must not begin any more |
//! | `output` | what the command wrote, without secrets, up to [`OUTPUT_MAX`] |
//! | `end` | how it ended; complete as soon as it is there |

use std::fs::{self, File};
use std::io::{self, LineWriter, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Pid, test_kill_process_group};
use serde::{Deserialize, Serialize};

use super::secret;
use crate::clock;
use crate::time::Moment;

/// The word on the command line that makes Mainstay a shim.
pub const WORD: &str = "shim";
/// The most that is kept of what a command writes, in bytes; the rest is counted.
pub const OUTPUT_MAX: u64 = 16 * 1024 * 1024;
/// What stands where a secret stood.
pub const HIDDEN: &str = "[hidden]";

/// The shortest value that is taken for a secret; less would be found in any text.
pub const SECRET_MIN: usize = 4;
/// What every command gets from the environment.
const ALWAYS: [&str; 3] = ["PATH", "HOME", "LANG"];
/// How long to wait for the end of what a command wrote, when it is gone itself.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is to be run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The folder it runs in.
    pub folder: PathBuf,
    /// The names of environment variables it gets.
    pub environment: Vec<String>,
}

/// How it ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct End {
    /// The exit status, if it ended by itself.
    pub status: Option<i32>,
    /// The signal that ended it, if one did.
    pub signal: Option<i32>,
    /// Why it could not be started, if it could not.
    pub failure: Option<String>,
    /// How many bytes it wrote that were not kept.
    pub not_kept: u64,
    /// Whether processes of its group were still there after it.
    pub left_behind: bool,
    /// When it ended.
    pub at: Option<Moment>,
}

/// Takes orders until there is nobody to give them, and ends with the last command.
pub fn main() -> ExitCode {
    // Already a leader where somebody starts it by hand.
    let _ = rustix::process::setsid();
    std::thread::scope(|scope| {
        for line in io::stdin().lines().map_while(Result::ok) {
            scope.spawn(move || {
                let Ok(folder) = serde_json::from_str::<PathBuf>(&line) else {
                    return;
                };
                if let Err(error) = hold(&folder) {
                    // Whoever looks finds that there is no end, and why.
                    let _ = fs::write(folder.join("shim-failed"), error.to_string());
                }
                // The engine may be gone.
                let _ = writeln!(io::stdout(), "{line}");
            });
        }
    });
    ExitCode::SUCCESS
}

fn hold(folder: &Path) -> io::Result<()> {
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    if folder.join("abandoned").try_exists()? {
        return Ok(());
    }
    let order: Order = serde_json::from_slice(&fs::read(folder.join("order"))?)?;
    let end = match start(&order, folder) {
        Ok((child, readers)) => wait(child, readers, &order, folder)?,
        Err(error) => End {
            status: None,
            signal: None,
            failure: Some(format!("start `{}`: {error}", order.argv[0])),
            not_kept: 0,
            left_behind: false,
            at: clock::now().ok(),
        },
    };
    let text = serde_json::to_vec(&end)?;
    let part = folder.join("end.part");
    let mut file = File::create(&part)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(part, folder.join("end"))
}

type Readers = Vec<Box<dyn Read + Send>>;

fn start(order: &Order, folder: &Path) -> io::Result<(Child, Readers)> {
    let given = ALWAYS
        .iter()
        .copied()
        .chain(order.environment.iter().map(String::as_str));
    let given = given.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let begun = File::create(folder.join("begun"))?;
    let mut child = Command::new(&order.argv[0])
        .args(&order.argv[1..])
        .current_dir(&order.folder)
        .env_clear()
        .envs(given)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    write!(&begun, "{}", child.id())?;
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

/// What is kept of what a command writes.
struct Kept {
    file: File,
    room: u64,
    not_kept: u64,
}

fn wait(mut child: Child, readers: Readers, order: &Order, folder: &Path) -> io::Result<End> {
    let kept = Arc::new(Mutex::new(Kept {
        file: File::create(folder.join("output"))?,
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
        let written = kept.file.write_all(&bytes[..room]).map_or(0, |()| room);
        kept.room -= written as u64;
        kept.not_kept += (bytes.len() - written) as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
