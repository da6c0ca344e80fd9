//! A PostgreSQL of its own for the tests, with a database for each case.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use mainstay::store::Place;
use rustix::process::{Pid, Signal, geteuid, kill_process};

use crate::held::until;
use crate::support::free_port;

pub const PASSWORD: &str = "xyzzy-canary";
/// Who a server is run as where root runs the tests: `nobody`.
const NOBODY: u32 = 65_534;
const MAKE: &str = "initdb -D data -U ada -A scram-sha-256 --pwfile password -E UTF8 --locale C -N";
const SERVE: &str = "postgres -D data -h 127.0.0.1 -k '' -c max_connections=60 \
    -c wal_retrieve_retry_interval=200ms";

pub struct Server {
    folder: tempfile::TempDir,
    port: u16,
    child: Mutex<Child>,
    databases: AtomicU32,
}

impl Server {
    pub fn start() -> Server {
        Server::made(MAKE)
    }

    /// Another one that follows this one, and takes its place once it is promoted.
    pub fn standby(&self) -> Server {
        let port = self.port;
        let from = format!("host=127.0.0.1 port={port} user=ada password={PASSWORD}");
        Server::made(&format!(
            "pg_basebackup -D data -R -X stream -c fast -d '{from}'"
        ))
    }

    /// One whose files a command makes.
    fn made(by: &str) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let all = fs::Permissions::from_mode(0o777);
        fs::set_permissions(folder.path(), all).expect("it is ours");
        fs::write(folder.path().join("password"), PASSWORD).expect("room");
        let made = unprivileged(&folder, by).output().expect("`sh` starts");
        assert!(made.status.success(), "`./test` installs it: {made:?}");
        let port = free_port();
        let server = Server {
            child: Mutex::new(serve(&folder, port)),
            port,
            folder,
            databases: AtomicU32::new(0),
        };
        server.answers();
        server
    }

    /// Kills all its processes as the kernel does, and starts it again.
    pub fn restart(&self) {
        let mut child = self.child.lock().expect("nobody panicked");
        end(&mut child);
        *child = serve(&self.folder, self.port);
        drop(child);
        self.answers();
    }

    /// Kills all its processes as the kernel does, and leaves it so.
    pub fn end(&self) {
        end(&mut self.child.lock().expect("nobody panicked"));
    }

    fn answers(&self) {
        until("the server answers", || self.told("postgres", "select 1"));
    }

    /// A new database.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("case{number}");
        let made = format!("create database {name}");
        self.told("postgres", &made).expect("a database");
        name
    }

    pub fn url(&self, database: &str) -> String {
        self.url_at(self.port, database)
    }

    /// The address of what listens at a port in its place.
    pub fn url_at(&self, port: u16, database: &str) -> String {
        format!("postgres://ada:{PASSWORD}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    pub fn place(&self, database: &str) -> Place {
        self.url(database).parse().expect("an address")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it says to the owner of everything; `None` where it fails.
    pub fn told(&self, database: &str, sql: &str) -> Option<String> {
        let output = self.psql(database).args(["-c", sql]).output();
        let output = output.expect("`psql` starts; `./test` installs it");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        output.status.success().then(|| text.trim().to_owned())
    }

    /// A `psql` that stops at the first error.
    pub fn psql(&self, database: &str) -> Command {
        let mut psql = Command::new("psql");
        psql.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "ada"]);
        psql.args(["-Atqv", "ON_ERROR_STOP=1", database]);
        psql.env("PGPASSWORD", PASSWORD)
            .env("PGOPTIONS", "-c search_path=mainstay,public");
        psql
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(mut child) = self.child.lock() {
            end(&mut child);
        }
        // Its files are somebody else's; what is left is the folder's to remove.
        let _ = fs::remove_dir_all(self.folder.path().join("data"));
    }
}

fn serve(folder: &tempfile::TempDir, port: u16) -> Child {
    let line = format!("{SERVE} -p {port}");
    unprivileged(folder, &line).spawn().expect("it starts")
}

/// It ends at once, and all its processes with it, as after a power cut.
fn end(child: &mut Child) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(process) = process {
        let _ = kill_process(process, Signal::QUIT);
    }
    let _ = child.wait();
}

/// A program of the server, which never runs as root.
fn unprivileged(folder: &tempfile::TempDir, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec {line}")]);
    command.current_dir(folder.path());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}
