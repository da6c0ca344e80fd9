//! Dumps of a PostgreSQL database.
//!
//! A dump holds what there was when it was begun, so neither its end nor the time of its file says
//! how new it is. That it can be listed shows nothing: of a dump that was cut in half the list is
//! whole. The archives of `pg_dump` have checksums of their rows at best, and none of what defines
//! tables, views and functions; so one is intact only by what was written down when it was made.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::confined::{Confined, HERE};
use super::copies::{CHECKSUM, checksum, copy, judge, moment};
use super::expect::judged;
use super::plain_dump::PlainDump;
use super::postgres::{ROLE, Rows, Server, Start};
use super::tool::{Order, Said, Way, identify};
use super::{
    Back, Catalogue, Database, Outcome, Provider, Reader, Reading, Session, Trouble, fingerprints,
    manifest,
};
use crate::model::PgDump;
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};

const PROGRAM: &str = "pg_restore";
/// How an archive in one file begins: in the own format of `pg_dump`, and in that of `tar`.
const ARCHIVES: [&[u8]; 2] = [b"PGDMP", TAR];
const TAR: &[u8] = b"toc.dat\0";
/// The file by which a directory is known as a dump.
const CONTENTS: &str = "toc.dat";
/// How much is read at a time, in bytes.
const PIECE: usize = 1024 * 1024;

/// What a dump is, as its content shows, and when it was begun, on the clock of the machine that
/// made it.
enum Form {
    /// `pg_restore` reads it.
    Archive(Option<NaiveDateTime>),
    /// It is SQL.
    Plain(Option<NaiveDateTime>),
}

impl Provider for PgDump {
    fn places(&self, workspace: &Path) -> Vec<PathBuf> {
        vec![workspace.join(&self.folder)]
    }

    fn secrets(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }

    fn reader(&self, session: &Session) -> Outcome<Reader> {
        let zone = self.zone();
        let note = format!(
            "a dump says when it was begun without a time zone: that is taken for {zone}, and \
             where a name says an earlier moment, that counts"
        );
        Ok(Reader {
            tool: Some(identify(
                session.tools,
                (PROGRAM, "--version"),
                session.folder,
            )?),
            repository: None,
            notes: vec![note],
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
        let mut catalogue = Catalogue::default();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let name = name.to_string_lossy().into_owned();
            let is_meant = name.starts_with(self.prefix.as_deref().unwrap_or_default())
                && !name.starts_with('.')
                && ![CHECKSUM, fingerprints::ENDING]
                    .iter()
                    .any(|ending| name.ends_with(ending));
            if !is_meant {
                continue;
            }
            match self.point(session, &folder, &name)? {
                Ok(point) => catalogue.points.push(point),
                Err(why) => {
                    let what = "all that is named as a dump is one";
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
        let dump = session.workspace.join(&self.folder).join(&point.id);
        let what = "the dump is as it was when it was made";
        let form = form(session, &dump)?.map_err(Trouble::Fault)?;
        let is_checked = match form {
            Form::Archive(_) => {
                read_archive(session, &dump)?;
                false
            }
            Form::Plain(_) => read_plain(session, &dump)?,
        };
        let manifest = dump.join(manifest::NAME);
        if manifest.is_file() {
            return Ok(vec![judged(Level::Intact, what, session, &manifest, &dump)]);
        }
        let stated = match dump.is_file() {
            true => checksum(&dump)?,
            false => None,
        };
        Ok(vec![match (stated, is_checked) {
            (Some(stated), _) => {
                let found = copy(session, &dump, &mut io::sink())?;
                judge(Level::Intact, what, &stated, &found)
            }
            (None, true) => {
                let found = "it is whole, and its checksums match";
                Trial::pass(Level::Intact, what, found)
            }
            (None, false) => Trial::inconclusive(Level::Intact, what, unchecked(&dump)),
        }])
    }

    fn fingerprints(&self, session: &Session, point: &RecoveryPoint) -> Option<PathBuf> {
        let dump = session.workspace.join(&self.folder).join(&point.id);
        Some(fingerprints::beside(&dump))
    }

    fn restore(&self, session: &Session, point: &RecoveryPoint, into: &Path) -> Outcome<Back> {
        let dump = session.workspace.join(&self.folder).join(&point.id);
        let form = form(session, &dump)?.map_err(Trouble::Fault)?;
        let confined = Confined::find()?;
        let data = into.join("data");
        make(session, &confined, &data)?;
        let start = Start {
            data: &data,
            role: ROLE,
            archive: None,
        };
        let server = Server::start(session, &confined, &start)?;
        let said = match form {
            Form::Archive(_) => fill_from_archive(session, &server, &dump)?,
            Form::Plain(_) => fill_from_plain(session, &confined, &server, &dump)?,
        };
        if said.status != Some(0) {
            return Err(Trouble::Fault(said.complaint()));
        }
        Ok(Back {
            root: data,
            files: None,
            bytes: None,
            trials: server.trials(match self.without_rows {
                true => Rows::NotNeeded,
                false => Rows::Needed,
            }),
            database: Some(Database::Postgres(server)),
            isolation: confined.isolation,
            durable: true,
        })
    }
}

impl PgDump {
    fn zone(&self) -> Tz {
        self.zone.map_or(Tz::UTC, |zone| zone.0)
    }

    /// What is known of a dump, or why it is none.
    fn point(
        &self,
        session: &Session,
        folder: &Path,
        name: &str,
    ) -> Outcome<Result<RecoveryPoint, String>> {
        let dump = folder.join(name);
        let began = match form(session, &dump)? {
            Ok(Form::Archive(began) | Form::Plain(began)) => began,
            Err(why) => return Ok(Err(why)),
        };
        let named = moment(
            &format!("{name}."),
            self.prefix.as_deref().unwrap_or_default(),
        );
        let zone = self.zone();
        // Of an hour that came twice, the first.
        let began = began.and_then(|began| zone.from_local_datetime(&began).earliest());
        let began = began.map(|began| began.to_utc());
        // Nothing that was written after the earliest of them is surely in it.
        let Some(as_of) = named.into_iter().chain(began).min() else {
            let why = "neither it nor its name says when it was begun: name it as \
                       `orders-20261128T031500Z.sql`, or have it made with `--verbose`";
            return Ok(Err(why.to_owned()));
        };
        let bytes = size(&dump).ok();
        Ok(Ok(RecoveryPoint {
            id: name.to_owned(),
            as_of,
            finished: finished(&dump),
            kind: PointKind::Full,
            needs: Vec::new(),
            bytes: None,
            stored_bytes: bytes,
            files: None,
            files_unmodified: None,
            added_bytes: None,
            added_packed_bytes: None,
            faults: Vec::new(),
        }))
    }
}

/// What something in the folder is, or why it is no dump.
fn form(session: &Session, dump: &Path) -> Outcome<Result<Form, String>> {
    let is_archive = match dump.is_dir() {
        true => dump.join(CONTENTS).is_file(),
        false => match start_of(dump) {
            Ok(start) => ARCHIVES.iter().any(|archive| start.starts_with(archive)),
            Err(error) => return Ok(Err(error.to_string())),
        },
    };
    if is_archive {
        let said = ask(session, &["--list", text(dump)?])?;
        return Ok(match said.status {
            Some(0) => Ok(Form::Archive(began_of_archive(&said.stdout))),
            _ => Err(said.complaint()),
        });
    }
    if dump.is_dir() {
        return Ok(Err(format!("it is a folder without `{CONTENTS}`")));
    }
    Ok(PlainDump::head(dump).map(|head| Form::Plain(began_of_plain(&head))))
}

fn start_of(file: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(file)?.take(16).read_to_end(&mut start)?;
    Ok(start)
}

/// When an archive was begun, as `pg_restore --list` says in its first lines.
fn began_of_archive(list: &str) -> Option<NaiveDateTime> {
    let mut lines = list.lines().take_while(|line| line.starts_with(';'));
    let began = lines.find_map(|line| {
        let line = line.trim_start_matches([';', ' ']);
        line.strip_prefix("Archive created at ")
    });
    began.and_then(local)
}

/// Why a dump that can be read from its beginning to its end is not shown to be as it was.
fn unchecked(dump: &Path) -> String {
    let name = dump.file_name().unwrap_or_default().display();
    let advice = match dump.is_dir() {
        true => format!("`mainstay backup manifest {name}`"),
        false => format!("`sha256sum {name} > {name}{CHECKSUM}`"),
    };
    format!(
        "all of it can be read, but it has no checksums of all that is in it: run {advice} where \
         it is made"
    )
}

/// When a dump in SQL was begun, as its first lines say.
fn began_of_plain(head: &str) -> Option<NaiveDateTime> {
    let mut lines = head.lines();
    let began = lines.find_map(|line| line.strip_prefix("-- Started on "));
    began.and_then(local)
}

/// A moment as `pg_dump` writes it; what it says of the zone is that of whoever reads it.
fn local(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text.get(..19)?, "%Y-%m-%d %H:%M:%S").ok()
}

fn read_archive(session: &Session, dump: &Path) -> Outcome<()> {
    let said = ask(session, &["--file=/dev/null", text(dump)?])?;
    match said.status {
        Some(0) => Ok(()),
        Some(_) => Err(Trouble::Fault(said.complaint())),
        None => Err(Trouble::Unclear(said.complaint())),
    }
}

/// Reads a dump in SQL to its end; gives back whether it has checksums.
fn read_plain(session: &Session, dump: &Path) -> Outcome<bool> {
    let failed = |error: io::Error| Trouble::Fault(error.to_string());
    let mut dump = PlainDump::open(dump).map_err(failed)?;
    let mut piece = vec![0; PIECE];
    while dump.read(&mut piece).map_err(failed)? > 0 {
        if let Some(why) = session.tools.why_stop() {
            return Err(Trouble::Unclear(why));
        }
    }
    Ok(dump.is_checked())
}

/// Makes the data of a new server.
///
/// # Errors
/// Inconclusive, where it cannot be made.
pub fn make(session: &Session, confined: &Confined, data: &Path) -> Outcome<()> {
    let unclear = |why: String| Trouble::Unclear(format!("no scratch server is made: {why}"));
    fs::create_dir(data).map_err(|error| unclear(error.to_string()))?;
    confined.hand_over(data)?;
    let order = Order {
        program: "initdb",
        arguments: [
            "--no-sync",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--pgdata=/proc/self/cwd",
        ]
        .map(str::to_owned)
        .to_vec(),
        folder: data,
        environment: Vec::new(),
    };
    let way = Way {
        confined: Some(confined),
        ..Way::default()
    };
    let said = session.tools.run_so(&order, way)?;
    match said.status {
        Some(0) => Ok(()),
        _ => Err(unclear(said.complaint())),
    }
}

/// Fills the server; whom the tables belonged to does not matter, as those roles are not in a dump.
fn fill_from_archive(session: &Session, server: &Server, dump: &Path) -> Outcome<Said> {
    let host = format!("--host={HERE}");
    let (user, dump) = (
        format!("--username={}", server.role()),
        fs::canonicalize(dump),
    );
    let dump = dump.map_err(|error| Trouble::Fault(error.to_string()))?;
    // That of `tar` can only be read from its beginning to its end.
    let is_tar = dump.is_file() && start_of(&dump).is_ok_and(|start| start.starts_with(TAR));
    let arguments = [
        host.as_str(),
        &user,
        "--no-password",
        "--dbname=postgres",
        if is_tar { "--jobs=1" } else { "--jobs=2" },
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        text(&dump)?,
    ];
    session.tools.run(&Order {
        program: PROGRAM,
        arguments: arguments.map(str::to_owned).to_vec(),
        folder: server.folder(),
        environment: Vec::new(),
    })
}

/// Fills the server. A dump in SQL may say anything, also that a program is to be run.
fn fill_from_plain(
    session: &Session,
    confined: &Confined,
    server: &Server,
    dump: &Path,
) -> Outcome<Said> {
    let input = PlainDump::open(dump).map_err(|error| Trouble::Fault(error.to_string()))?;
    let host = format!("--host={HERE}");
    let user = format!("--username={}", server.role());
    let arguments = [
        &host,
        &user,
        "--no-password",
        "--dbname=postgres",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
        "--output=/dev/null",
    ];
    let order = Order {
        program: "psql",
        arguments: arguments.map(str::to_owned).to_vec(),
        folder: server.folder(),
        environment: Vec::new(),
    };
    let way = Way {
        input: Some(Box::new(input)),
        confined: Some(confined),
    };
    session.tools.run_so(&order, way)
}

fn ask(session: &Session, arguments: &[&str]) -> Outcome<Said> {
    session.tools.run(&Order {
        program: PROGRAM,
        arguments: arguments.iter().map(ToString::to_string).collect(),
        folder: session.folder,
        environment: Vec::new(),
    })
}

fn text(path: &Path) -> Outcome<&str> {
    path.to_str()
        .ok_or_else(|| Trouble::Unclear(format!("`{}` is no path for programs", path.display())))
}

fn size(dump: &Path) -> io::Result<u64> {
    if !dump.is_dir() {
        return Ok(fs::metadata(dump)?.len());
    }
    let sizes = fs::read_dir(dump)?.map(|entry| Ok(entry?.metadata()?.len()));
    sizes.sum()
}

fn finished(dump: &Path) -> Option<DateTime<Utc>> {
    let modified = fs::metadata(dump).ok()?.modified().ok()?;
    Some(DateTime::from(modified))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_says_when_it_was_begun() {
        let began = began_of_archive(
            ";\n; Archive created at 2026-11-28 05:16:59 UTC\n;     dbname: postgres\n;\n\
             1; 2 3 TABLE Archive created at 1\n",
        );
        let began = began.map(|began| began.to_string());
        assert_eq!(began.as_deref(), Some("2026-11-28 05:16:59"));
        assert_eq!(
            began_of_archive("1; Archive created at 2026-11-28 05:16:59"),
            None
        );
    }
}
