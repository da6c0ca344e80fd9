//! Programs that work on what was restored run where they can do little harm: never as root, and
//! without network where the system allows that.
//!
//! They need no way into the folders above the one they work in: it is where they are started, and
//! `/proc/self/cwd` leads there, however deep it lies and whoever may enter what is above it.

use std::fs;
use std::io;
use std::os::unix::fs::lchown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::geteuid;

use super::{Outcome, Trouble};
use crate::program;

/// The folder a program was started in, by a name of any length and for everybody.
pub const HERE: &str = "/proc/self/cwd";
/// Who works on it where Mainstay runs as root: `nobody`.
const NOBODY: u32 = 65_534;

/// Begins a program where everybody may go, with the folder it was to be started in: PostgreSQL
/// before 16 leaves its folder for a moment, and comes back by the path, through folders that only
/// root may enter. Nobody else sees that mount.
const ELSEWHERE: &str = "mount --bind . /mnt && cd /mnt && shift && exec \"$@\"";

/// How programs are kept from the rest of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confined {
    /// What stands before the program and its arguments.
    before: Vec<String>,
    /// Whether its files have to be handed over.
    is_root: bool,
    /// How far it is kept from the rest of the world, in words.
    pub isolation: String,
}

impl Confined {
    /// Tries what the system allows.
    ///
    /// # Errors
    /// Inconclusive, where nobody but root could run them.
    pub fn find() -> Outcome<Self> {
        let is_root = geteuid().is_root();
        let mut before = Vec::new();
        let ways: &[&[&str]] = match is_root {
            true => &[
                &["--net", "--mount", "sh", "-c", ELSEWHERE, "sh"],
                &["--net"],
            ],
            false => &[&["--user", "--map-current-user", "--net"]],
        };
        let ways = ways.iter().filter_map(|way| words("unshare", way));
        let offline = ways.into_iter().find(|words| works(words));
        let network = match offline {
            Some(words) => {
                before.extend(words);
                "no network"
            }
            None => "the network could not be kept away",
        };
        let user = NOBODY.to_string();
        let rights = match is_root {
            true => words(
                "setpriv",
                &[
                    "--reuid",
                    &user,
                    "--regid",
                    &user,
                    "--clear-groups",
                    "--no-new-privs",
                ],
            ),
            false => words("setpriv", &["--no-new-privs"]),
        };
        match rights.filter(|words| works(words)) {
            Some(words) => before.extend(words),
            None if is_root => {
                let why = "`setpriv` cannot start programs as another user, and a restored \
                           server must not run as root";
                return Err(Trouble::Unclear(why.to_owned()));
            }
            None => {}
        }
        let who = match is_root {
            true => "run as `nobody`",
            false => "run as whoever runs Mainstay",
        };
        Ok(Confined {
            before,
            is_root,
            isolation: format!(
                "a server {who}, {network}, on a socket in a folder that only its owner can open"
            ),
        })
    }

    /// A program that is kept in.
    pub fn command(&self, program: &Path) -> Command {
        match self.before.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        }
    }

    /// Hands a folder and all in it over to whom the programs run as.
    ///
    /// # Errors
    /// When that fails.
    pub fn hand_over(&self, folder: &Path) -> Outcome<()> {
        if !self.is_root {
            return Ok(());
        }
        own(folder).map_err(|error| {
            let folder = folder.display();
            Trouble::Unclear(format!("`{folder}` cannot be handed over: {error}"))
        })
    }
}

fn own(path: &Path) -> io::Result<()> {
    lchown(path, Some(NOBODY), Some(NOBODY))?;
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            own(&entry?.path())?;
        }
    }
    Ok(())
}

/// A program with arguments; nothing where it is not installed.
fn words(program: &str, arguments: &[&str]) -> Option<Vec<String>> {
    let path: PathBuf = program::find_installed(program)?;
    let arguments = arguments.iter().map(ToString::to_string);
    let path = std::iter::once(path.display().to_string());
    // What follows belongs to the program that is started.
    let end = std::iter::once("--".to_owned());
    Some(path.chain(arguments).chain(end).collect())
}

/// Whether something can be started that way.
fn works(words: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else {
        return false;
    };
    let mut command = Command::new(first);
    command.args(rest).arg("true");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
