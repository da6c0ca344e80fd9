//! "Did you mean": the nearest of the words that would have been right.

/// How many distances one vocabulary works out at most: a fraction of a second of work.
///
/// A plan with thousands of dangling references has another problem than slips of the pen.
const DISTANCES_MAX: u32 = 200_000;

/// Words that would be right, made ready to be searched many times.
pub struct Vocabulary<'a> {
    words: Vec<Word<'a>>,
    distances: u32,
}

/// A word with what rules it out quickly.
struct Word<'a> {
    written: &'a str,
    folded: String,
    length: usize,
    /// One bit for each character in it, modulo 64: one edit changes at most two.
    letters: u64,
}

impl<'a> Word<'a> {
    fn new(written: &'a str) -> Self {
        let folded = written.to_lowercase().replace(['_', ' '], "-");
        let bit = |letters: u64, c: char| letters | 1 << (u32::from(c) % 64);
        Word {
            written,
            length: folded.chars().count(),
            letters: folded.chars().fold(0, bit),
            folded,
        }
    }

    /// How many edits still count as a slip of the pen.
    fn limit(&self) -> usize {
        match self.length {
            0..=2 => 1,
            3..=5 => 2,
            _ => 3,
        }
    }

    /// Whether the other word can be within the limit at all.
    fn may_be_near(&self, other: &Word<'_>) -> bool {
        let changed = (self.letters ^ other.letters).count_ones() as usize;
        self.length.abs_diff(other.length) <= self.limit() && changed <= 2 * self.limit()
    }
}

impl<'a> Vocabulary<'a> {
    /// Makes words ready to be searched.
    pub fn new(words: impl IntoIterator<Item = &'a str>) -> Self {
        Vocabulary {
            words: words.into_iter().map(Word::new).collect(),
            distances: 0,
        }
    }

    /// The word nearest to what was written, if any is near enough to be a slip of the pen.
    pub fn closest(&mut self, written: &str) -> Option<&'a str> {
        let sought = Word::new(written);
        let mut best: Option<(usize, &'a str)> = None;
        for word in self.words.iter().filter(|word| sought.may_be_near(word)) {
            if self.distances == DISTANCES_MAX {
                break;
            }
            self.distances += 1;
            let distance = strsim::damerau_levenshtein(&sought.folded, &word.folded);
            let candidate = (distance, word.written);
            if distance <= sought.limit() && best.is_none_or(|best| candidate < best) {
                best = Some(candidate);
            }
        }
        best.map(|(_, word)| word)
    }
}

/// The candidate nearest to what was written, if any is near enough to be a slip of the pen.
pub fn closest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    Vocabulary::new(candidates).closest(written)
}

/// Help that lists the words that are known, the nearest first.
pub fn did_you_mean(written: &str, known: &[&str]) -> String {
    let list: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
    let list = list.join(", ");
    match closest(written, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`? Known here: {list}."),
        None => format!("Known here: {list}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognized_and_another_word_is_not() {
        let words = ["rto", "rpo", "depends-on", "name"];
        assert_eq!(closest("depends_on", words), Some("depends-on"));
        assert_eq!(closest("dependson", words), Some("depends-on"));
        assert_eq!(closest("rot", words), Some("rto"));
        assert_eq!(closest("owner", words), None);
        assert_eq!(closest(&"x".repeat(1 << 20), words), None);
    }

    #[test]
    fn what_is_ruled_out_quickly_is_never_near() {
        let words = [
            "payments-db",
            "payment-db",
            "pay",
            "東京-db",
            "orders",
            "a",
            "",
        ];
        for written in ["paymets-db", "tokyo-db", "order", "oredrs", "b", "東東-db"] {
            let sought = Word::new(written);
            for word in words.map(Word::new) {
                let distance = strsim::damerau_levenshtein(&sought.folded, &word.folded);
                let near = distance <= sought.limit();
                assert!(
                    !near || sought.may_be_near(&word),
                    "{written} {}",
                    word.written
                );
            }
        }
    }

    #[test]
    fn the_work_for_many_unknown_words_is_bounded() {
        let words: Vec<String> = (0..1_000).map(|i| format!("system-{i:03}")).collect();
        let mut vocabulary = Vocabulary::new(words.iter().map(String::as_str));
        assert_eq!(vocabulary.closest("system-00x"), Some("system-000"));
        for i in 0..1_000 {
            vocabulary.closest(&format!("system-{i:03}x"));
        }
        assert_eq!(vocabulary.distances, DISTANCES_MAX);
        assert_eq!(vocabulary.closest("system-00x"), None);
    }
}
