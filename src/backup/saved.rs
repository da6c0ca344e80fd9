//! Backups that are files as they were saved, wherever those lie: what their manifests say of them.

use std::fs;
use std::path::Path;

use super::manifest::Header;
use super::{A_FOLDER, Back, Catalogue};
use crate::error::{Code, Error, Result};
use crate::proof::{Level, PointKind, RecoveryPoint, Trial};

/// The id of the backup that is the place itself, and not a folder in it.
pub const ITSELF: &str = ".";

/// Adds a backup to the list by the first line of its manifest.
pub fn add(catalogue: &mut Catalogue, id: &str, header: Result<Header>) {
    match header {
        Ok(header) => catalogue.points.push(point(id, &header)),
        Err(error) => {
            let what = format!("the manifest of `{id}` can be read");
            catalogue.trials.push(fault(Level::Exists, what, &error));
        }
    }
}

/// What was brought back into a folder, with its manifest in it.
pub fn back(point: &RecoveryPoint, into: &Path, manifest: &Path, trial: Trial) -> Back {
    let bytes = fs::metadata(manifest).map_or(0, |manifest| manifest.len());
    Back {
        root: into.to_owned(),
        // The manifest does not list itself.
        files: point.files.map(|files| files + 1),
        bytes: point.bytes.map(|all| all + bytes),
        trials: vec![trial],
        database: None,
        isolation: A_FOLDER.to_owned(),
        durable: true,
    }
}

fn point(id: &str, header: &Header) -> RecoveryPoint {
    let counts = header.counts;
    let unread = format!(
        "{} entries could not be read when it was made",
        counts.unread
    );
    RecoveryPoint {
        id: id.to_owned(),
        as_of: header.as_of,
        finished: None,
        kind: PointKind::Full,
        needs: Vec::new(),
        bytes: Some(counts.bytes),
        stored_bytes: Some(counts.bytes),
        files: Some(counts.files),
        files_unmodified: None,
        added_bytes: None,
        added_packed_bytes: None,
        faults: (counts.unread > 0).then_some(unread).into_iter().collect(),
    }
}

/// That something is not as it was written, or could not be read at all.
fn fault(level: Level, what: String, error: &Error) -> Trial {
    match error.code {
        Code::Invalid => Trial::fail(level, what, error.to_string()),
        _ => Trial::inconclusive(level, what, error.to_string()),
    }
}
