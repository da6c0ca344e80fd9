//! Repositories of Borg.
//!
//! A repository on this machine is only ever shown to Borg as a [`view`] of it. `borg check` is
//! never asked: it locks what it checks, and writes to it. What it would find in an archive a dry
//! run of its extraction finds too. `borg info` is not asked either: to tell sizes it reads what is
//! in every archive there is.

mod count;
mod told;
mod view;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;

use super::tool::{Order, Said, identify};
use super::{
    A_FOLDER, Back, Catalogue, Entry, Outcome, Provider, Reader, Reading, Session, Trouble, Wanted,
};
use crate::model::Borg;
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};
use crate::secret;
use count::Count;
use told::Failure;
use view::View;

const PROGRAM: &str = "borg";
/// What every command is told.
const ALWAYS: [&str; 2] = ["--bypass-lock", "--log-json"];
/// The version that first has an exit status for each thing that goes wrong.
const STATUSES_SINCE: (u32, u32) = (1, 4);
/// The first version that is another program.
const UNKNOWN_SINCE: (u32, u32) = (2, 0);
/// What every command gets beside, so that it asks nothing.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("BORG_DISPLAY_PASSPHRASE", "no"),
    ("BORG_EXIT_CODES", "modern"),
    ("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes"),
    ("BORG_RSH", "ssh -o BatchMode=yes"),
    ("BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes"),
];
/// Where Borg keeps keys that are not in repositories, in the folder of whoever runs it.
const KEYS: &str = ".config/borg/keys";

/// What Borg lists.
#[derive(Deserialize)]
struct Listed {
    archives: Vec<Archive>,
    repository: Repository,
}

#[derive(Deserialize)]
struct Archive {
    id: String,
    name: String,
    start: Option<String>,
    time: String,
}

#[derive(Deserialize)]
struct Repository {
    id: String,
}

impl Provider for Borg {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        self.folder(workspace).into_iter().collect()
    }

    fn secrets(&self, workspace: &Path) -> Result<Vec<String>, String> {
        let mut secrets = secret::values(self.environment.iter().map(String::as_str));
        if let Some(passphrase) = &self.passphrase {
            secrets.push(secret::referred(passphrase, workspace)?);
        }
        Ok(secrets)
    }

    fn reader(&self, session: &Session) -> Outcome<Reader> {
        let tool = identify(session.tools, (PROGRAM, "--version"), session.folder)?;
        let version = version(&tool.version);
        if version.is_none_or(|version| version >= UNKNOWN_SINCE) {
            let why = format!("`{}` is not Borg 1.2 or 1.4", tool.version);
            return Err(Trouble::Unclear(why));
        }
        let mut notes = Vec::new();
        if version < Some(STATUSES_SINCE) {
            notes.push(format!(
                "{} has one exit status for everything that goes wrong; 1.4 does better",
                tool.version
            ));
        }
        if self.folder(session.workspace).is_none() {
            notes.push(
                "borg on the other host may write an index there; an account that cannot write \
                 keeps it from that"
                    .to_owned(),
            );
        }
        Ok(Reader {
            tool: Some(tool),
            repository: self.identity(session)?,
            notes,
        })
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let pattern = self.archives.as_ref();
        let pattern = pattern.map(|pattern| format!("--glob-archives={pattern}"));
        let command = ["list", "--json"].into_iter().chain(pattern.as_deref());
        let said = self.ask(session, &command.collect::<Vec<_>>())?;
        let points = listed(&said)?.archives.into_iter().map(Archive::point);
        let mut trials = told::warnings(&said, Level::Exists);
        if told::renewed_index(&said) {
            let found = "it is missing or damaged; borg builds it anew when it needs it";
            trials.push(Trial::pass(Level::Exists, "the index", found));
        }
        Ok(Catalogue {
            points: points.collect::<Outcome<_>>()?,
            trials,
        })
    }

    fn read(&self, session: &Session, Reading { point, .. }: Reading) -> Outcome<Vec<Trial>> {
        let said = self.ask(session, &["extract", "--dry-run", &archive(point)])?;
        let mut trials = told::warnings(&said, Level::Intact);
        if trials.is_empty() {
            let what = "all of the archive is read";
            let found = "a dry run of its extraction came to its end, without a warning";
            trials.push(Trial::pass(Level::Intact, what, found));
        }
        Ok(trials)
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let archive = archive(point);
        let count = self.count(session, &archive, Count::default())?;
        (session.expects)(count.bytes);
        let said = self.run(session, &["extract", &archive], into)?;
        let mut trials = told::warnings(&said, Level::Restored);
        if count.damaged > 0 {
            let what = "borg filled nothing in for what it had lost";
            let found = format!("it did in {} files", count.damaged);
            trials.push(Trial::fail(Level::Restored, what, found));
        }
        Ok(Back {
            root: into.to_owned(),
            files: Some(count.files),
            bytes: Some(count.bytes),
            trials,
            database: None,
            isolation: A_FOLDER.to_owned(),
            durable: true,
        })
    }

    fn restores_parts(&self) -> bool {
        true
    }

    fn entries(&self, session: &Session, point: &RecoveryPoint) -> Outcome<Vec<Entry>> {
        let count = self.count(session, &archive(point), Count::naming())?;
        super::listed(count.entries)
    }

    fn restore_part(
        &self,
        session: &Session,
        point: &RecoveryPoint,
        Wanted { paths, into }: Wanted,
    ) -> Outcome<Vec<Trial>> {
        let archive = archive(point);
        // A path, and all below it.
        let paths: Vec<String> = paths.iter().map(|path| format!("pp:{path}")).collect();
        let fixed = ["extract", &archive];
        let command = fixed.into_iter().chain(paths.iter().map(String::as_str));
        let said = self.run(session, &command.collect::<Vec<_>>(), into)?;
        Ok(told::warnings(&said, Level::Restored))
    }
}

impl Borg {
    /// Runs a command that has to come to its end.
    fn ask(&self, session: &Session, command: &[&str]) -> Outcome<Said> {
        self.run(session, command, session.folder)
    }

    fn run(&self, session: &Session, command: &[&str], folder: &Path) -> Outcome<Said> {
        let view = self.view(session)?;
        let order = self.order(session, command, folder)?;
        let said = session.tools.run(&order)?;
        self.ended(session, said, view.as_ref())
    }

    /// The identity of the repository. On this machine it is in a file, elsewhere it is asked for.
    fn identity(&self, session: &Session) -> Outcome<Option<String>> {
        let Some(view) = self.view(session)? else {
            let said = self.ask(session, &["list", "--json", "--last=1"])?;
            return Ok(Some(listed(&said)?.repository.id));
        };
        let config = fs::read_to_string(view.root.join("config")).unwrap_or_default();
        let mut lines = config.lines().filter_map(|line| line.split_once('='));
        let id = lines.find(|(name, _)| name.trim() == "id");
        Ok(id.map(|(_, id)| id.trim().to_owned()))
    }

    /// What is in an archive, as it says itself.
    fn count(&self, session: &Session, archive: &str, mut count: Count) -> Outcome<Count> {
        let view = self.view(session)?;
        let command = ["list", "--json-lines", archive];
        let order = self.order(session, &command, session.folder)?;
        let said = session.tools.stream(&order, &mut count)?;
        self.ended(session, said, view.as_ref())?;
        match count.files {
            0 => Err(Trouble::Fault("there is no file in the archive".to_owned())),
            _ => Ok(count),
        }
    }

    /// Shows the repository to Borg, where it is on this machine.
    fn view(&self, session: &Session) -> Outcome<Option<View>> {
        let Some(folder) = self.folder(session.workspace) else {
            return Ok(None);
        };
        let view = View::make(&folder, &shown(session));
        view.map(Some).map_err(|error| {
            let why = format!(
                "the repository `{}` cannot be read: {error}",
                self.repository
            );
            match error.kind() {
                io::ErrorKind::NotFound if !folder.exists() => Trouble::Fault(why),
                io::ErrorKind::NotADirectory => Trouble::Fault(why),
                _ => Trouble::Unclear(why),
            }
        })
    }

    fn order<'o>(
        &self,
        session: &Session,
        command: &[&str],
        folder: &'o Path,
    ) -> Outcome<Order<'o>> {
        let repository = match self.folder(session.workspace) {
            Some(_) => shown(session).display().to_string(),
            None => self.repository.clone(),
        };
        let base = session.folder.join("borg");
        fs::create_dir_all(&base).map_err(|error| {
            Trouble::Unclear(format!("`{}` cannot be written: {error}", base.display()))
        })?;
        let fixed = ENVIRONMENT.map(|(name, value)| (name, value.to_owned()));
        let given = [
            ("BORG_BASE_DIR", base.display().to_string()),
            ("BORG_REPO", repository),
            ("TMPDIR", session.folder.display().to_string()),
        ];
        let mut environment: Vec<(String, String)> = fixed
            .into_iter()
            .chain(given)
            .chain(self.key(session))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        if let Some(passphrase) = &self.passphrase {
            let value = secret::referred(passphrase, session.workspace);
            let value = value.map_err(Trouble::Unclear)?;
            environment.push(("BORG_PASSPHRASE".to_owned(), value));
        }
        for name in &self.environment {
            let value = secret::value(name).map_err(Trouble::Unclear)?;
            environment.push((name.clone(), value));
        }
        Ok(Order {
            program: PROGRAM,
            arguments: ALWAYS
                .iter()
                .chain(command)
                .map(ToString::to_string)
                .collect(),
            folder,
            environment,
        })
    }

    /// Where the key is, if it is not in the repository.
    fn key(&self, session: &Session) -> Option<(&'static str, String)> {
        if let Some(file) = &self.key_file {
            let file = session.workspace.join(file);
            return Some(("BORG_KEY_FILE", file.display().to_string()));
        }
        let keys = Path::new(&std::env::var_os("HOME")?).join(KEYS);
        // Borg makes it where there is none.
        keys.is_dir()
            .then(|| ("BORG_KEYS_DIR", keys.display().to_string()))
    }

    /// What a command said, unless it failed. Of a repository on this machine that is the fault of
    /// the repository, if nothing else is known to be.
    fn ended(&self, session: &Session, said: Said, view: Option<&View>) -> Outcome<Said> {
        if told::ended(&said) {
            return Ok(said);
        }
        let mut failure = Failure::of(&said);
        // Nobody knows the place where it is shown.
        let shown = shown(session).display().to_string();
        failure.why = failure.why.replace(&shown, &self.repository);
        if view.is_some_and(View::is_outdated) {
            let why = "segments were removed from the repository while it was read";
            return Err(Trouble::Unclear(format!("{why}: {}", failure.why)));
        }
        let here = self.folder(session.workspace).is_some();
        let is_fault = said.status.is_some() && !failure.is_unclear();
        Err(match is_fault && (here || failure.is_damage()) {
            true => Trouble::Fault(failure.why),
            false => Trouble::Unclear(failure.why),
        })
    }

    /// The folder of the repository, where it is on this machine.
    fn folder(&self, workspace: &Path) -> Option<PathBuf> {
        if let Some(path) = self.repository.strip_prefix("file://") {
            return Some(PathBuf::from(path));
        }
        let is_elsewhere = self.repository.split('/').next()?.contains(':');
        (!is_elsewhere).then(|| workspace.join(&self.repository))
    }
}

impl Archive {
    fn point(self) -> Outcome<RecoveryPoint> {
        let as_of = moment(self.start.as_deref().unwrap_or(&self.time));
        let as_of = as_of.ok_or_else(|| {
            let why = format!("borg does not say when `{}` was begun", self.name);
            Trouble::Unclear(why)
        })?;
        Ok(RecoveryPoint {
            // Borg takes the name only; the same name twice is not the same archive.
            id: format!("{}@{}", self.name, self.id),
            as_of,
            finished: None,
            kind: PointKind::Full,
            needs: Vec::new(),
            bytes: None,
            stored_bytes: None,
            files: None,
            files_unmodified: None,
            added_bytes: None,
            added_packed_bytes: None,
            faults: Vec::new(),
        })
    }
}

/// Where Borg is shown a repository.
fn shown(session: &Session) -> PathBuf {
    session.folder.join("repository")
}

/// An archive as Borg takes it.
fn archive(point: &RecoveryPoint) -> String {
    let name = point
        .id
        .rsplit_once('@')
        .map_or(point.id.as_str(), |it| it.0);
    format!("::{name}")
}

fn listed(said: &Said) -> Outcome<Listed> {
    serde_json::from_str(&said.stdout)
        .map_err(|error| Trouble::Unclear(format!("borg's list of archives is none: {error}")))
}

/// A moment as Borg writes it: in the zone it was told to use, which is UTC.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let with_zone = text.parse().ok();
    with_zone.or_else(|| Some(text.parse::<NaiveDateTime>().ok()?.and_utc()))
}

/// The first two numbers in `borg 1.2.4`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix("borg ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_without_a_host_is_on_this_machine() {
        let at = |repository: &str| {
            let stated = format!("{{repository: '{repository}'}}");
            let borg: Borg = serde_yaml::from_str(&stated).expect("a repository");
            borg.folder(Path::new("/w"))
        };
        assert_eq!(at("out/r"), Some(PathBuf::from("/w/out/r")));
        assert_eq!(at("/srv/a:b"), Some(PathBuf::from("/srv/a:b")));
        assert_eq!(at("file:///srv/r"), Some(PathBuf::from("/srv/r")));
        assert_eq!(at("backup@host:r"), None);
        assert_eq!(at("ssh://backup@host/srv/r"), None);
    }

    #[test]
    fn an_archive_is_known_by_its_name_and_its_identity() {
        let archive = Archive {
            id: "ab".to_owned(),
            name: "a@b:1".to_owned(),
            start: None,
            time: "2026-11-28T05:17:47.000000".to_owned(),
        };
        let point = archive.point().expect("a moment");
        assert_eq!(point.id, "a@b:1@ab");
        assert_eq!(super::archive(&point), "::a@b:1");
        assert_eq!(point.as_of.to_rfc3339(), "2026-11-28T05:17:47+00:00");
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("borg 1.2.4") < Some(STATUSES_SINCE));
        assert_eq!(version("borg 1.4.0"), Some((1, 4)));
        assert!(version("borg 2.0.0b14") >= Some(UNKNOWN_SINCE));
    }
}
