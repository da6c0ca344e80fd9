//! How far a restore has come, how fast, and how long it still takes.

use super::text::words;

/// How long a restore goes on before its pace is one, in microseconds.
const SETTLED: u64 = 2_000_000;
/// From this part of all on it is not known what is left: more takes room on a disk than is in
/// files, and less where they have holes.
const NEARLY_ALL: f64 = 0.98;

/// How far a restore has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// How much is on the disk, in bytes.
    pub bytes: u64,
    /// How much it will be; nothing where nobody tells.
    pub expected: Option<u64>,
    /// How long it took until now, in microseconds.
    pub micros: u64,
}

impl Pace {
    /// How much there is each second, in bytes; nothing where that cannot be told yet.
    pub fn each_second(&self) -> Option<u64> {
        let is_settled = self.micros >= SETTLED && self.bytes > 0;
        is_settled.then(|| scaled(self.bytes, 1_000_000, self.micros))
    }

    /// How long it still takes, in microseconds. Nothing where that would be a guess: nobody tells
    /// how much it will be, it has only just begun, or as good as all is there.
    pub fn left(&self) -> Option<u64> {
        let expected = self.expected.filter(|_| self.each_second().is_some())?;
        let is_near = self.bytes as f64 >= expected as f64 * NEARLY_ALL;
        (!is_near).then(|| scaled(self.micros, expected - self.bytes, self.bytes))
    }

    /// As people read it: `412 MB of 1.0 GB, 38 MB/s, 15 s left`.
    pub fn words(&self) -> String {
        let of = self.expected.map(|all| format!(" of {}", size(all)));
        let rate = self.each_second().map(|it| format!(", {}/s", size(it)));
        let left = self
            .left()
            .map(|micros| format!(", {} left", words(micros)));
        let rest: String = [of, rate, left].into_iter().flatten().collect();
        format!("{}{rest}", size(self.bytes))
    }
}

/// `number * by / of`, which is no more than can be counted.
fn scaled(number: u64, by: u64, of: u64) -> u64 {
    let scaled = u128::from(number) * u128::from(by) / u128::from(of.max(1));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// So many bytes in two figures or three: `999 B`, `1.2 MB`, `38 GB`.
pub fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut size, mut unit) = (bytes as f64, "B");
    for larger in units {
        // What would be rounded to a thousand is one of the next.
        if size < 999.5 {
            break;
        }
        (size, unit) = (size / 1000.0, larger);
    }
    match unit != "B" && size < 9.95 {
        true => format!("{size:.1} {unit}"),
        false => format!("{size:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    #[track_caller]
    fn check(mb: u64, expected: Option<u64>, seconds: u64, words: &str) {
        let pace = Pace {
            bytes: mb * MB,
            expected: expected.map(|mb| mb * MB),
            micros: seconds * 1_000_000,
        };
        assert_eq!(pace.words(), words);
    }

    #[test]
    fn what_is_left_takes_as_long_as_what_is_there() {
        check(400, Some(1_000), 10, "400 MB of 1.0 GB, 40 MB/s, 15 s left");
        check(1, Some(3_601), 20, "1.0 MB of 3.6 GB, 50 kB/s, 20 h left");
    }

    #[test]
    fn what_would_be_a_guess_is_not_told() {
        check(400, None, 10, "400 MB, 40 MB/s");
        check(0, Some(1_000), 10, "0 B of 1.0 GB");
        check(400, Some(1_000), 1, "400 MB of 1.0 GB");
        check(990, Some(1_000), 10, "990 MB of 1.0 GB, 99 MB/s");
        check(1_200, Some(1_000), 10, "1.2 GB of 1.0 GB, 120 MB/s");
        check(1_200, Some(0), 10, "1.2 GB of 0 B, 120 MB/s");
    }

    #[test]
    fn a_size_has_no_more_figures_than_it_is_good_for() {
        let told = [0, 999, 1_000, 9_949, 9_960, 999_499, 999_500, u64::MAX].map(size);
        let expected = [
            "0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "999 kB", "1.0 MB", "18 EB",
        ];
        assert_eq!(told, expected);
    }
}
