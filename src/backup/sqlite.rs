//! Copies of an SQLite database, each named after the moment at which it was begun.
//!
//! SQLite keeps no checksums: a letter that was changed in a text passes its own check. So a copy
//! is intact only if a checksum from when it was made lies beside it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use rustix::fs::{Advice, fadvise};
use sha2::{Digest, Sha256};

use super::{
    Back, Catalogue, Database, Outcome, Provider, Reader, Reading, Session, Trouble, expect,
};
use crate::model::Sqlite;
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};
use crate::text::hex;

/// The moment in a name, such as `20261128T031500Z`.
const MOMENT: &str = "%Y%m%dT%H%M%SZ";
const MOMENT_LENGTH: usize = 16;
/// What is appended to the name of a copy for the file with its checksum.
const CHECKSUM: &str = ".sha256";
/// How much is read at a time, in bytes.
const PIECE: usize = 1024 * 1024;

impl Provider for Sqlite {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        vec![workspace.join(&self.folder)]
    }

    fn secrets(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    fn reader(&self, _: &Session) -> Outcome<Reader> {
        Ok(Reader::default())
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
        let mut catalogue = Catalogue::default();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some(as_of) = name.to_str().and_then(|name| self.moment(name)) else {
                continue;
            };
            let metadata = entry.metadata().map_err(failed)?;
            if !metadata.is_file() {
                continue;
            }
            let id = name.to_string_lossy().into_owned();
            if fs::metadata(folder.join(format!("{id}-wal"))).is_ok_and(|wal| wal.len() > 0) {
                let what = "no copy was made of a database in use";
                let found = format!("`{id}-wal` lies beside `{id}`, so it is not whole by itself");
                catalogue
                    .trials
                    .push(Trial::fail(Level::Exists, what, found));
            }
            catalogue.points.push(RecoveryPoint {
                id,
                as_of,
                finished: metadata.modified().ok().map(DateTime::from),
                kind: PointKind::Full,
                needs: Vec::new(),
                bytes: Some(metadata.len()),
                stored_bytes: Some(metadata.len()),
                files: Some(1),
                files_unmodified: None,
                added_bytes: None,
                added_packed_bytes: None,
                faults: Vec::new(),
            });
        }
        Ok(catalogue)
    }

    fn read(&self, session: &Session, Reading { point, .. }: Reading) -> Outcome<Vec<Trial>> {
        let file = session.workspace.join(&self.folder).join(&point.id);
        let what = "the copy is as it was when it was made";
        let Some(stated) = checksum(&file) else {
            let name = format!("{}{CHECKSUM}", point.id);
            let why = format!(
                "nothing says what it was then: write `sha256sum {} > {name}` where it is made",
                point.id
            );
            return Ok(vec![Trial::inconclusive(Level::Intact, what, why)]);
        };
        let found = copy(session, &file, &mut io::sink())?;
        Ok(vec![judge(Level::Intact, what, &stated, &found)])
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let file = session.workspace.join(&self.folder).join(&point.id);
        let copied = into.join(&point.id);
        let mut target = File::create_new(&copied).map_err(|error| unwritten(&copied, &error))?;
        let found = copy(session, &file, &mut target)?;
        target
            .sync_all()
            .map_err(|error| unwritten(&copied, &error))?;
        let mut trials = Vec::new();
        if let Some(stated) = checksum(&file) {
            let what = "what was restored is as it was when the copy was made";
            trials.push(judge(Level::Restored, what, &stated, &found));
        }
        let database = Database::Sqlite(copied);
        let (what, query) = ("the database holds together", "PRAGMA integrity_check");
        trials.push(match expect::ask(session, (&database, None), query) {
            Ok(Some(answer)) if answer == "ok" => Trial::pass(Level::Restored, what, "ok"),
            Ok(answer) => Trial::fail(Level::Restored, what, answer.unwrap_or_default()),
            Err(Trouble::Fault(why)) => Trial::fail(Level::Restored, what, why),
            Err(Trouble::Unclear(why)) => Trial::inconclusive(Level::Restored, what, why),
        });
        Ok(Back {
            root: into.to_owned(),
            files: Some(1),
            bytes: point.bytes,
            trials,
            database: Some(database),
        })
    }
}

impl Sqlite {
    /// The moment in the name of a copy; nothing where it is no copy.
    fn moment(&self, name: &str) -> Option<DateTime<Utc>> {
        let rest = name.strip_prefix(&self.prefix)?;
        let (moment, ending) = rest.split_at_checked(MOMENT_LENGTH)?;
        let is_copy = ending.starts_with('.')
            && [CHECKSUM, "-wal", "-shm", "-journal"]
                .iter()
                .all(|end| !ending.ends_with(end));
        let moment = NaiveDateTime::parse_from_str(moment, MOMENT).ok()?;
        is_copy.then(|| moment.and_utc())
    }
}

/// The checksum beside a file, as `sha256sum` writes it.
fn checksum(file: &Path) -> Option<String> {
    let mut name = file.as_os_str().to_owned();
    name.push(CHECKSUM);
    let text = fs::read_to_string(name).ok()?;
    let first = text.split_whitespace().next()?.trim_start_matches('\\');
    let is_one = first.len() == 64 && first.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| first.to_lowercase())
}

/// Copies a file from the disk itself, not from what the system remembers of it; gives back its
/// SHA-256.
fn copy(session: &Session, file: &Path, to: &mut dyn Write) -> Outcome<String> {
    let failed = |error: io::Error| {
        let why = format!("`{}` cannot be read: {error}", file.display());
        match error.kind() {
            io::ErrorKind::PermissionDenied => Trouble::Unclear(why),
            _ => Trouble::Fault(why),
        }
    };
    let mut from = File::open(file).map_err(failed)?;
    // Where the system cannot forget it, it is read all the same.
    let _ = fadvise(&from, 0, None, Advice::DontNeed);
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        if let Some(why) = session.tools.why_stop() {
            return Err(Trouble::Unclear(why));
        }
        let count = from.read(&mut piece).map_err(failed)?;
        if count == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&piece[..count]);
        let written = to.write_all(&piece[..count]);
        written.map_err(|error| Trouble::Unclear(format!("the copy is not written: {error}")))?;
    }
}

fn judge(level: Level, what: &str, stated: &str, found: &str) -> Trial {
    match stated == found {
        true => Trial::pass(level, what, format!("SHA-256 {found}")),
        false => Trial::fail(level, what, format!("SHA-256 {found}"))
            .expecting(format!("SHA-256 {stated}")),
    }
}

fn unwritten(file: &Path, error: &io::Error) -> Trouble {
    Trouble::Unclear(format!("`{}` cannot be written: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_by_the_moment_in_its_name() {
        let sqlite: Sqlite = serde_yaml::from_str("{folder: f, prefix: orders-}").expect("stated");
        let at = sqlite.moment("orders-20261128T031500Z.db").expect("a copy");
        assert_eq!(at.to_rfc3339(), "2026-11-28T03:15:00+00:00");
        for name in [
            "orders-20261128T031500Z.db.sha256",
            "orders-20261128T031500Z.db-wal",
            "orders-20261328T031500Z.db",
            "orders-20261128T031500Z",
            "other-20261128T031500Z.db",
            "orders-2026112é",
            "orders-",
        ] {
            assert_eq!(sqlite.moment(name), None, "{name}");
        }
    }
}
