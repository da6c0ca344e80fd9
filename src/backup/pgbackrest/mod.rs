//! Stanzas in repositories of pgBackRest.
//!
//! Its list of backups is what it remembers, and says that all is well when they are gone; its
//! `verify` ends with success whatever it finds. So every backup must be seen in the repository,
//! and be called valid by name.
//!
//! The archived log is fetched before the server starts: it needs no way to the repository, and no
//! rights there.

mod log;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::confined::Confined;
use super::postgres::{ROLE, Rows, Server, Start};
use super::tool::{Order, Said, identify};
use super::{Back, Catalogue, Database, Outcome, Provider, Reader, Reading, Session, Trouble};
use crate::model::PgBackrest;
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};
use crate::secret;
use crate::text::visible;

const PROGRAM: &str = "pgbackrest";
/// The folder in the data in which the archived log is laid.
const ARCHIVE: &str = "mainstay-archive";
/// What it says when nobody can reach the repository.
const UNCLEAR: [&str; 6] = [
    "unable to connect",
    "timeout",
    "permission denied",
    "no space left",
    "unable to get address",
    "tls error",
];

/// What pgBackRest remembers of a stanza.
#[derive(Deserialize)]
struct Stanza {
    status: Status,
    #[serde(default)]
    archive: Vec<Archive>,
    #[serde(default)]
    backup: Vec<Listed>,
    #[serde(default)]
    db: Vec<Db>,
}

#[derive(Deserialize)]
struct Status {
    code: i64,
    message: String,
}

#[derive(Deserialize)]
struct Archive {
    id: String,
    #[serde(default)]
    database: Cluster,
}

/// Which of the clusters of a stanza: one that was upgraded is another one.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
struct Cluster {
    id: u64,
}

#[derive(Deserialize)]
struct Db {
    #[serde(rename = "system-id")]
    system: u64,
}

/// A backup, as it is listed.
#[derive(Deserialize)]
struct Listed {
    label: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    database: Cluster,
    #[serde(default)]
    error: Option<bool>,
    #[serde(default)]
    reference: Option<Vec<String>>,
    timestamp: Span<i64>,
    archive: Span<Option<String>>,
    info: Size,
}

#[derive(Deserialize)]
struct Span<T> {
    start: T,
    stop: T,
}

#[derive(Deserialize)]
struct Size {
    size: u64,
    delta: u64,
}

impl Provider for PgBackrest {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        self.folder(workspace).into_iter().collect()
    }

    fn secrets(&self, workspace: &Path) -> Result<Vec<String>, String> {
        let mut secrets = secret::values(self.environment.iter().map(String::as_str));
        if let Some(passphrase) = &self.passphrase {
            secrets.push(secret::referred(passphrase, workspace)?);
        }
        let config = self.config_text(workspace).unwrap_or_default();
        let lines = config.lines().filter_map(|line| line.split_once('='));
        let hidden = lines.filter(|(key, _)| {
            ["-pass", "-key", "-secret"]
                .iter()
                .any(|end| key.trim().ends_with(end))
        });
        secrets.extend(hidden.map(|(_, value)| value.trim().to_owned()));
        Ok(secrets)
    }

    fn reader(&self, session: &Session) -> Outcome<Reader> {
        let tool = identify(session.tools, (PROGRAM, "version"), session.folder)?;
        let stanza = self.stanza(session)?;
        Ok(Reader {
            tool: Some(tool),
            repository: stanza.db.last().map(|db| db.system.to_string()),
            notes: Vec::new(),
        })
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let stanza = self.stanza(session)?;
        let manifests = self.manifests(session)?;
        let mut trials = Vec::new();
        let what = "every backup that is remembered is in the repository";
        let needed = stanza.backup.iter().flat_map(|listed| {
            std::iter::once(&listed.label).chain(listed.reference.iter().flatten())
        });
        let needed: BTreeSet<&String> = needed.collect();
        let gone: Vec<&str> = needed
            .iter()
            .filter(|label| !manifests.contains(label.as_str()))
            .map(|label| label.as_str())
            .collect();
        trials.push(match gone.is_empty() {
            true => Trial::pass(Level::Exists, what, format!("{} backups", needed.len())),
            false => {
                let found = format!("there is no manifest of {}", gone.join(", "));
                Trial::fail(Level::Exists, what, found)
            }
        });
        trials.extend(self.log_trials(session, &stanza)?);
        Ok(Catalogue {
            points: stanza.backup.into_iter().map(Listed::point).collect(),
            trials,
        })
    }

    fn read(&self, session: &Session, _: Reading) -> Outcome<Vec<Trial>> {
        let labels = self.stanza(session)?.backup;
        let said = self.ask(session, &["verify", "--output=text", "--verbose"])?;
        let what = "all of the repository is read";
        let labels = labels.iter().map(|listed| listed.label.as_str());
        Ok(vec![match all_is_valid(&said.stdout, labels) {
            Ok(found) => Trial::pass(Level::Intact, what, found),
            Err(Trouble::Fault(why)) => Trial::fail(Level::Intact, what, why),
            Err(Trouble::Unclear(why)) => Trial::inconclusive(Level::Intact, what, why),
        }])
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let confined = Confined::find()?;
        let data = into.join("data");
        let unwritten = |error: std::io::Error| {
            Trouble::Unclear(format!("`{}` cannot be written: {error}", data.display()))
        };
        fs::create_dir(&data).map_err(unwritten)?;
        let target = format!("--pg1-path={}", text(&data)?);
        let set = format!("--set={}", point.id);
        let order = [
            "restore",
            &set,
            &target,
            "--archive-mode=off",
            "--reset-pg1-host",
        ];
        self.ask(session, &order)?;
        fs::create_dir(data.join(ARCHIVE)).map_err(unwritten)?;
        self.fetch_log(session, point, &data)?;
        let start = Start {
            data: &data,
            role: self.role.as_deref().unwrap_or(ROLE),
            archive: Some(ARCHIVE),
        };
        let server = Server::start(session, &confined, &start)?;
        // It has read all of that, and none of it was in the backup.
        fs::remove_dir_all(data.join(ARCHIVE)).map_err(unwritten)?;
        Ok(Back {
            root: data,
            files: None,
            bytes: None,
            trials: server.trials(Rows::Needed),
            database: Some(Database::Postgres(server)),
            isolation: confined.isolation,
            durable: true,
        })
    }
}

impl PgBackrest {
    /// Runs a command that has to succeed.
    fn ask(&self, session: &Session, command: &[&str]) -> Outcome<Said> {
        let said = session.tools.run(&self.order(session, command)?)?;
        if said.status == Some(0) {
            return Ok(said);
        }
        Err(trouble(said.status, complaint(&said)))
    }

    fn order<'o>(&self, session: &Session<'o>, command: &[&str]) -> Outcome<Order<'o>> {
        let own = session.folder.display();
        let mut given: Vec<(String, String)> = [
            ("LOCK_PATH", format!("{own}/lock")),
            ("LOG_PATH", format!("{own}/log")),
            ("SPOOL_PATH", format!("{own}/spool")),
            ("LOG_LEVEL_FILE", "off".to_owned()),
            ("LOG_LEVEL_CONSOLE", "off".to_owned()),
            ("LOG_LEVEL_STDERR", "warn".to_owned()),
            ("LOG_TIMESTAMP", "n".to_owned()),
            ("ARCHIVE_ASYNC", "n".to_owned()),
            ("REPO", self.key().to_string()),
        ]
        .map(|(name, value)| (format!("PGBACKREST_{name}"), value))
        .into();
        if let Some(config) = &self.config {
            let config = session.workspace.join(config).display().to_string();
            given.push(("PGBACKREST_CONFIG".to_owned(), config));
        }
        if let Some(passphrase) = &self.passphrase {
            let value = secret::referred(passphrase, session.workspace);
            let name = format!("PGBACKREST_REPO{}_CIPHER_PASS", self.key());
            given.push((name, value.map_err(Trouble::Unclear)?));
        }
        for name in &self.environment {
            given.push((name.clone(), secret::value(name).map_err(Trouble::Unclear)?));
        }
        let stanza = format!("--stanza={}", self.stanza);
        let arguments = std::iter::once(stanza.as_str()).chain(command.iter().copied());
        Ok(Order {
            program: PROGRAM,
            arguments: arguments.map(str::to_owned).collect(),
            folder: session.folder,
            environment: given,
        })
    }

    fn key(&self) -> u8 {
        self.repository.unwrap_or(1)
    }

    /// What pgBackRest remembers.
    fn stanza(&self, session: &Session) -> Outcome<Stanza> {
        let said = self.ask(session, &["info", "--output=json"])?;
        let stanzas: Vec<Stanza> = serde_json::from_str(&said.stdout).map_err(|error| {
            Trouble::Unclear(format!(
                "what pgBackRest says of its backups is no list: {error}"
            ))
        })?;
        let stanza = stanzas
            .into_iter()
            .next()
            .ok_or_else(|| Trouble::Fault(format!("there is no stanza `{}`", self.stanza)))?;
        match stanza.status.code {
            // One of its repositories may have none of the backups: what is there is looked at.
            0 | 4 => Ok(stanza),
            _ => Err(trouble(Some(0), stanza.status.message)),
        }
    }

    /// The names of what is in a folder of the repository and below.
    fn names(&self, session: &Session, folder: &str, filter: &str) -> Outcome<Vec<String>> {
        let filter = format!("--filter={filter}");
        let said = self.ask(
            session,
            &["repo-ls", folder, "--recurse", "--output=json", &filter],
        )?;
        let names: BTreeMap<String, serde::de::IgnoredAny> = serde_json::from_str(&said.stdout)
            .map_err(|error| Trouble::Unclear(format!("`{folder}` is not listed: {error}")))?;
        Ok(names.into_keys().collect())
    }

    /// The labels of the backups whose manifests are in the repository.
    fn manifests(&self, session: &Session) -> Outcome<BTreeSet<String>> {
        let folder = format!("backup/{}", self.stanza);
        let names = self.names(session, &folder, r"/backup\.manifest(\.copy)?$")?;
        let labels = names.iter().filter_map(|name| name.split_once('/'));
        Ok(labels.map(|(label, _)| label.to_owned()).collect())
    }

    /// Lays all of the log from a backup on beside its data.
    fn fetch_log(&self, session: &Session, point: &RecoveryPoint, data: &Path) -> Outcome<()> {
        let stanza = self.stanza(session)?;
        let listed = stanza.backup.iter().find(|listed| listed.label == point.id);
        let first = listed.and_then(|listed| listed.archive.start.clone());
        let first = first.ok_or_else(|| {
            Trouble::Unclear("pgBackRest does not say which log it needs".to_owned())
        })?;
        let target = format!("--pg1-path={}", text(data)?);
        let cluster = listed.map(|listed| listed.database);
        let mut archives = stanza.archive.iter();
        let archive = archives.rfind(|archive| Some(archive.database) == cluster);
        let names = archive.map_or(Ok(Vec::new()), |archive| self.segments(session, archive))?;
        for name in names {
            let name = match name.split_once('-') {
                Some((segment, _)) => segment,
                None => &name,
            };
            let is_history = name.ends_with(".history");
            // The first digits are the timeline, which says nothing of what is later.
            if !is_history && (name.len() != first.len() || name.get(8..) < first.get(8..)) {
                continue;
            }
            let to = data.join(ARCHIVE).join(name);
            let order = ["archive-get", name, text(&to)?, &target, "--reset-pg1-host"];
            self.ask(session, &order)?;
        }
        Ok(())
    }

    /// The folder of the repository, where it is on this machine.
    fn folder(&self, workspace: &Path) -> Option<PathBuf> {
        let config = self.config_text(workspace)?;
        let value = |name: &str| {
            let key = format!("repo{}-{name}", self.key());
            let lines = config.lines().filter_map(|line| line.split_once('='));
            let mut values = lines.filter(|(found, _)| found.trim() == key);
            values.next().map(|(_, value)| value.trim())
        };
        let is_here = value("host").is_none() && value("type").is_none_or(|kind| kind == "posix");
        value("path").filter(|_| is_here).map(PathBuf::from)
    }

    fn config_text(&self, workspace: &Path) -> Option<String> {
        let path = self.config.as_deref().unwrap_or("/etc/pgbackrest.conf");
        fs::read_to_string(workspace.join(path)).ok()
    }
}

impl Listed {
    fn point(self) -> RecoveryPoint {
        let fault = "pages with wrong checksums were read when it was made";
        let moment = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0);
        RecoveryPoint {
            id: self.label,
            as_of: moment(self.timestamp.start).unwrap_or_default(),
            finished: moment(self.timestamp.stop),
            kind: kind(&self.kind),
            needs: self.reference.unwrap_or_default(),
            bytes: Some(self.info.size),
            stored_bytes: None,
            files: None,
            files_unmodified: None,
            added_bytes: Some(self.info.delta),
            added_packed_bytes: None,
            faults: match self.error {
                Some(true) => vec![fault.to_owned()],
                _ => Vec::new(),
            },
        }
    }
}

/// What kind of backup pgBackRest calls so.
fn kind(word: &str) -> PointKind {
    match word {
        "incr" => PointKind::Incremental,
        "diff" => PointKind::Differential,
        _ => PointKind::Full,
    }
}

/// What `verify` found, where it calls every backup valid by name, and counts nothing that is not.
fn all_is_valid<'l>(text: &str, labels: impl Iterator<Item = &'l str>) -> Outcome<String> {
    let told = |line: &str| visible(line.trim()).chars().take(500).collect::<String>();
    for line in text.lines() {
        let pieces = line
            .split(',')
            .filter_map(|piece| piece.trim().split_once(": "));
        let counts = ["missing", "checksum invalid", "size invalid", "other"];
        let mut bad = pieces.filter(|(key, value)| match *key {
            // One that is listed has to be called valid below all the same.
            "status" => !["ok", "valid", "in-progress"].contains(value),
            key => counts.contains(&key) && *value != "0",
        });
        if bad.next().is_some() {
            return Err(Trouble::Fault(told(line)));
        }
    }
    if !text.lines().any(|line| line.trim() == "status: ok") {
        let why = "pgBackRest does not say that all is well";
        return Err(Trouble::Unclear(why.to_owned()));
    }
    let mut count = 0;
    for label in labels {
        let good = format!("backup: {label}, status: valid");
        if !text.lines().any(|line| line.trim().starts_with(&good)) {
            let why = format!("pgBackRest does not call {label} valid");
            return Err(Trouble::Fault(why));
        }
        count += 1;
    }
    Ok(format!("{count} backups are valid, and so is the log"))
}

/// Why a command failed: of all lines, the first that says so.
fn complaint(said: &Said) -> String {
    let line = said.stderr.lines().find(|line| line.contains("ERROR"));
    line.map_or_else(
        || said.complaint(),
        |line| visible(line.trim()).chars().take(500).collect(),
    )
}

fn trouble(status: Option<i32>, why: String) -> Trouble {
    let words = why.to_lowercase();
    let unclear = status.is_none() || UNCLEAR.iter().any(|known| words.contains(known));
    match unclear {
        true => Trouble::Unclear(why),
        false => Trouble::Fault(why),
    }
}

fn text(path: &Path) -> Outcome<&str> {
    path.to_str()
        .ok_or_else(|| Trouble::Unclear(format!("`{}` is no path for programs", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "stanza: main\nstatus: ok\n  archiveId: 15-1, total WAL checked: 1, \
        total valid WAL: 1\n    missing: 0, checksum invalid: 0, size invalid: 0, other: 0\n  \
        backup: 20261128-051630F, status: valid, total files checked: 9, total valid files: 9\n    \
        missing: 0, checksum invalid: 0, size invalid: 0, other: 0\n";

    #[test]
    fn only_a_backup_that_is_called_valid_by_name_is_valid() {
        let label = ["20261128-051630F"];
        let judge =
            |text: &str, labels: &[&'static str]| all_is_valid(text, labels.iter().copied());
        assert!(judge(GOOD, &label).is_ok());
        assert!(judge(GOOD, &["20261128-051630F", "20261129-051630F"]).is_err());
        for (word, other) in [
            ("status: valid", "status: invalid"),
            ("size invalid: 0", "size invalid: 1"),
            ("status: ok", "status: error"),
            ("status: ok", "status: none"),
            ("status: ok\n", ""),
        ] {
            assert!(
                judge(&GOOD.replacen(word, other, 1), &label).is_err(),
                "{other}"
            );
        }
        assert!(judge("", &[]).is_err());
    }

    #[test]
    fn a_backup_that_is_being_made_is_no_fault() {
        let made = "  backup: 20261129-051630F, status: in-progress, total files checked: 0\n";
        let text = [GOOD, made].concat();
        let judge = |labels: &[&'static str]| all_is_valid(&text, labels.iter().copied());
        assert!(judge(&["20261128-051630F"]).is_ok());
        // It is, where it is listed as one that was made.
        assert!(judge(&["20261128-051630F", "20261129-051630F"]).is_err());
    }
}
