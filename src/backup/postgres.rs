//! A PostgreSQL server on data that was restored: nobody else can reach it, and it reaches nobody.
//!
//! How it is set up is said where it is started, which outranks every file that was restored, and
//! it is asked again when it runs. It counts as started when it has left recovery: one that only
//! answers may still be far from its newest data.

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, Executor, PgConnection};

use super::confined::{Confined, HERE};
use super::tool::Order;
use super::{Outcome, Session, Trouble, allowed};
use crate::proof::{Level, Trial};
use crate::text::visible;
use crate::{program, question, time};

/// The role that is asked with, where the plan names none.
pub const ROLE: &str = "postgres";
/// The database that is asked, where nobody names one.
const DATABASE: &str = "postgres";
const PROGRAM: &str = "postgres";
/// Files of our own in the folder of the data.
const CONFIG: &str = "mainstay.conf";
const HBA: &str = "mainstay-hba.conf";
/// Whom it lets in: whoever can open its folder, also to make a base backup.
const ADMITS: &[u8] = b"local all all trust\nlocal replication all trust\n";
/// What of the data says how a server behaves that is none of ours.
const NOT_OURS: [&str; 4] = [
    "postgresql.auto.conf",
    "standby.signal",
    "postmaster.pid",
    "postmaster.opts",
];
/// What every server is told.
const SETTINGS: [(&str, &str); 20] = [
    ("listen_addresses", ""),
    ("unix_socket_directories", "."),
    ("unix_socket_permissions", "0700"),
    ("port", "5432"),
    ("archive_mode", "off"),
    ("archive_command", "/bin/false"),
    ("max_logical_replication_workers", "0"),
    ("primary_conninfo", ""),
    ("hot_standby", "on"),
    ("recovery_target_timeline", "latest"),
    ("recovery_target_action", "promote"),
    ("archive_cleanup_command", ""),
    ("recovery_end_command", ""),
    ("shared_preload_libraries", ""),
    ("session_preload_libraries", ""),
    ("autovacuum", "off"),
    ("fsync", "on"),
    ("ssl", "off"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
];
/// Those of them that are asked again: with another value it could do harm.
const ASKED_BACK: [&str; 5] = [
    "archive_mode",
    "listen_addresses",
    "max_logical_replication_workers",
    "primary_conninfo",
    "hot_standby",
];
/// What a server must have at least as much of as the one whose data it has.
const AT_LEAST: [(&str, &str); 5] = [
    ("max_connections setting", "max_connections"),
    ("max_worker_processes setting", "max_worker_processes"),
    ("max_wal_senders setting", "max_wal_senders"),
    ("max_prepared_xacts setting", "max_prepared_transactions"),
    ("max_locks_per_xact setting", "max_locks_per_transaction"),
];
/// The oldest version that is told all of that where it is started.
const VERSION_MIN: u32 = 12;
/// How long a question may take.
const ANSWER: time::Duration = time::Duration::hours(1);
/// How often it is looked whether it has started.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long it has to end by itself.
const GRACE: Duration = Duration::from_secs(5);

/// A server that runs until nobody needs it any more.
#[derive(Debug)]
pub struct Server {
    data: PathBuf,
    /// By which the folder is reached, however long its name.
    entry: File,
    role: String,
    child: Child,
}

/// On what a server is started.
pub struct Start<'s> {
    /// The folder of its data.
    pub data: &'s Path,
    /// The role that is asked with.
    pub role: &'s str,
    /// The folder in the folder of its data in which archived log is.
    pub archive: Option<&'s str>,
}

impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        self.data == other.data
    }
}

impl Eq for Server {}

impl Server {
    /// Starts one, and waits until it has left recovery.
    ///
    /// # Errors
    /// A fault, where it does not start on this data.
    pub fn start(session: &Session, confined: &Confined, start: &Start) -> Outcome<Arc<Self>> {
        let program = program(start.data)?;
        let arguments = arguments(session, start)?;
        allowed::read(PROGRAM, &arguments).map_err(Trouble::Unclear)?;
        prepare(start.data)?;
        confined.hand_over(start.data)?;
        let unclear = |error: std::io::Error| {
            Trouble::Unclear(format!("the scratch server does not start: {error}"))
        };
        let log = log(session);
        let written = File::create(&log).map_err(unclear)?;
        let mut command = confined.command(&program);
        let child = command
            .args(arguments)
            .current_dir(start.data)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs([("LC_ALL", "C"), ("TZ", "UTC")])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(written.try_clone().map_err(unclear)?)
            .stderr(written)
            .spawn();
        let mut server = Server {
            data: start.data.to_owned(),
            entry: File::open(start.data).map_err(unclear)?,
            role: start.role.to_owned(),
            child: child.map_err(unclear)?,
        };
        server.wait(session, &log)?;
        Ok(Arc::new(server))
    }

    /// How one of its databases is reached.
    pub fn address(&self, database: Option<&str>) -> PgConnectOptions {
        let socket = format!("/proc/self/fd/{}", self.entry.as_raw_fd());
        PgConnectOptions::new_without_pgpass()
            .socket(socket)
            .port(5432)
            .username(&self.role)
            .database(database.unwrap_or(DATABASE))
    }

    /// Asks one of its databases.
    ///
    /// # Errors
    /// What it says when it cannot answer.
    pub async fn ask(&self, database: Option<&str>, query: &str) -> sqlx::Result<Option<String>> {
        question::postgres(self.address(database), query, ANSWER).await
    }

    /// The folder that programs are started in which reach it by its socket in [`HERE`].
    pub fn folder(&self) -> &Path {
        &self.data
    }

    /// The role that is asked with.
    pub fn role(&self) -> &str {
        &self.role
    }

    /// What shows that it is kept in, and has data.
    pub fn trials(&self, rows: Rows) -> Vec<Trial> {
        let what = "the scratch server can do no harm";
        let settings = ASKED_BACK.map(|name| format!("current_setting('{name}')"));
        let query = format!("select concat_ws('|', {})", settings.join(", "));
        let expected = ASKED_BACK
            .map(|name| told(name).unwrap_or_default())
            .join("|");
        let kept_in = match self.answer(None, &query) {
            Ok(answer) if answer == expected => Trial::pass(
                Level::Restored,
                what,
                "it archives nothing, listens on no network and follows no other server",
            ),
            Ok(answer) => Trial::inconclusive(Level::Restored, what, answer),
            Err(why) => Trial::inconclusive(Level::Restored, what, why),
        };
        vec![kept_in, self.holds(rows)]
    }

    /// Whether there are tables, and rows in one of them at least.
    fn holds(&self, rows: Rows) -> Trial {
        let what = "there is data in the databases";
        let (tables, filled) = match self.tables() {
            Ok(counted) => counted,
            Err(why) => return Trial::fail(Level::Restored, what, why),
        };
        let found = format!("{tables} tables, {filled} of them with rows");
        match (tables, filled, rows) {
            (0, ..) | (_, 0, Rows::Needed) => Trial::fail(Level::Restored, what, found),
            _ => Trial::pass(Level::Restored, what, found),
        }
    }

    fn tables(&self) -> Result<(u64, u64), String> {
        let databases = self.answer(None, DATABASES)?;
        let mut counted = (0, 0);
        for database in databases.lines() {
            let answer = self.answer(Some(database), TABLES)?;
            let mut numbers = answer.split(' ').map(str::parse::<u64>);
            let mut next = || numbers.next().and_then(Result::ok).unwrap_or(0);
            counted = (counted.0 + next(), counted.1 + next());
        }
        Ok(counted)
    }

    fn answer(&self, database: Option<&str>, query: &str) -> Result<String, String> {
        let answer = wait_for(self.ask(database, query))?;
        answer
            .map(Option::unwrap_or_default)
            .map_err(|error| question::told("the server", &error))
    }

    /// Waits until it has left recovery, and all it has is on the disk.
    fn wait(&mut self, session: &Session, log: &Path) -> Outcome<()> {
        loop {
            if let Some(why) = session.tools.why_stop() {
                return Err(Trouble::Unclear(why));
            }
            if !matches!(self.child.try_wait(), Ok(None)) {
                return Err(why_ended(log));
            }
            let in_recovery = wait_for(self.ask(None, "select pg_is_in_recovery()"));
            match in_recovery.map_err(Trouble::Unclear)? {
                Ok(Some(answer)) if answer == "f" => break,
                // It answers, but not this role or in this database.
                Err(sqlx::Error::Database(refusal)) if is_final(refusal.code().as_deref()) => {
                    return Err(Trouble::Unclear(format!(
                        "the scratch server refuses to be asked: {}",
                        refusal.message()
                    )));
                }
                _ => std::thread::sleep(LOOK_EVERY),
            }
        }
        // Later it would take files away while they are counted.
        let flushed = wait_for(checkpoint(self.address(None))).map_err(Trouble::Unclear)?;
        flushed.map_err(|error| Trouble::Fault(question::told("the server", &error)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        let _ = kill_process(group, Signal::QUIT);
        let until = Instant::now() + GRACE;
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

/// Whether there have to be rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// In one table at least.
    Needed,
    /// The plan says that there are none.
    NotNeeded,
}

/// The databases that can be asked, one on a line.
const DATABASES: &str = "select coalesce(string_agg(datname, E'\\n' order by datname), '') \
     from pg_database where datallowconn and not datistemplate";
/// How many tables there are, and how many of them have a page at least.
const TABLES: &str = "select count(*) || ' ' || \
     count(*) filter (where pg_relation_size(c.oid) > 0) from pg_class c \
     join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' \
     and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'";

/// Waits for an answer.
///
/// # Errors
/// When nothing can be waited for.
pub fn wait_for<T>(answer: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| format!("nothing can be waited for: {error}"))?;
    Ok(runtime.block_on(answer))
}

async fn checkpoint(address: PgConnectOptions) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect_with(&address).await?;
    connection.execute("CHECKPOINT").await?;
    connection.close().await
}

/// Whether asking again makes no sense: no such role or database, or no right to it.
fn is_final(code: Option<&str>) -> bool {
    ["28000", "28P01", "3D000", "42501"]
        .map(Some)
        .contains(&code)
}

/// The value that every server is told.
fn told(name: &str) -> Option<&'static str> {
    let found = SETTINGS.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| *value)
}

/// What the server is started with.
fn arguments(session: &Session, start: &Start) -> Outcome<Vec<String>> {
    let files = [
        ("config_file", CONFIG),
        ("hba_file", HBA),
        ("ident_file", CONFIG),
    ];
    let files = files.map(|(name, file)| (name.to_owned(), format!("{HERE}/{file}")));
    let settings = SETTINGS.iter();
    let settings = settings.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let restore = start.archive.map_or_else(
        || "/bin/false".to_owned(),
        |folder| format!("cp \"{folder}/%f\" \"%p\""),
    );
    let own = [("restore_command".to_owned(), restore)];
    let all = files.into_iter().chain(settings).chain(own);
    let all = all.chain(at_least(session, start.data)?);
    let mut arguments = vec!["-D".to_owned(), HERE.to_owned()];
    for (name, value) in all {
        arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    Ok(arguments)
}

/// What the server needs as much of as the one whose data it has, as `pg_controldata` says it.
fn at_least(session: &Session, data: &Path) -> Outcome<Vec<(String, String)>> {
    let said = session.tools.run(&Order {
        program: "pg_controldata",
        arguments: vec![format!("--pgdata={}", data.display())],
        folder: session.folder,
        environment: Vec::new(),
    })?;
    if said.status != Some(0) {
        return Err(Trouble::Fault(format!(
            "what was restored is no data of a server: {}",
            said.complaint()
        )));
    }
    let lines = said.stdout.lines().filter_map(|line| line.split_once(':'));
    let known = lines.filter_map(|(key, value)| {
        let (_, name) = AT_LEAST.iter().find(|(known, _)| *known == key)?;
        let value: u32 = value.trim().parse().ok()?;
        Some(((*name).to_owned(), value.to_string()))
    });
    Ok(known.collect())
}

/// The server of the version that the data is of.
fn program(data: &Path) -> Outcome<PathBuf> {
    let version = data.join("PG_VERSION");
    let version = fs::read_to_string(&version)
        .map_err(|error| Trouble::Fault(format!("`{}`: {error}", version.display())))?;
    let version = version.trim();
    let number = version
        .split('.')
        .next()
        .and_then(|first| first.parse::<u32>().ok());
    if number.is_none_or(|number| number < VERSION_MIN) {
        let why = format!("it is data of PostgreSQL {version}; {VERSION_MIN} is the oldest known");
        return Err(Trouble::Unclear(why));
    }
    program::find_of_postgresql(PROGRAM, version).ok_or_else(|| {
        Trouble::Unclear(format!(
            "PostgreSQL {version} is not installed, whose data it is"
        ))
    })
}

/// Puts our own files in the place of those that say how the server behaves.
fn prepare(data: &Path) -> Outcome<()> {
    let failed = |error: std::io::Error| {
        Trouble::Unclear(format!("`{}` cannot be written: {error}", data.display()))
    };
    for name in NOT_OURS {
        match fs::remove_file(data.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
    }
    let mut links = fs::read_dir(data.join("pg_tblspc")).map_err(failed)?;
    if links.next().is_some() {
        // They lead to where the data of the real server is.
        let why = "it has tablespaces, which no scratch server is started with";
        return Err(Trouble::Unclear(why.to_owned()));
    }
    // A server does not start on a folder that others can open.
    fs::set_permissions(data, fs::Permissions::from_mode(0o700)).map_err(failed)?;
    write_anew(&data.join(CONFIG), b"").map_err(failed)?;
    write_anew(&data.join(HBA), ADMITS).map_err(failed)
}

/// Writes a file where something else may be: a link there is not followed.
pub fn write_anew(file: &Path, content: &[u8]) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::io::Write::write_all(&mut fs::File::create_new(file)?, content)
}

/// What the server writes.
fn log(session: &Session) -> PathBuf {
    session.folder.join("postgres.log")
}

/// Why the server ended, as it says itself.
fn why_ended(log: &Path) -> Trouble {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let worst = ["PANIC: ", "FATAL: "].iter();
    let mut worst = worst.filter_map(|word| text.lines().rfind(|line| line.contains(word)));
    let line = worst
        .next()
        .or_else(|| text.lines().next_back())
        .unwrap_or("it does not say why");
    let line: String = visible(line.trim()).chars().take(500).collect();
    let why = format!("the scratch server ended: {line}");
    let unclear = [
        "No space left",
        "incompatible with server",
        "shared memory",
        "ermission denied",
    ];
    match unclear.iter().any(|known| why.contains(known)) {
        true => Trouble::Unclear(why),
        false => Trouble::Fault(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (outside, link) = (folder.path().join("outside"), folder.path().join("link"));
        fs::write(&outside, "ours").expect("room");
        std::os::unix::fs::symlink(&outside, &link).expect("a link");
        write_anew(&link, b"theirs").expect("room");
        assert_eq!(fs::read(&outside).expect("it is there"), b"ours");
        assert_eq!(fs::read(&link).expect("it is there"), b"theirs");
    }
}
