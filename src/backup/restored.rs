//! What was restored, looked at as a whole: where it may lie, how much it must be, and what is
//! strange about it.

use std::path::{Path, PathBuf};

use super::tree::{Oddity, Tree};
use super::{Back, Outcome, Trouble};
use crate::proof::{Level, Trial};

/// How many files, and which share of those of a known kind, have to look encrypted for that to be
/// a fault.
const ENCRYPTED_MIN: u64 = 10;
const ENCRYPTED_SHARE: f64 = 0.5;
/// How many names of strange files are told.
const STRANGE_MAX: usize = 5;

/// Whether a folder is empty, or can be made, and has nothing to do with the backup.
pub fn free(into: &Path, places: &[PathBuf]) -> Outcome<()> {
    let failed = |error: std::io::Error| {
        Trouble::Unclear(format!("`{}` cannot be written: {error}", into.display()))
    };
    std::fs::create_dir_all(into).map_err(failed)?;
    let into = into.canonicalize().map_err(failed)?;
    let mut places = places.iter().filter_map(|place| place.canonicalize().ok());
    if places.any(|place| place.starts_with(&into) || into.starts_with(&place)) {
        let why = format!("`{}` is where the backup is", into.display());
        return Err(Trouble::Unclear(why));
    }
    match std::fs::read_dir(&into).map_err(failed)?.next() {
        None => Ok(()),
        Some(_) => Err(Trouble::Unclear(format!(
            "`{}` is not empty",
            into.display()
        ))),
    }
}

/// How much there must be, as people read it.
pub fn expected_count(back: &Back) -> String {
    let files = back.files.map(|files| format!("{files} files"));
    let bytes = back.bytes.map(|bytes| format!("{bytes} bytes"));
    let expected: Vec<String> = files.into_iter().chain(bytes).collect();
    match expected.is_empty() {
        true => "a file at least".to_owned(),
        false => expected.join(", "),
    }
}

/// Whether many files look encrypted that are of kinds that never do.
pub fn encrypted(tree: &Tree) -> Option<Trial> {
    let entropy = tree.entropy.as_ref()?;
    let count = entropy.suspicious.count;
    let is_fault = count >= ENCRYPTED_MIN && entropy.share() >= ENCRYPTED_SHARE;
    is_fault.then(|| {
        let names = entropy.suspicious.names.iter().take(STRANGE_MAX);
        let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        let found = format!(
            "{count} of {} files of known kinds look like chance: {}",
            entropy.known,
            names.join(", ")
        );
        Trial::fail(
            Level::Validated,
            "the files are what their names say",
            found,
        )
    })
}

/// What is strange about what was restored, with some names.
pub fn strange(tree: &Tree) -> impl Iterator<Item = String> {
    let lists = tree.strange.iter().zip(Oddity::ALL);
    let lists = lists.filter(|(list, _)| list.count > 0);
    lists.map(|(list, oddity)| {
        let names = list.names.iter().take(STRANGE_MAX);
        let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        let more = match list.count.saturating_sub(STRANGE_MAX as u64) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more}: {}", names.join(", "), oddity.words())
    })
}
