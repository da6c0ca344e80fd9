//! Backups of a real PostgreSQL: every fault that does harm is seen, and what is whole is restored.

mod basebackup;
mod dump;
mod pgbackrest;
mod taken;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, geteuid, kill_process};

use crate::held::until;

/// Who a server is run as where root runs the tests: `nobody`.
const NOBODY: u32 = 65_534;
/// How much room a test needs, in bytes.
const ROOM: u64 = 1024 * 1024 * 1024;
const INITDB: &str = "initdb -D data -U postgres -A trust -E UTF8 --locale C -N";
/// A table whose rows do not pack well, and one that says how new the data is.
const TABLES: &str = "create table orders as \
     select g as id, md5(g::text) || md5((g + 1)::text) as t \
     from generate_series(1, 3000) g; create index on orders (t); \
     create table heartbeat as select now() as at";
/// What must be true of it.
const EXPECTED: &str = "[{query: {query: select count(*) from orders, at-least: 3000}}, \
     {heartbeat: {query: select max(at) from heartbeat, lag-at-most: 1h}}]";

/// A server with a few orders.
struct Server {
    folder: tempfile::TempDir,
    child: Child,
}

impl Server {
    fn start(options: &str) -> Server {
        let folder = folder();
        let all = fs::Permissions::from_mode(0o777);
        fs::set_permissions(folder.path(), all).expect("it is ours");
        run(folder.path(), INITDB);
        let serve = format!(
            "postgres -D data -k {} -h '' -F {options}",
            folder.path().display()
        );
        let child = unprivileged(folder.path(), &serve).spawn();
        let server = Server {
            child: child.expect("it starts"),
            folder,
        };
        until("the server answers", || {
            let mut ask = unprivileged(server.path(), &server.psql("select 1", "postgres"));
            ask.status().expect("`psql` starts").success().then_some(())
        });
        server.does(TABLES);
        server
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn does(&self, sql: &str) {
        run(self.path(), &self.psql(sql, "postgres"));
    }

    fn psql(&self, sql: &str, database: &str) -> String {
        let to = self.path().display();
        format!("psql -h {to} -U postgres -qAt -c \"{sql}\" {database}")
    }

    /// Runs a program that makes a backup of it.
    fn backup(&self, program: &str, more: &str) {
        let to = self.path().display();
        run(
            self.path(),
            &format!("{program} -h {to} -U postgres {more}"),
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let process = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(process) = process {
            // It ends at once, and all its processes with it.
            let _ = kill_process(process, Signal::QUIT);
        }
        let _ = self.child.wait();
    }
}

/// A folder in memory, where there is room: the tools wait for the disk after every small file.
fn folder() -> tempfile::TempDir {
    let memory = tempfile::tempdir_in("/dev/shm");
    let room = memory.and_then(|folder| Ok((rustix::fs::statvfs(folder.path())?, folder)));
    match room {
        Ok((room, folder)) if room.f_bavail * room.f_frsize > ROOM => folder,
        _ => tempfile::tempdir().expect("a folder"),
    }
}

/// Runs something that has to succeed, never as root.
#[track_caller]
fn run(folder: &Path, line: &str) {
    let mut command = unprivileged(folder, line);
    let output = command
        .stderr(Stdio::piped())
        .output()
        .expect("`sh` starts");
    assert!(
        output.status.success(),
        "{line}; `./test` installs it: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn unprivileged(folder: &Path, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec {line}")]);
    command.current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// A workspace with one backup in its folder `backup`.
struct Workspace(tempfile::TempDir);

impl Workspace {
    /// With a copy of something as its backup.
    fn of(original: &Path) -> Workspace {
        let workspace = Workspace(folder());
        fs::write(
            workspace.path().join("mainstay.yaml"),
            "organization: {name: B}\n",
        )
        .expect("room");
        let copied = Command::new("cp")
            .arg("-a")
            .args([original, &workspace.backup()])
            .status();
        assert!(copied.expect("`cp` starts").success());
        workspace
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn backup(&self) -> PathBuf {
        self.path().join("backup")
    }

    /// Verifies up to a level; gives back the exit status and what was told.
    fn verify(&self, with: &str, expect: &str, level: u8) -> (Option<i32>, String) {
        let plan = format!(
            "team: {{id: a, name: A}}\nsystems: [{{id: db, name: DB}}]\nbackups: [{{id: b, \
             name: Copy, of: [db], every: 1d, verify: {{with: {with}, expect: {expect}}}}}]\n"
        );
        fs::create_dir_all(self.path().join("plans")).expect("room");
        fs::write(self.path().join("plans/a.yaml"), plan).expect("room");
        let output = Command::new(env!("CARGO_BIN_EXE_mainstay"))
            .args(["backup", "verify", "--level", &level.to_string()])
            .current_dir(self.path())
            .output()
            .expect("it starts");
        let told = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8(told).expect("UTF-8"),
        )
    }
}

/// It is whole, and proven up to the highest level.
#[track_caller]
fn whole((status, told): (Option<i32>, String)) {
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("level 5 restored and validated"), "{told}");
}

/// The fault is seen, and said.
#[track_caller]
fn caught((status, told): (Option<i32>, String), fault: &str) {
    assert_eq!(status, Some(1), "{fault}: {told}");
    assert!(told.contains("FAIL"), "{fault}: {told}");
}

/// Damages a file.
fn damage(file: &Path, how: impl FnOnce(&mut Vec<u8>)) {
    let mut content = fs::read(file).expect("it is there");
    how(&mut content);
    fs::write(file, content).expect("room");
}

/// Changes one bit in the middle.
fn flip(file: &Path) {
    damage(file, |content| {
        let middle = content.len() / 2;
        content[middle] ^= 1;
    });
}

/// Takes some bytes off the end.
fn cut(file: &Path, bytes: usize) {
    damage(file, |content| content.truncate(content.len() - bytes));
}

/// The largest file in a folder and below.
fn largest(folder: &Path) -> PathBuf {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("it stays");
            let metadata = entry.metadata().expect("it stays");
            match metadata.is_dir() {
                true => folders.push(entry.path()),
                false => files.push((metadata.len(), entry.path())),
            }
        }
    }
    files.into_iter().max().expect("a file").1
}
