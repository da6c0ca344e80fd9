//! Files that are copies of something, each named after the moment at which it was begun, with a
//! checksum from then beside it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use chrono::{DateTime, NaiveDateTime, Utc};
use rustix::fs::{Advice, fadvise};
use sha2::{Digest, Sha256};

use super::{Outcome, Session, Trouble};
use crate::proof::{Level, Trial};
use crate::text::hex;

/// The moment in a name, such as `20261128T031500Z`.
const MOMENT: &str = "%Y%m%dT%H%M%SZ";
const MOMENT_LENGTH: usize = 16;
/// What is appended to the name of a copy for the file with its checksum.
pub const CHECKSUM: &str = ".sha256";
/// How much is read at a time, in bytes.
const PIECE: usize = 1024 * 1024;

/// The moment in the name of a copy; nothing where it is no copy.
pub fn moment(name: &str, prefix: &str) -> Option<DateTime<Utc>> {
    let rest = name.strip_prefix(prefix)?;
    let (moment, ending) = rest.split_at_checked(MOMENT_LENGTH)?;
    let is_copy = ending.starts_with('.')
        && [CHECKSUM, "-wal", "-shm", "-journal"]
            .iter()
            .all(|end| !ending.ends_with(end));
    let moment = NaiveDateTime::parse_from_str(moment, MOMENT).ok()?;
    is_copy.then(|| moment.and_utc())
}

/// The checksum beside a file, as `sha256sum` writes it; nothing where there is none.
///
/// # Errors
/// Inconclusive, when what is there is none.
pub fn checksum(file: &Path) -> Outcome<Option<String>> {
    let mut name = file.as_os_str().to_owned();
    name.push(CHECKSUM);
    let unusable = |why: &dyn std::fmt::Display| {
        let name = Path::new(&name).display();
        Trouble::Unclear(format!(
            "`{name}` is no checksum as `sha256sum` writes it: {why}"
        ))
    };
    let text = match fs::read_to_string(&name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| unusable(&error))?,
    };
    let first = text.split_whitespace().next().unwrap_or_default();
    let first = first.trim_start_matches('\\');
    let is_one = first.len() == 64 && first.bytes().all(|byte| byte.is_ascii_hexdigit());
    match is_one {
        true => Ok(Some(first.to_lowercase())),
        false => Err(unusable(&"it does not begin with 64 hexadecimal digits")),
    }
}

/// Copies a file from the disk itself, not from what the system remembers of it; gives back its
/// SHA-256.
pub fn copy(session: &Session, file: &Path, to: &mut dyn Write) -> Outcome<String> {
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

/// Whether a checksum is as it was stated.
pub fn judge(level: Level, what: &str, stated: &str, found: &str) -> Trial {
    match stated == found {
        true => Trial::pass(level, what, format!("SHA-256 {found}")),
        false => Trial::fail(level, what, format!("SHA-256 {found}"))
            .expecting(format!("SHA-256 {stated}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_that_is_none_is_not_taken_for_no_checksum() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let beside = folder.path().join("a.db.sha256");
        assert_eq!(checksum(&file), Ok(None));
        fs::write(&beside, format!("{}  a.db\n", "AB".repeat(32))).expect("room");
        assert_eq!(checksum(&file), Ok(Some("ab".repeat(32))));
        for broken in ["", "ab  a.db\n", &"zz".repeat(32)] {
            fs::write(&beside, broken).expect("room");
            assert!(
                matches!(checksum(&file), Err(Trouble::Unclear(_))),
                "{broken}"
            );
        }
    }

    #[test]
    fn a_copy_is_known_by_the_moment_in_its_name() {
        let at = moment("orders-20261128T031500Z.db", "orders-").expect("a copy");
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
            assert_eq!(moment(name, "orders-"), None, "{name}");
        }
    }
}
