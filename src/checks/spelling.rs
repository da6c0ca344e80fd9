//! Texts that are probably meant to be the same.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use rayon::prelude::*;

/// The fewest letters of a text, spaces included, and of its word that differs, for one letter to
/// be a slip.
const LETTERS_MIN: usize = 6;
const WORD_LETTERS_MIN: usize = 4;

/// The base of the hashes. Any large odd number would do: texts with one hash are compared in full.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// The texts that differ from another only in case and separators: later and earlier, by place.
///
/// Texts with other numbers are never the same, nor are texts that do not differ at all.
pub fn variants(texts: &[&str]) -> BTreeMap<usize, usize> {
    let mut seen: HashMap<Spelled, usize> = HashMap::with_capacity(texts.len());
    let mut pairs = BTreeMap::new();
    for (place, text) in texts.iter().enumerate() {
        let first = *seen.entry(Spelled::closed_up(text)).or_insert(place);
        if texts[first] != *text {
            pairs.insert(place, first);
        }
    }
    pairs
}

/// The texts that differ from another in one letter of a long word: later and earlier, by place.
pub fn slips(texts: &[&str]) -> BTreeMap<usize, usize> {
    let spelled: Vec<Spelled> = texts.par_iter().map(|text| Spelled::new(text)).collect();
    let mut pairs = BTreeMap::new();
    for (earlier, later) in neighbours(&spelled) {
        if spelled[earlier].is_slip_of(&spelled[later]) {
            pairs.entry(later).or_insert(earlier);
        }
    }
    pairs
}

/// A text as its words, in lower case with a space between, and its numbers.
#[derive(PartialEq, Eq, Hash)]
struct Spelled {
    words: String,
    numbers: String,
}

impl Spelled {
    fn new(text: &str) -> Self {
        Spelled {
            words: parts(text, char::is_alphabetic).to_lowercase(),
            numbers: parts(text, char::is_numeric),
        }
    }

    /// The same without the spaces between the words.
    fn closed_up(text: &str) -> Self {
        let mut spelled = Spelled::new(text);
        spelled.words.retain(|letter| letter != SPACE);
        spelled
    }

    /// Whether one long word of the two texts differs in one letter, and nothing else.
    fn is_slip_of(&self, other: &Spelled) -> bool {
        let words = |spelled: &'_ Spelled| spelled.words.matches(SPACE).count();
        if self.numbers != other.numbers || words(self) != words(other) {
            return false;
        }
        let pairs = self.words.split(SPACE).zip(other.words.split(SPACE));
        let mut differing = pairs.filter(|(a, b)| a != b);
        let (Some((a, b)), None) = (differing.next(), differing.next()) else {
            return false;
        };
        let long = a.chars().count().min(b.chars().count()) >= WORD_LETTERS_MIN;
        long && strsim::damerau_levenshtein(a, b) == 1
    }
}

/// What stands between words, and between numbers.
const SPACE: char = ' ';

/// The pieces of a text in which all characters are of one sort, with a space between.
fn parts(text: &str, belongs: fn(char) -> bool) -> String {
    let mut parts = String::with_capacity(text.len());
    for part in text.split(|c| !belongs(c)).filter(|part| !part.is_empty()) {
        if !parts.is_empty() {
            parts.push(SPACE);
        }
        parts.push_str(part);
    }
    parts
}

/// The pairs that agree once at most one letter is taken out of each, and perhaps a few others.
///
/// Each text is filed under every text with one letter less, so that not every pair is compared.
/// Of texts that are spelled the same only the first is filed.
fn neighbours(spelled: &[Spelled]) -> Vec<(usize, usize)> {
    let mut seen = HashSet::with_capacity(spelled.len());
    let texts = spelled.iter().enumerate();
    let first: Vec<_> = texts.filter(|(_, text)| seen.insert(*text)).collect();
    let filed = first.par_iter().flat_map_iter(|(place, text)| {
        let letters: Vec<char> = text.words.chars().collect();
        let enough = letters.len() >= LETTERS_MIN;
        let keys = enough.then(|| keys(&letters, &text.numbers));
        keys.into_iter().flatten().map(|key| (key, *place))
    });
    let mut filed: Vec<(u64, usize)> = filed.collect();
    filed.par_sort_unstable();
    filed.dedup();
    let same = filed.chunk_by(|a, b| a.0 == b.0);
    let pairs = same.flat_map(|file| {
        let pair = move |i: usize| file[i + 1..].iter().map(move |other| (file[i].1, other.1));
        (0..file.len()).flat_map(pair)
    });
    let mut pairs: Vec<(usize, usize)> = pairs.collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The hashes of a text, and of the text without each of its letters, together with its numbers.
///
/// A hash is a polynomial in [`BASE`] with the letters as coefficients, so that leaving one out
/// costs no second walk over the text.
fn keys(letters: &[char], numbers: &str) -> Vec<u64> {
    let seed = numbers.chars().fold(0, push);
    let mut after = vec![0; letters.len() + 1];
    let mut weight = vec![1; letters.len() + 1];
    for (i, letter) in letters.iter().enumerate().rev() {
        after[i] = u64::from(*letter)
            .wrapping_mul(weight[i + 1])
            .wrapping_add(after[i + 1]);
        weight[i] = weight[i + 1].wrapping_mul(BASE);
    }
    let mut keys = vec![after[0] ^ seed];
    let mut before = 0u64;
    for (i, letter) in letters.iter().enumerate() {
        let without = before
            .wrapping_mul(weight[i + 1])
            .wrapping_add(after[i + 1]);
        keys.push(without ^ seed);
        before = push(before, *letter);
    }
    keys
}

fn push(hash: u64, letter: char) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        texts: &[&str],
        variants_expected: &[(usize, usize)],
        slips_expected: &[(usize, usize)],
    ) {
        let pairs = |expected: &[(usize, usize)]| expected.iter().copied().collect();
        assert_eq!(variants(texts), pairs(variants_expected), "{texts:?}");
        assert_eq!(slips(texts), pairs(slips_expected), "{texts:?}");
    }

    #[test]
    fn case_and_separators_make_no_difference() {
        check(
            &["Budapest DC 1", "Budapest-DC1", "budapest_dc_1"],
            &[(1, 0), (2, 0)],
            &[],
        );
    }

    #[test]
    fn one_letter_in_a_long_word_is_a_slip() {
        check(&["orders-db", "order-db"], &[], &[(1, 0)]);
        check(&["Payments", "Paymnets"], &[], &[(1, 0)]);
    }

    #[test]
    fn numbered_and_lettered_things_are_different_things() {
        check(&["server-1", "server-2"], &[], &[]);
        check(&["server-11-2", "server-1-12"], &[], &[]);
        check(&["database-a", "database-b"], &[], &[]);
        check(&["replica-eu", "replica-us"], &[], &[]);
        check(&["web", "wee"], &[], &[]);
    }

    #[test]
    fn the_same_text_is_no_variant() {
        check(&["Update to customers", "Update to customers"], &[], &[]);
    }
}
