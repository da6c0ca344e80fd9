//! Programs are found as the system would find them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::fs::{Access, access};

/// The variable that says where this program keeps its journals.
pub const STORE: &str = "MAINSTAY_STORE";

/// This program, as it starts itself: with the journals that it was told to keep, on its command
/// line or by its environment.
#[derive(Clone)]
pub struct Itself {
    path: PathBuf,
    /// A password may be in it.
    store: Option<String>,
}

impl Itself {
    /// Where it is, and the address of its journals, where that was said.
    pub fn new(path: PathBuf, store: Option<String>) -> Self {
        Itself { path, store }
    }

    /// What starts it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.envs(self.store.iter().map(|store| (STORE, store)));
        command
    }
}

impl fmt::Debug for Itself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Itself({})", self.path.display())
    }
}

/// Whether a program is this one.
pub fn is_itself(program: &Path) -> bool {
    let this = std::env::current_exe().and_then(|path| path.canonicalize());
    let other = program.canonicalize();
    this.is_ok_and(|this| other.is_ok_and(|other| this == other))
}

/// Where PostgreSQL keeps the programs of each version on Debian, and others.
const POSTGRESQL: [&str; 2] = ["/usr/lib/postgresql", "/usr/pgsql"];

/// The path of a program as it is started in a folder: its name, if that is a path, else where
/// `PATH` says. `None` where nothing there can be run.
pub fn find(name: &str, folder: &Path) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).map(|path| path.join(name));
    let mut found: Box<dyn Iterator<Item = PathBuf>> = match name.contains('/') {
        true => Box::new(std::iter::once(PathBuf::from(name))),
        false => Box::new(found),
    };
    found.find(|path| can_run(&folder.join(path)))
}

/// The path of a program that is not where `PATH` says, but where its package puts it: of several
/// versions of PostgreSQL the newest.
pub fn find_installed(name: &str) -> Option<PathBuf> {
    find(name, Path::new("/")).or_else(|| {
        let versions = POSTGRESQL
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok());
        let paths = versions.flatten().flatten().map(|version| version.path());
        let version = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
        let mut paths: Vec<PathBuf> = paths.filter(|path| version(path).is_some()).collect();
        paths.sort_by_key(|path| std::cmp::Reverse(version(path)));
        let mut paths = paths.iter().map(|path| path.join("bin").join(name));
        paths.find(|path| can_run(path))
    })
}

/// The path of a program of one version of PostgreSQL.
pub fn find_of_postgresql(name: &str, version: &str) -> Option<PathBuf> {
    let paths = [
        Path::new(POSTGRESQL[0]).join(version).join("bin"),
        PathBuf::from(format!("{}-{version}/bin", POSTGRESQL[1])),
    ];
    let mut paths = paths.iter().map(|folder| folder.join(name));
    paths.find(|path| can_run(path))
}

fn can_run(path: &Path) -> bool {
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}
