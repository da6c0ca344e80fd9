//! Names in an archive of the write-ahead log of PostgreSQL.
//!
//! A segment is named by 24 hexadecimal digits: timeline, log and segment, eight each. The log
//! counts 4 GiB, so that `number = log * (4 GiB / segment size) + segment` counts all segments of
//! a timeline without a break (`XLogFileName` in PostgreSQL). Nothing here reads what is in one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How long one segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentSize {
    /// The power of two.
    bits: u32,
}

impl Default for SegmentSize {
    /// 16 MiB, as PostgreSQL is built.
    fn default() -> Self {
        SegmentSize { bits: 24 }
    }
}

impl SegmentSize {
    /// So many bytes: a power of two from 1 MiB to 1 GiB, as `initdb --wal-segsize` allows.
    pub fn bytes(bytes: u64) -> Option<Self> {
        let bits = bytes.trailing_zeros();
        let allowed = bytes.is_power_of_two() && (20..=30).contains(&bits);
        allowed.then_some(SegmentSize { bits })
    }

    /// The size that the names in an archive prove: 16 MiB, where they prove no other.
    ///
    /// They do where there are numbers that 16 MiB has not, or where the log went on in the next
    /// file twice at least, each time after the same number: a single time may be a hole.
    pub fn of_names<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        // The smallest: no number is too large for it.
        let finest = SegmentSize { bits: 20 };
        let mut there: BTreeMap<(u32, u64), BTreeSet<u64>> = BTreeMap::new();
        for name in names {
            if let Some(Segment { timeline, number }) = Segment::parse(name.as_ref(), finest) {
                let log = number >> finest.per_log();
                let within = number & ((1 << finest.per_log()) - 1);
                there.entry((timeline, log)).or_default().insert(within);
            }
        }
        let last = |numbers: &BTreeSet<u64>| numbers.last().copied().unwrap_or(0);
        let largest = there.values().map(last).max().unwrap_or(0);
        let goes_on = |(timeline, log): (u32, u64)| {
            let next = there.get(&(timeline, log + 1));
            next.is_some_and(|numbers| numbers.contains(&0))
        };
        let ended = there.iter().filter(|(log, _)| goes_on(**log));
        let ended: Vec<u64> = ended.map(|(_, numbers)| last(numbers)).collect();
        let is_last = |end: u64| end >= 3 && end == largest && (end + 1).is_power_of_two();
        let count = match ended[..] {
            [end, _, ..] if is_last(end) && ended.iter().all(|it| *it == end) => end + 1,
            _ => (largest + 1).next_power_of_two().max(256),
        };
        SegmentSize {
            bits: 32 - count.trailing_zeros(),
        }
    }

    /// In which segment a place in the log is.
    fn number(self, place: u64) -> u64 {
        place >> self.bits
    }

    /// How many segments one log counts, as a power of two.
    fn per_log(self) -> u32 {
        32 - self.bits
    }
}

/// A segment of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// Its timeline.
    pub timeline: u32,
    /// Which of its timeline, counted from the beginning of the log.
    pub number: u64,
}

/// How the files of an archive may be compressed.
const COMPRESSED: [&str; 6] = ["gz", "lz4", "zst", "bz2", "xz", "lzo"];

impl Segment {
    /// The segment that a file of an archive holds, by its name or path. Nothing for what holds no
    /// whole segment: `.backup`, `.history`, `.partial`, what is still being written, and a number
    /// that there cannot be with segments of this size.
    pub fn parse(path: &str, size: SegmentSize) -> Option<Self> {
        let start = path
            .bytes()
            .rposition(|byte| byte == b'/')
            .map_or(0, |at| at + 1);
        let (name, rest) = path.get(start..)?.split_at_checked(24)?;
        if !is_after_a_segment(rest) {
            return None;
        }
        let digits = name.bytes().try_fold(0u128, |sum, byte| {
            let digit = char::from(byte).to_digit(16)?;
            (!byte.is_ascii_lowercase()).then_some(sum << 4 | u128::from(digit))
        })?;
        let [timeline, log, segment] = [64, 32, 0].map(|shift| (digits >> shift) as u32);
        let fits = timeline > 0 && u64::from(segment) >> size.per_log() == 0;
        let number = u64::from(log) << size.per_log() | u64::from(segment);
        fits.then_some(Segment { timeline, number })
    }

    /// Its name.
    pub fn name(self, size: SegmentSize) -> String {
        let log = self.number >> size.per_log();
        let segment = self.number & ((1 << size.per_log()) - 1);
        format!("{:08X}{log:08X}{segment:08X}", self.timeline)
    }
}

/// Whether this may stand after the digits: a checksum as pgBackRest has it, a compression.
fn is_after_a_segment(rest: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    let rest = match rest.strip_prefix('-') {
        Some(rest) => match rest.split_at_checked(40) {
            Some((checksum, rest)) if checksum.bytes().all(is_hex) => rest,
            _ => return false,
        },
        None => rest,
    };
    rest.is_empty()
        || rest
            .strip_prefix('.')
            .is_some_and(|kind| COMPRESSED.contains(&kind))
}

/// Segments that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentRange {
    /// The timeline of all.
    pub timeline: u32,
    /// The number of the first.
    pub first: u64,
    /// The number of the last, which is part of it.
    pub last: u64,
}

impl SegmentRange {
    /// How many.
    pub fn count(self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }

    /// As people read it: the name of the only one, or of the first and last.
    pub fn words(self, size: SegmentSize) -> String {
        let name = |number| {
            let timeline = self.timeline;
            Segment { timeline, number }.name(size)
        };
        match self.first == self.last {
            true => name(self.first),
            false => format!("{} to {}", name(self.first), name(self.last)),
        }
    }
}

/// Where a timeline comes from: the content of its history file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The timeline.
    pub timeline: u32,
    /// The timelines before it, oldest first, and the place in the log at which each was left.
    pub left: Vec<(u32, u64)>,
}

/// Why a history file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl History {
    /// Reads a history file: its name, such as `00000002.history`, and its content, lines of
    /// timeline, place and reason. PostgreSQL wants timelines to grow (`readTimeLineHistory`).
    pub fn parse(name: &str, text: &str) -> Result<Self, Unreadable> {
        let wrong = |what: &str| Unreadable(format!("`{name}`: {what}"));
        let digits = name
            .rsplit('/')
            .next()
            .and_then(|name| name.strip_suffix(".history"));
        let timeline = digits
            .filter(|digits| digits.len() == 8)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| wrong("not the name of a history file"))?;
        let mut left: Vec<(u32, u64)> = Vec::new();
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let parted = parted(line).ok_or_else(|| wrong(&format!("cannot read `{line}`")))?;
            let before = left.last().copied().unwrap_or_default();
            if parted.0 <= before.0 || parted.1 < before.1 || parted.0 >= timeline {
                return Err(wrong(&format!("`{line}` is out of order")));
            }
            left.push(parted);
        }
        Ok(History { timeline, left })
    }

    /// Which segments belong to the line that ends in this timeline, oldest first. The segment in
    /// which a timeline is left is written anew on the next one.
    pub(super) fn line(&self, size: SegmentSize) -> Vec<SegmentRange> {
        let mut first = 0;
        let mut line = Vec::with_capacity(self.left.len() + 1);
        for (timeline, place) in &self.left {
            let switch = size.number(*place);
            if let Some(last) = switch.checked_sub(1).filter(|last| *last >= first) {
                let timeline = *timeline;
                line.push(SegmentRange {
                    timeline,
                    first,
                    last,
                });
            }
            first = switch;
        }
        let (timeline, last) = (self.timeline, u64::MAX - 1);
        line.push(SegmentRange {
            timeline,
            first,
            last,
        });
        line
    }
}

/// A timeline and the place at which it was left: `1`, a tab, `0/3000000`.
fn parted(line: &str) -> Option<(u32, u64)> {
    let mut words = line.split_whitespace();
    let timeline: u32 = words.next()?.parse().ok()?;
    let (high, low) = words.next()?.split_once('/')?;
    let half = |text: &str| u32::from_str_radix(text, 16).ok().map(u64::from);
    Some((timeline, half(high)? << 32 | half(low)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1 << 20;

    #[track_caller]
    fn check(name: &str, expected: Option<(u32, u64)>) {
        let found = Segment::parse(name, SegmentSize::default());
        assert_eq!(found.map(|it| (it.timeline, it.number)), expected, "{name}");
    }

    #[test]
    fn names_are_read_as_tools_write_them() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        check("000000010000000000000005", Some((1, 5)));
        check("0000000A00000002000000FF.gz", Some((10, 0x2FF)));
        check(&format!("000000010000000000000005-{sha}.zst"), Some((1, 5)));
        check(
            &format!("16-1/0000000100000000/000000010000000000000005-{sha}"),
            Some((1, 5)),
        );
    }

    #[test]
    fn what_holds_no_whole_segment_is_passed_over() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        check("000000010000000000000005.partial", None);
        check(&format!("000000010000000000000005.partial-{sha}.gz"), None);
        check("000000010000000000000005.00000028.backup", None);
        check("00000002.history", None);
        check("archive.info", None);
        check(
            &format!("000000010000000000000005-{sha}.zst.pgbackrest.tmp"),
            None,
        );
        check("000000010000000000000005-0123.zst", None);
        check("00000001000000000000000a", None);
        check("000000000000000000000001", None);
        // With 16 MiB no log has more than 256 segments.
        check("000000010000000000000100", None);
        check("ééééééééééééé", None);
    }

    #[test]
    fn a_size_is_a_power_of_two_from_one_mebibyte_to_one_gibibyte() {
        assert_eq!(SegmentSize::bytes(16 * MIB), Some(SegmentSize::default()));
        for wrong in [0, MIB / 2, 3 * MIB, 2048 * MIB] {
            assert_eq!(SegmentSize::bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_prove_another_size_only_where_they_cannot_be_of_this_one() {
        let name = |log: u64, number: u64| format!("00000001{log:08X}{number:08X}");
        let size = |names: &[(u64, u64)]| {
            SegmentSize::of_names(names.iter().map(|(log, number)| name(*log, *number)))
        };
        let mib = |count| SegmentSize::bytes(count * MIB).expect("allowed");
        assert_eq!(size(&[]), mib(16));
        assert_eq!(size(&[(0, 5), (0, 0x80)]), mib(16));
        assert_eq!(size(&[(0, 0xFF), (1, 0), (1, 0xFF), (2, 0)]), mib(16));
        assert_eq!(size(&[(0, 0x100)]), mib(8));
        assert_eq!(size(&[(0, 0xFFF)]), mib(1));
        assert_eq!(size(&[(0, 0x3F), (1, 0), (1, 0x3F), (2, 0)]), mib(64));
        // Log that is missing up to the next file, and log that ended with no power of two.
        assert_eq!(size(&[(0, 0x3F), (1, 0)]), mib(16));
        assert_eq!(size(&[(0, 0x3E), (1, 0), (1, 0x3E), (2, 0)]), mib(16));
        // One of them is too large for what the others seem to prove.
        let all = [(0, 0x3F), (1, 0), (1, 0x3F), (2, 0), (2, 0x40)];
        assert_eq!(size(&all), mib(16));
    }

    #[test]
    fn a_history_says_which_segments_belong_to_its_line() {
        let text = "1\t0/3000000\tno recovery target specified\n\n2\t0/5000028\tbefore 2026\n";
        let history = History::parse("00000003.history", text).unwrap();
        assert_eq!(history.left, [(1, 0x300_0000), (2, 0x500_0028)]);
        let line = history.line(SegmentSize::default());
        let line: Vec<_> = line
            .iter()
            .map(|it| (it.timeline, it.first, it.last))
            .collect();
        assert_eq!(line, [(1, 0, 2), (2, 3, 4), (3, 5, u64::MAX - 1)]);
    }

    #[test]
    fn a_history_that_makes_no_sense_is_refused() {
        let refused = |name: &str, text: &str| History::parse(name, text).unwrap_err().to_string();
        assert!(refused("00000003.history", "one\t0/1\tx").contains("cannot read"));
        assert!(refused("00000003.history", "2\t0/1\tx\n1\t0/2\tx").contains("out of order"));
        assert!(refused("00000002.history", "2\t0/1\tx").contains("out of order"));
        assert!(refused("archive.info", "").contains("not the name"));
    }

    proptest! {
        #[test]
        fn a_name_leads_back_to_its_segment(
            timeline in 1..=u32::MAX, number in 0..1u64 << 34, bits in 20..=30u32,
        ) {
            let size = SegmentSize::bytes(1 << bits).expect("allowed");
            let segment = Segment { timeline, number: number >> (bits - 20) };
            prop_assert_eq!(Segment::parse(&segment.name(size), size), Some(segment));
        }

        #[test]
        fn no_text_makes_reading_fail_badly(text in ".{0,80}") {
            let _ = Segment::parse(&text, SegmentSize::default());
            let _ = History::parse("00000003.history", &text);
        }
    }
}
