//! Whether every piece of an archived log is there, by the names of its files alone.
//!
//! No tool looks for one that is missing, and a restore succeeds without it: it ends at the gap,
//! with data that is older than it should be.

use std::collections::{BTreeMap, BTreeSet};

/// How many hexadecimal digits each of the three numbers in a name has.
const DIGITS: usize = 8;
/// How many segments there are to a log file where their size is not stated: they are of 16 MiB.
const SEGMENTS: u64 = 256;

/// The segments that are archived.
#[derive(Debug)]
pub struct WalChain {
    /// Their numbers, without the timeline: after a promotion both lines go on from there.
    there: BTreeSet<u64>,
    timeline: u64,
    per_log: u64,
}

impl WalChain {
    /// Takes them from names of files. What is no segment is not looked at.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let parsed: Vec<[u64; 3]> = names.filter_map(numbers).collect();
        let per_log = per_log(&parsed);
        WalChain {
            there: parsed
                .iter()
                .map(|[_, log, segment]| log * per_log + segment)
                .collect(),
            timeline: parsed.iter().map(|[line, ..]| *line).max().unwrap_or(1),
            per_log,
        }
    }

    /// How many there are from one to the end, or to another, without a gap.
    ///
    /// # Errors
    /// The first that is missing.
    pub fn complete(&self, from: &str, to: Option<&str>) -> Result<u64, String> {
        let position =
            |name: &str| numbers(name).map(|[_, log, segment]| log * self.per_log + segment);
        let from = position(from).ok_or_else(|| format!("`{from}` names no segment"))?;
        let last = match to {
            Some(to) => position(to).ok_or_else(|| format!("`{to}` names no segment"))?,
            None => self.there.last().copied().unwrap_or(from).max(from),
        };
        match (from..=last).find(|position| !self.there.contains(position)) {
            Some(missing) => Err(self.name(missing)),
            None => Ok(last.saturating_sub(from) + 1),
        }
    }

    fn name(&self, position: u64) -> String {
        let (log, segment) = (position / self.per_log, position % self.per_log);
        format!("{:08X}{log:08X}{segment:08X}", self.timeline)
    }
}

/// How many segments there are to a log file. Where another one follows each that ended, and all
/// ended with the same number, that was the last there is.
fn per_log(parsed: &[[u64; 3]]) -> u64 {
    let mut last = BTreeMap::new();
    for [_, log, segment] in parsed {
        let last: &mut u64 = last.entry(*log).or_default();
        *last = (*last).max(*segment);
    }
    let largest = last.values().max().copied().unwrap_or(0);
    last.pop_last();
    let ended: BTreeSet<u64> = last.into_values().collect();
    match ended.first() {
        Some(number) if ended.len() == 1 && is_last(*number) => number + 1,
        _ => SEGMENTS.max((largest + 1).next_power_of_two()),
    }
}

/// Whether a segment can be the last of a log file: they are of 1 GiB at most.
fn is_last(number: u64) -> bool {
    number >= 3 && (number + 1).is_power_of_two()
}

/// The timeline, the log file and the segment in a name such as `000000010000000000000007-ab.gz`.
fn numbers(name: &str) -> Option<[u64; 3]> {
    let (segment, rest) = name.split_at_checked(3 * DIGITS)?;
    if !(rest.is_empty() || rest.starts_with('-')) {
        return None;
    }
    let number =
        |at: usize| u64::from_str_radix(segment.get(at * DIGITS..(at + 1) * DIGITS)?, 16).ok();
    Some([number(0)?, number(1)?, number(2)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(names: &[&str]) -> WalChain {
        WalChain::new(names.iter().copied())
    }

    #[test]
    fn the_first_segment_that_is_missing_is_named() {
        let names = [
            "000000010000000000000002-ab.gz",
            "000000010000000000000002.00000028.backup",
            "000000010000000000000003",
            "000000010000000000000004.partial",
            "00000002.history",
            "000000020000000000000005-cd.zst",
        ];
        let archived = chain(&names);
        let from = "000000010000000000000002";
        assert_eq!(
            archived.complete(from, Some("000000010000000000000003")),
            Ok(2)
        );
        let missing = Err("000000020000000000000004".to_owned());
        assert_eq!(archived.complete(from, None), missing);
        assert!(archived.complete("000000010000000000000001", None).is_err());
        assert!(archived.complete("000000010000000000000009", None).is_err());
        assert!(chain(&[]).complete(from, None).is_err());
    }

    #[test]
    fn a_log_file_goes_on_in_the_next_one() {
        let names = [
            "0000000100000000000000FE",
            "0000000100000000000000FF",
            "000000010000000100000000",
        ];
        assert_eq!(chain(&names).complete(names[0], None), Ok(3));
        let names = ["00000001000000000000003F", "000000010000000100000000"];
        assert_eq!(chain(&names).complete(names[0], None), Ok(2));
    }
}
