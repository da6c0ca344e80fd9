//! Repositories of restic.
//!
//! restic is told to lock nothing and to keep nothing: a lock would keep backups from being made,
//! and what an earlier command has kept hides that a repository is damaged. Its exit status alone
//! shows nothing: versions before 0.17 have one for everything that goes wrong, and a list from
//! which a snapshot is missing as it cannot be read ends with success.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::Url;

use super::tool::{Order, Said, identify};
use super::{
    A_FOLDER, Back, Catalogue, Entry, Outcome, Provider, Reader, Reading, Session, Trouble, Wanted,
    listed, note_entry,
};
use crate::model::{Restic, SecretRef};
use crate::proof::{Level, Part, PointKind, RecoveryPoint, Trial};
use crate::secret;
use crate::text::visible;

const PROGRAM: &str = "restic";
/// What every command is told.
const ALWAYS: [&str; 3] = ["--no-lock", "--no-cache", "--json"];
/// The version that first says when a backup was begun, and how it differs from the one before.
const SUMMARIES_SINCE: (u32, u32) = (0, 17);
/// What restic says when somebody else works on the repository, or nobody can reach it.
const UNCLEAR: [&str; 8] = [
    "already locked",
    "connection refused",
    "i/o timeout",
    "no route to host",
    "no space left",
    "no such host",
    "permission denied",
    "too many open files",
];

/// A snapshot, as restic lists it.
#[derive(Deserialize)]
struct Snapshot {
    id: String,
    time: DateTime<Utc>,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    summary: Option<Summary>,
}

/// What restic says of how a snapshot was made.
#[derive(Deserialize)]
struct Summary {
    backup_start: DateTime<Utc>,
    backup_end: DateTime<Utc>,
    files_unmodified: u64,
    data_added: u64,
    data_added_packed: Option<u64>,
    total_files_processed: u64,
    total_bytes_processed: u64,
}

impl Provider for Restic {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        self.folder(workspace).into_iter().collect()
    }

    fn secrets(&self, workspace: &Path) -> Result<Vec<String>, String> {
        let password = secret::referred(&self.password, workspace)?;
        let names = self.environment.iter().map(String::as_str);
        let mut secrets = secret::values(names);
        secrets.push(password);
        let location = self.repository.split_once(':').map_or("", |(_, rest)| rest);
        let url = Url::parse(location).ok();
        secrets.extend(url.as_ref().and_then(Url::password).map(str::to_owned));
        Ok(secrets)
    }

    fn reader(&self, session: &Session) -> Outcome<Reader> {
        let mut tool = identify(session.tools, (PROGRAM, "version"), session.folder)?;
        // `restic 0.18.0 compiled with go1.24.1 on linux/amd64`
        tool.version = tool
            .version
            .split(' ')
            .take(2)
            .collect::<Vec<_>>()
            .join(" ");
        let notes = match version(&tool.version) {
            Some(version) if version >= SUMMARIES_SINCE => Vec::new(),
            _ => vec![format!(
                "{} does not say when a backup was begun, and has one exit status for everything \
                 that goes wrong; 0.17 does better",
                tool.version
            )],
        };
        #[derive(Deserialize)]
        struct Config {
            id: String,
        }
        let config = self.ask(session, &["cat", "config"])?;
        let config: Option<Config> = serde_json::from_str(&config.stdout).ok();
        Ok(Reader {
            tool: Some(tool),
            repository: config.map(|config| config.id),
            notes,
        })
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let said = self.ask(session, &["snapshots"])?;
        let snapshots: Vec<Snapshot> = serde_json::from_str(&said.stdout).map_err(|error| {
            Trouble::Unclear(format!("restic's list of snapshots is none: {error}"))
        })?;
        let points = snapshots
            .into_iter()
            .filter(|snapshot| self.means(snapshot));
        let points = points.map(Snapshot::point).collect();
        // It leaves out what it cannot read, and succeeds.
        let complaints = said.stderr.lines().filter(|line| !line.trim().is_empty());
        let trials = complaints.map(|line| {
            let what = "every snapshot can be listed";
            Trial::fail(Level::Exists, what, told(line))
        });
        Ok(Catalogue {
            points,
            trials: trials.collect(),
        })
    }

    fn read(&self, session: &Session, Reading { part, .. }: Reading) -> Outcome<Vec<Trial>> {
        let Part { part: number, of } = part;
        let (how, what) = match part.is_all() {
            true => (
                "--read-data".to_owned(),
                "all of the repository is read".to_owned(),
            ),
            false => (
                format!("--read-data-subset={number}/{of}"),
                format!("part {number} of {of} of the repository is read"),
            ),
        };
        // What is missing shows at once, and not when most has been read.
        self.ask(session, &["check"])?;
        let said = self.ask(session, &["check", &how])?;
        Ok(vec![match all_is_well(&said) {
            Ok(found) => Trial::pass(Level::Intact, what, found),
            Err(why) => Trial::fail(Level::Intact, what, why),
        }])
    }

    fn reads_parts(&self) -> bool {
        true
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let into_text = into.to_str().ok_or_else(|| {
            Trouble::Unclear(format!("`{}` is no path for restic", into.display()))
        })?;
        let count = self.count(session, &point.id, Count::default())?;
        (session.expects)(count.bytes);
        let said = self.ask(session, &["restore", &point.id, "--target", into_text])?;
        Ok(Back {
            root: into.to_owned(),
            files: Some(count.files),
            bytes: Some(count.bytes),
            trials: complaints_of_restore(&said),
            database: None,
            isolation: A_FOLDER.to_owned(),
            durable: true,
        })
    }

    fn restores_parts(&self) -> bool {
        true
    }

    fn entries(&self, session: &Session, point: &RecoveryPoint) -> Outcome<Vec<Entry>> {
        let named = Count {
            entries: Some(Vec::new()),
            ..Count::default()
        };
        let count = self.count(session, &point.id, named)?;
        listed(count.entries)
    }

    fn restore_part(
        &self,
        session: &Session,
        point: &RecoveryPoint,
        Wanted { paths, into }: Wanted,
    ) -> Outcome<Vec<Trial>> {
        let into = into.to_str().ok_or_else(|| {
            Trouble::Unclear(format!("`{}` is no path for restic", into.display()))
        })?;
        let includes: Vec<String> = paths
            .iter()
            .map(|path| format!("--include={path}"))
            .collect();
        let fixed = ["restore", &point.id, "--target", into];
        let command = fixed.into_iter().chain(includes.iter().map(String::as_str));
        let said = self.ask(session, &command.collect::<Vec<_>>())?;
        Ok(complaints_of_restore(&said))
    }
}

impl Restic {
    /// Runs a command that has to succeed.
    fn ask(&self, session: &Session, command: &[&str]) -> Outcome<Said> {
        let said = session.tools.run(&self.order(session, command)?)?;
        self.succeeded(session, said)
    }

    fn order<'o>(&self, session: &Session<'o>, command: &[&str]) -> Outcome<Order<'o>> {
        let folder = self.folder(session.workspace);
        let repository = folder.map_or_else(
            || self.repository.clone(),
            |folder| folder.display().to_string(),
        );
        let password = match &self.password {
            SecretRef::File(path) => (
                "RESTIC_PASSWORD_FILE",
                session.workspace.join(path).display().to_string(),
            ),
            other @ (SecretRef::Env(_) | SecretRef::Credential(_)) => (
                "RESTIC_PASSWORD",
                secret::referred(other, session.workspace).map_err(Trouble::Unclear)?,
            ),
        };
        let given = [
            // In an argument everybody on the machine could read a password in it.
            ("RESTIC_REPOSITORY", repository),
            ("TMPDIR", session.folder.display().to_string()),
            password,
        ];
        let given = given.map(|(name, value)| (name.to_owned(), value));
        let stated = self.environment.iter();
        let stated = stated.map(|name| Ok((name.clone(), secret::value(name)?)));
        let stated: Result<Vec<_>, String> = stated.collect();
        Ok(Order {
            program: PROGRAM,
            arguments: ALWAYS
                .iter()
                .chain(command)
                .map(ToString::to_string)
                .collect(),
            folder: session.folder,
            environment: given
                .into_iter()
                .chain(stated.map_err(Trouble::Unclear)?)
                .collect(),
        })
    }

    /// What a command said, unless it failed. Of a repository on this machine that is the fault of
    /// the repository, if nothing else is known to be.
    fn succeeded(&self, session: &Session, said: Said) -> Outcome<Said> {
        let why = match said.status {
            Some(0) => return Ok(said),
            Some(10) => "there is no repository".to_owned(),
            Some(12) => "the password does not open it, or its key is damaged".to_owned(),
            _ => complaint(&said),
        };
        let words = why.to_lowercase();
        let here = self.folder(session.workspace).is_some();
        let unclear = said.status.is_none_or(|status| status == 11)
            || UNCLEAR.iter().any(|known| words.contains(known));
        Err(match here && !unclear || says_damaged(&words) {
            true => Trouble::Fault(why),
            false => Trouble::Unclear(why),
        })
    }

    /// The folder of the repository, where it is on this machine.
    fn folder(&self, workspace: &Path) -> Option<PathBuf> {
        let scheme = self.repository.split('/').next()?.split_once(':');
        match scheme {
            None => Some(workspace.join(&self.repository)),
            Some(("local", _)) => Some(workspace.join(self.repository.strip_prefix("local:")?)),
            Some(_) => None,
        }
    }

    /// Whether a snapshot is one of those that are meant.
    fn means(&self, snapshot: &Snapshot) -> bool {
        let host = self.host.as_ref();
        let (own, stated): (BTreeSet<_>, BTreeSet<_>) =
            (snapshot.paths.iter().collect(), self.paths.iter().collect());
        let tags = snapshot.tags.as_deref().unwrap_or_default();
        host.is_none_or(|host| *host == snapshot.hostname)
            && (stated.is_empty() || own == stated)
            && self.tags.iter().all(|tag| tags.contains(tag))
    }

    /// What is in a snapshot, as it says itself.
    fn count(&self, session: &Session, id: &str, mut count: Count) -> Outcome<Count> {
        let said = session
            .tools
            .stream(&self.order(session, &["ls", id])?, &mut count)?;
        self.succeeded(session, said)?;
        match count.files {
            0 => Err(Trouble::Fault(
                "there is no file in the snapshot".to_owned(),
            )),
            _ => Ok(count),
        }
    }
}

impl Snapshot {
    fn point(self) -> RecoveryPoint {
        let summary = self.summary.as_ref();
        RecoveryPoint {
            id: self.id,
            // The time of a snapshot can be stated by whoever makes it.
            as_of: summary.map_or(self.time, |summary| summary.backup_start),
            finished: summary.map(|summary| summary.backup_end),
            kind: PointKind::Full,
            needs: Vec::new(),
            bytes: summary.map(|summary| summary.total_bytes_processed),
            stored_bytes: None,
            files: summary.map(|summary| summary.total_files_processed),
            files_unmodified: summary.map(|summary| summary.files_unmodified),
            added_bytes: summary.map(|summary| summary.data_added),
            added_packed_bytes: summary.and_then(|summary| summary.data_added_packed),
            faults: Vec::new(),
        }
    }
}

/// Counts the files in what `restic ls` writes, one JSON object on a line.
#[derive(Default)]
struct Count {
    files: u64,
    bytes: u64,
    /// All files, where they are asked for.
    entries: Option<Vec<Entry>>,
    rest: Vec<u8>,
}

impl Write for Count {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        #[derive(Deserialize)]
        struct Node {
            #[serde(rename = "type")]
            kind: Option<String>,
            #[serde(default)]
            size: u64,
            #[serde(default)]
            path: String,
        }
        self.rest.extend_from_slice(piece);
        let lines = self.rest.iter().rposition(|byte| *byte == b'\n');
        let whole: Vec<u8> = self.rest.drain(..lines.map_or(0, |end| end + 1)).collect();
        for line in whole
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let node: Node = serde_json::from_slice(line).map_err(io::Error::other)?;
            if node.kind.as_deref() == Some("file") {
                self.files += 1;
                self.bytes += node.size;
                note_entry(&mut self.entries, Some(node.path), node.size);
            }
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `check` found, where it says that it found no errors: nothing else is a pass.
fn all_is_well(said: &Said) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Summary {
        message_type: String,
        num_errors: u64,
        broken_packs: Option<Vec<String>>,
    }
    // Versions before 0.18 say it in words.
    if said
        .stdout
        .lines()
        .any(|line| line.trim() == "no errors were found")
    {
        return Ok("no errors were found".to_owned());
    }
    let mut lines = said.stdout.lines();
    let summary = lines.find_map(|line| serde_json::from_str::<Summary>(line).ok());
    match summary.filter(|summary| summary.message_type == "summary") {
        Some(Summary {
            num_errors: 0,
            broken_packs: None,
            ..
        }) => Ok("no errors were found".to_owned()),
        Some(Summary { num_errors, .. }) => Err(format!("{num_errors} errors were found")),
        None => Err("restic does not say that there are no errors".to_owned()),
    }
}

/// What a restore that succeeded complains of.
fn complaints_of_restore(said: &Said) -> Vec<Trial> {
    let complaints = said.stderr.lines().filter(|line| !line.trim().is_empty());
    let what = "restic complains of nothing";
    complaints
        .take(10)
        .map(|line| Trial::fail(Level::Restored, what, told(line)))
        .collect()
}

/// Why a command failed: of all lines, the first that says so.
fn complaint(said: &Said) -> String {
    let known = |line: &&str| {
        let line = line.to_lowercase();
        says_damaged(&line) || line.contains("fatal") || line.contains("error")
    };
    let found = said.stderr.lines().find(known);
    let Some(line) = found else {
        return said.complaint();
    };
    #[derive(Deserialize)]
    struct Message {
        message: String,
    }
    let message = serde_json::from_str(line).map(|message: Message| message.message);
    told(&message.unwrap_or_else(|_| line.to_owned()))
}

/// Whether what restic says can only mean that the repository is damaged, or cannot be opened.
fn says_damaged(words: &str) -> bool {
    [
        "ciphertext verification failed",
        "does not match",
        "hash mismatch",
        "invalid data",
        "not found in",
        "pack ",
        "wrong password",
    ]
    .iter()
    .any(|known| words.contains(known))
}

fn told(line: &str) -> String {
    visible(line.trim()).chars().take(500).collect()
}

/// The first two numbers in `restic 0.18.0`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix("restic ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restic(repository: &str) -> Restic {
        serde_yaml::from_str(&format!(
            "{{repository: '{repository}', password: 'env:P'}}"
        ))
        .expect("a repository")
    }

    #[test]
    fn a_repository_without_a_scheme_is_on_this_machine() {
        let at = |repository: &str| restic(repository).folder(Path::new("/w"));
        assert_eq!(at("out/r"), Some(PathBuf::from("/w/out/r")));
        assert_eq!(at("/srv/a:b"), Some(PathBuf::from("/srv/a:b")));
        assert_eq!(at("local:r"), Some(PathBuf::from("/w/r")));
        assert_eq!(at("sftp:backup@host:/srv"), None);
        assert_eq!(at("s3:s3.amazonaws.com/bucket"), None);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("restic 0.9.6") < Some(SUMMARIES_SINCE));
        assert_eq!(version("restic 0.18.0"), Some((0, 18)));
        assert_eq!(version("rustic 0.11"), None);
    }

    #[test]
    fn only_the_word_of_restic_that_all_is_well_is_a_pass() {
        let said = |stdout: &str| Said {
            status: Some(0),
            stdout: stdout.to_owned(),
            stderr: String::new(),
        };
        let summary = r#"{"message_type":"summary","num_errors":0,"broken_packs":null}"#;
        assert!(all_is_well(&said("read all data\nno errors were found\n")).is_ok());
        assert!(all_is_well(&said(summary)).is_ok());
        assert!(all_is_well(&said("")).is_err());
        let broken = r#"{"message_type":"summary","num_errors":0,"broken_packs":["ab"]}"#;
        assert!(all_is_well(&said(broken)).is_err());
    }
}
