//! Whether every file is as it was when the backup was made.

use std::path::Path;

use super::{Looked, Recovered, inside};
use crate::backup::Session;
use crate::backup::manifest::{Differences, compare};
use crate::backup::tree::{Listed, Look};
use crate::error::{Code, Result};
use crate::model::Manifest;
use crate::proof::{Level, Trial};

const WHAT: &str = "every file is as its manifest says";
/// How many names of each kind of difference are told.
const NAMES: usize = 5;

pub fn look(stated: &Manifest, recovered: &Recovered) -> Looked {
    let root = &recovered.back.root;
    let trial = match inside(root, &stated.file) {
        Err(why) => Trial::fail(Level::Validated, WHAT, why),
        Ok(file) => {
            let folder = file.parent().unwrap_or(root);
            judged(Level::Validated, WHAT, recovered.session, &file, folder)
        }
    };
    trial.into()
}

/// Compares a folder with a manifest.
pub fn judged(level: Level, what: &str, session: &Session, file: &Path, folder: &Path) -> Trial {
    let look = Look {
        without: &[],
        entropy: None,
        stop: session.tools.stop(),
    };
    let compared = compare(file, folder, &look);
    judge(level, what, compared.map(|(_, differences)| differences))
}

/// What came of comparing something with a manifest.
pub fn judge(level: Level, what: &str, compared: Result<Differences>) -> Trial {
    match compared {
        Ok(differences) => told(level, what, &differences),
        Err(error) if error.code == Code::Conflict => {
            Trial::inconclusive(level, what, error.to_string())
        }
        Err(error) => Trial::fail(level, what, error.to_string()),
    }
}

/// What differences from a manifest mean.
fn told(level: Level, what: &str, differences: &Differences) -> Trial {
    let Differences {
        header,
        files,
        bytes,
        ..
    } = differences;
    if differences.is_none() {
        return Trial::pass(
            level,
            what,
            format!("{files} files, {bytes} bytes, as of {}", header.as_of),
        );
    }
    let kinds = [
        ("missing", &differences.missing),
        ("not listed", &differences.extra),
        ("changed", &differences.changed),
        ("not to be read", &differences.unread),
    ];
    let told = kinds
        .iter()
        .filter(|(_, list)| list.count > 0)
        .map(|(word, list)| named(word, list));
    let mut told: Vec<String> = told.collect();
    if differences.unknown > 0 {
        told.push(format!(
            "{} could not be read when it was written",
            differences.unknown
        ));
    }
    Trial::fail(level, what, told.join("; "))
}

fn named(word: &str, list: &Listed) -> String {
    let names = list
        .names
        .iter()
        .take(NAMES)
        .map(|name| format!("`{name}`"));
    format!(
        "{} {word}: {}",
        list.count,
        names.collect::<Vec<_>>().join(", ")
    )
}
