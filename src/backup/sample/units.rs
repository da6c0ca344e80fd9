//! Which small parts of a backup are restored to foresee how long all of it takes.

use std::collections::{BTreeMap, HashMap};

use crate::backup::Entry;
use crate::drill::draw;

/// How much each part may be of all, the smaller first: that many times it is all.
const SHARES: [u64; 2] = [32, 8];
/// A folder is restored in whole where all of it is that many times as much, or more.
const FOLDER: u64 = 128;
/// Of how much of all a part is too little to tell anything: that many times it is all.
const LEAST: u64 = 1_000;
/// How many things are named to a tool at once.
const UNITS_MAX: usize = 256;
/// What tools take for more than a name, or would not give back as it is.
const PATTERNS: [char; 6] = ['*', '?', '[', ']', '\\', '\u{fffd}'];

/// A file, or a folder with all that is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its path.
    pub path: String,
    /// How many files it has.
    pub files: u64,
    /// How much is in them, in bytes.
    pub bytes: u64,
}

/// Draws parts of a backup that have nothing in common: of about a 32nd and an eighth of its bytes,
/// never more. Of what is too large for a part nothing is in it, and a part that would tell nothing
/// is left out.
pub fn parts(entries: &[Entry], seed: u64) -> Vec<Vec<Unit>> {
    let all: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let units = units(entries, all / FOLDER);
    let by_path: HashMap<&str, &Unit> = units.iter().map(|it| (it.path.as_str(), it)).collect();
    let names = units.iter().map(|unit| unit.path.as_str());
    let mut drawn: Vec<&Unit> = draw(seed, "part", names, units.len())
        .iter()
        .filter_map(|path| by_path.get(path).copied())
        .collect();
    let parts = SHARES.map(|share| {
        let (mut left, mut part) = (all / share, Vec::new());
        drawn.retain(|unit| {
            let is_taken = part.len() < UNITS_MAX && unit.bytes > 0 && unit.bytes <= left;
            if is_taken {
                left -= unit.bytes;
                part.push((*unit).clone());
            }
            !is_taken
        });
        part
    });
    let tells = |part: &Vec<Unit>| {
        let bytes: u64 = part.iter().map(|unit| unit.bytes).sum();
        bytes > all / LEAST
    };
    parts.into_iter().filter(tells).collect()
}

/// All files, those of a folder as one where they are no more than `most` together.
fn units(entries: &[Entry], most: u64) -> Vec<Unit> {
    let mut folders: HashMap<&str, u64> = HashMap::new();
    for entry in entries {
        for folder in above(&entry.path) {
            *folders.entry(folder).or_default() += entry.bytes;
        }
    }
    let mut units: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for entry in entries {
        let whole = above(&entry.path).find(|folder| folders[folder] <= most && is_plain(folder));
        let unit = units.entry(whole.unwrap_or(&entry.path)).or_default();
        *unit = (unit.0 + 1, unit.1 + entry.bytes);
    }
    let units = units.into_iter().filter(|(path, _)| is_plain(path));
    let units = units.map(|(path, (files, bytes))| Unit {
        path: path.to_owned(),
        files,
        bytes,
    });
    units.collect()
}

/// The folders that something lies in, the outermost first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.filter(|at| *at > 0).map(|at| &path[..at])
}

fn is_plain(path: &str) -> bool {
    !path.contains(|c: char| PATTERNS.contains(&c) || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: impl Into<String>, bytes: u64) -> Entry {
        Entry {
            path: path.into(),
            bytes,
        }
    }

    fn sums(part: &[Unit]) -> (u64, u64) {
        let files = part.iter().map(|unit| unit.files).sum();
        (files, part.iter().map(|unit| unit.bytes).sum())
    }

    #[test]
    fn of_many_equal_files_a_32nd_and_an_eighth_are_drawn() {
        let entries: Vec<_> = (0..128).map(|at| entry(format!("/srv/{at}"), 10)).collect();
        let parts = parts(&entries, 7);
        let sums: Vec<_> = parts.iter().map(|part| sums(part)).collect();
        assert_eq!(sums, [(4, 40), (16, 160)]);
        assert!(parts[0].iter().all(|unit| !parts[1].contains(unit)));
        assert_eq!(parts, super::parts(&entries, 7));
        assert_ne!(parts, super::parts(&entries, 8));
    }

    #[test]
    fn small_folders_are_drawn_in_whole_and_large_ones_file_by_file() {
        let mut entries: Vec<_> = (0..1000)
            .map(|at| entry(format!("s/{}/{at}", at / 5), 1))
            .collect();
        entries.push(entry("large", 300));
        let units = units(&entries, 10);
        assert_eq!(units.len(), 201);
        let folder = units.iter().find(|unit| unit.path == "s/7");
        assert_eq!(folder.map(|unit| (unit.files, unit.bytes)), Some((5, 5)));
        let parts = parts(&entries, 1);
        // No file of the two parts is the large one: it is more than an eighth of all.
        let paths: Vec<_> = parts.iter().flatten().map(|unit| &unit.path).collect();
        assert!(!paths.is_empty() && !paths.contains(&&"large".to_owned()));
        for (part, most) in parts.iter().zip([1300 / 32, 1300 / 8]) {
            assert!(sums(part).1 <= most && sums(part).1 + 5 > most, "{part:?}");
        }
    }

    #[test]
    fn what_is_one_large_file_has_no_small_part() {
        assert_eq!(parts(&[entry("dump", 1_000)], 1), Vec::<Vec<Unit>>::new());
        assert_eq!(parts(&[], 1), Vec::<Vec<Unit>>::new());
        let beside = [entry("dump", 100_000), entry("note", 100)];
        assert_eq!(parts(&beside, 1), Vec::<Vec<Unit>>::new());
        let empty: Vec<_> = (0..9).map(|at| entry(format!("{at}"), 0)).collect();
        assert_eq!(parts(&empty, 1), Vec::<Vec<Unit>>::new());
    }

    #[test]
    fn a_name_that_a_tool_takes_for_a_pattern_is_not_drawn() {
        let odd = ["/a*", "/b?", "/[c]", "/d\\e", "/f\n"].map(|path| entry(path, 1));
        let mut entries: Vec<_> = (0..100).map(|at| entry(format!("/{at}"), 1)).collect();
        entries.extend(odd);
        for seed in 0..20 {
            let parts = parts(&entries, seed);
            assert!(parts.iter().flatten().all(|unit| is_plain(&unit.path)));
            assert_eq!(parts.len(), 2);
        }
        // In a folder that is restored in whole it does no harm.
        let entries = [entry("/s/a*", 1), entry("/s/b", 1), entry("/big", 998)];
        let units = units(&entries, 10);
        assert_eq!(units.iter().map(|it| it.files).max(), Some(2));
    }
}
