//! Base backups of a PostgreSQL server, as `pg_basebackup` makes them.
//!
//! A backup has a manifest with a checksum of each of its files, and of itself. Only a server that
//! was started on it and has left recovery shows that the log it needs is there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::confined::Confined;
use super::copies::copy;
use super::postgres::{ROLE, Rows, Server, Start, write_anew};
use super::tool::{Order, Said, identify};
use super::{Back, Catalogue, Database, Outcome, Provider, Reader, Reading, Session, Trouble};
use crate::model::PgBasebackup;
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};

const PROGRAM: &str = "pg_verifybackup";
const MANIFEST: &str = "backup_manifest";
const LABEL: &str = "backup_label";
/// What it says when a backup is as its manifest says.
const GOOD: &str = "backup successfully verified";
/// The name of a backup that is the folder itself.
const ITSELF: &str = ".";
/// How the files of a backup in tar files end.
const TARS: [&str; 6] = [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.lz4", ".tar.xz"];

/// The tar files of a backup.
struct Tars {
    base: PathBuf,
    wal: Option<PathBuf>,
}

impl Provider for PgBasebackup {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        vec![workspace.join(&self.folder)]
    }

    fn secrets(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    fn reader(&self, session: &Session) -> Outcome<Reader> {
        let tool = identify(session.tools, (PROGRAM, "--version"), session.folder)?;
        Ok(Reader {
            tool: Some(tool),
            ..Reader::default()
        })
    }

    fn list(&self, session: &Session) -> Outcome<Catalogue> {
        let folder = session.workspace.join(&self.folder);
        let failed = |error: io::Error| {
            let why = format!("`{}` cannot be read: {error}", self.folder);
            match error.kind() {
                io::ErrorKind::NotFound => Trouble::Fault(why),
                _ => Trouble::Unclear(why),
            }
        };
        let mut names = Vec::new();
        if is_backup(&folder) {
            names.push(ITSELF.to_owned());
        } else {
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.path().is_dir()
                    && name.starts_with(self.prefix.as_deref().unwrap_or_default())
                {
                    names.push(name);
                }
            }
        }
        let mut catalogue = Catalogue::default();
        for name in names {
            match self.point(session, &folder.join(&name), &name)? {
                Ok(point) => catalogue.points.push(point),
                Err(why) => {
                    let what = "every folder is a base backup with all its parts";
                    let found = format!("`{name}`: {why}");
                    catalogue
                        .trials
                        .push(Trial::fail(Level::Exists, what, found));
                }
            }
        }
        Ok(catalogue)
    }

    fn read(&self, session: &Session, Reading { point, .. }: Reading) -> Outcome<Vec<Trial>> {
        let backup = session.workspace.join(&self.folder).join(&point.id);
        let what = "every file is as the manifest says, and the log it needs is there";
        let Some(tars) = tars(&backup) else {
            return Ok(vec![verified(session, &backup, what)?]);
        };
        // It reads no tar files; they are unpacked, which reads them to their ends.
        let unpacked = session.folder.join("unpacked");
        fs::create_dir(&unpacked).map_err(|error| unwritten(&unpacked, &error))?;
        let trial = unpack(session, &backup, &tars, &unpacked)
            .and_then(|()| verified(session, &unpacked, what));
        fs::remove_dir_all(&unpacked).map_err(|error| unwritten(&unpacked, &error))?;
        Ok(vec![trial?])
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let backup = session.workspace.join(&self.folder).join(&point.id);
        let confined = Confined::find()?;
        let data = into.join("data");
        fs::create_dir(&data).map_err(|error| unwritten(&data, &error))?;
        match tars(&backup) {
            Some(tars) => unpack(session, &backup, &tars, &data)?,
            None => copy_all(session, &backup, &data)?,
        }
        let start = Start {
            data: &data,
            role: self.role.as_deref().unwrap_or(ROLE),
            archive: None,
        };
        let server = Server::start(session, &confined, &start)?;
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

impl PgBasebackup {
    /// What is known of a backup, or why it is none.
    fn point(
        &self,
        session: &Session,
        backup: &Path,
        name: &str,
    ) -> Outcome<Result<RecoveryPoint, String>> {
        if !backup.join(MANIFEST).is_file() {
            return Ok(Err(format!("there is no `{MANIFEST}`")));
        }
        let label = match tars(backup) {
            Some(tars) => {
                let base = text(&tars.base)?;
                let said = tar(
                    session,
                    &["--to-stdout", "--occurrence=1", "--file", base, LABEL],
                )?;
                match said.status {
                    Some(0) => said.stdout,
                    _ => return Ok(Err(said.complaint())),
                }
            }
            None => match fs::read_to_string(backup.join(LABEL)) {
                Ok(label) => label,
                Err(error) => return Ok(Err(format!("`{LABEL}`: {error}"))),
            },
        };
        let Some(as_of) = began(&label, self.zone.map(|zone| zone.0)) else {
            return Err(Trouble::Unclear(format!(
                "`{LABEL}` of `{name}` does not say in which zone it was begun: write `zone`"
            )));
        };
        let finished = fs::metadata(backup.join(MANIFEST)).ok();
        let finished = finished.and_then(|metadata| metadata.modified().ok());
        Ok(Ok(RecoveryPoint {
            id: name.to_owned(),
            as_of,
            finished: finished.map(DateTime::from),
            kind: PointKind::Full,
            needs: Vec::new(),
            bytes: None,
            stored_bytes: None,
            files: None,
            files_unmodified: None,
            added_bytes: None,
            added_packed_bytes: None,
            faults: Vec::new(),
        }))
    }
}

/// When a backup was begun, as its label says it in the zone of the server's log.
fn began(label: &str, zone: Option<Tz>) -> Option<DateTime<Utc>> {
    let mut lines = label.lines();
    let text = lines.find_map(|line| line.strip_prefix("START TIME: "))?;
    let moment = NaiveDateTime::parse_from_str(text.get(..19)?, "%Y-%m-%d %H:%M:%S").ok()?;
    let zone = text.get(19..)?.trim().parse().ok().or(zone)?;
    let moment = moment.and_local_timezone(zone).earliest()?;
    Some(moment.to_utc())
}

/// Whether every file of a backup is as its manifest says.
fn verified(session: &Session, backup: &Path, what: &str) -> Outcome<Trial> {
    let said = session.tools.run(&Order {
        program: PROGRAM,
        arguments: vec![text(backup)?.to_owned()],
        folder: session.folder,
        environment: Vec::new(),
    })?;
    if said.status != Some(0) {
        return Err(match said.status {
            Some(_) => Trouble::Fault(complaint(&said)),
            None => Trouble::Unclear(said.complaint()),
        });
    }
    let manifest = fs::read_to_string(backup.join(MANIFEST));
    let manifest = manifest.map_err(|error| Trouble::Fault(format!("`{MANIFEST}`: {error}")))?;
    Ok(if !said.stdout.contains(GOOD) {
        let why = "it does not say that the backup was verified";
        Trial::inconclusive(Level::Intact, what, why)
    } else if !manifest.contains("\"Checksum-Algorithm\"") {
        let why = "the manifest has no checksums: it was made with `--manifest-checksums=NONE`";
        Trial::inconclusive(Level::Intact, what, why)
    } else {
        Trial::pass(Level::Intact, what, GOOD)
    })
}

/// The first thing it complains of; the last one is often only that something went wrong.
fn complaint(said: &Said) -> String {
    let first = said.stderr.lines().find(|line| line.contains("error"));
    first.map_or_else(|| said.complaint(), |line| line.chars().take(500).collect())
}

/// Unpacks a backup to where it would be a plain one.
fn unpack(session: &Session, backup: &Path, tars: &Tars, into: &Path) -> Outcome<()> {
    let wal = into.join("pg_wal");
    let files = [(Some(&tars.base), into), (tars.wal.as_ref(), wal.as_path())];
    for (file, into) in files {
        let Some(file) = file else { continue };
        // What was unpacked before must not lead elsewhere.
        if fs::symlink_metadata(into).is_ok_and(|it| !it.is_dir()) {
            let why = format!("`{}` in it is a link, and no folder", into.display());
            return Err(Trouble::Unclear(why));
        }
        fs::create_dir_all(into).map_err(|error| unwritten(into, &error))?;
        let said = tar(
            session,
            &[
                "--no-same-owner",
                "--directory",
                text(into)?,
                "--file",
                text(file)?,
            ],
        )?;
        if said.status != Some(0) {
            return Err(Trouble::Fault(complaint(&said)));
        }
    }
    let manifest = into.join(MANIFEST);
    let read = fs::read(backup.join(MANIFEST));
    let read = read.map_err(|error| Trouble::Fault(format!("`{MANIFEST}`: {error}")))?;
    write_anew(&manifest, &read).map_err(|error| unwritten(&manifest, &error))?;
    let map = into.join("tablespace_map");
    match fs::metadata(&map).map_or(0, |map| map.len()) {
        0 => Ok(()),
        _ => Err(Trouble::Unclear(
            "it has tablespaces, which no scratch server is started with".to_owned(),
        )),
    }
}

/// Copies a plain backup; what else than files and folders is in it is none of it.
fn copy_all(session: &Session, from: &Path, into: &Path) -> Outcome<()> {
    let unread =
        |error: io::Error| Trouble::Fault(format!("`{}` cannot be read: {error}", from.display()));
    for entry in fs::read_dir(from).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let (kind, to) = (
            entry.file_type().map_err(unread)?,
            into.join(entry.file_name()),
        );
        if kind.is_dir() {
            fs::create_dir(&to).map_err(|error| unwritten(&to, &error))?;
            copy_all(session, &entry.path(), &to)?;
        } else if kind.is_file() {
            let mut target = File::create_new(&to).map_err(|error| unwritten(&to, &error))?;
            copy(session, &entry.path(), &mut target)?;
        } else {
            let why = format!("`{}` is a link or a device", entry.path().display());
            return Err(Trouble::Unclear(why));
        }
    }
    Ok(())
}

fn is_backup(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// The tar files of a backup, where it has any.
fn tars(backup: &Path) -> Option<Tars> {
    let find = |name: &str| {
        let mut paths = TARS.iter().map(|end| backup.join(format!("{name}{end}")));
        paths.find(|path| path.is_file())
    };
    Some(Tars {
        base: find("base")?,
        wal: find("pg_wal"),
    })
}

fn tar(session: &Session, arguments: &[&str]) -> Outcome<Said> {
    let first = std::iter::once("--extract").chain(arguments.iter().copied());
    session.tools.run(&Order {
        program: "tar",
        arguments: first.map(str::to_owned).collect(),
        folder: session.folder,
        environment: Vec::new(),
    })
}

fn text(path: &Path) -> Outcome<&str> {
    path.to_str()
        .ok_or_else(|| Trouble::Unclear(format!("`{}` is no path for programs", path.display())))
}

fn unwritten(file: &Path, error: &io::Error) -> Trouble {
    Trouble::Unclear(format!("`{}` cannot be written: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_says_when_a_backup_was_begun() {
        let at = |text: &str, zone| {
            began(
                &format!("LABEL: a\nSTART TIME: {text}\nSTART TIMELINE: 1\n"),
                zone,
            )
        };
        let expected = "2026-11-28T05:16:49+00:00";
        for text in [
            "2026-11-28 05:16:49 UTC",
            "2026-11-28 05:16:49 GMT",
            "2026-11-28 06:16:49 CET",
        ] {
            let at = at(text, None).map(|at| at.to_rfc3339());
            assert_eq!(at.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(at("2026-11-28 05:16:49 CST", None), None);
        let chicago = at("2026-11-27 23:16:49 CST", Some(Tz::America__Chicago));
        assert_eq!(chicago.map(|at| at.to_rfc3339()).as_deref(), Some(expected));
        assert_eq!(began("", None), None);
    }
}
