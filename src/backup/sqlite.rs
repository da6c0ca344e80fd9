//! Copies of an SQLite database, each named after the moment at which it was begun.
//!
//! SQLite keeps no checksums: a letter that was changed in a text passes its own check. So a copy
//! is intact only if a checksum from when it was made lies beside it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::DateTime;

use super::copies::{CHECKSUM, checksum, copy, judge, moment};
use super::{
    A_FOLDER, Back, Catalogue, Database, Outcome, Provider, Reader, Reading, Session, Trouble,
    expect,
};
use crate::model::Sqlite;
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};

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
        let prefix = self.prefix.as_deref().unwrap_or_default();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let Some(as_of) = name.to_str().and_then(|name| moment(name, prefix)) else {
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
        let Some(stated) = checksum(&file)? else {
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
        // One that cannot be used was told of where the copy was read.
        if let Ok(Some(stated)) = checksum(&file) {
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
            isolation: A_FOLDER.to_owned(),
            durable: true,
        })
    }
}

fn unwritten(file: &Path, error: &io::Error) -> Trouble {
    Trouble::Unclear(format!("`{}` cannot be written: {error}", file.display()))
}
