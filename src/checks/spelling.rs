//! Texts that are probably meant to be the same.

use std::collections::{BTreeMap, BTreeSet};

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
    let mut seen: BTreeMap<(String, Vec<&str>), usize> = BTreeMap::new();
    let mut pairs = BTreeMap::new();
    for (place, text) in texts.iter().enumerate() {
        let first = *seen
            .entry((words(text).concat(), numbers(text)))
            .or_insert(place);
        if texts[first] != *text {
            pairs.insert(place, first);
        }
    }
    pairs
}

/// The texts that differ from another in one letter of a long word: later and earlier, by place.
pub fn slips(texts: &[&str]) -> BTreeMap<usize, usize> {
    let mut first: BTreeMap<Spelled, usize> = BTreeMap::new();
    for (place, text) in texts.iter().enumerate() {
        first.entry((words(text), numbers(text))).or_insert(place);
    }
    let spelled: Vec<(Spelled, usize)> = first.into_iter().collect();
    let mut pairs = BTreeMap::new();
    for (one, other) in neighbours(&spelled) {
        let ((one, place), (other, other_place)) = (&spelled[one], &spelled[other]);
        if one.1 == other.1 && is_slip(&one.0, &other.0) {
            let (later, earlier) = (place.max(other_place), place.min(other_place));
            pairs.entry(*later).or_insert(*earlier);
        }
    }
    pairs
}

/// A text as its words and its numbers.
type Spelled<'t> = (Vec<String>, Vec<&'t str>);

/// The pairs that agree once at most one letter is taken out of each, and perhaps a few others.
///
/// Each text is filed under every text with one letter less, so that not every pair is compared.
fn neighbours(spelled: &[(Spelled, usize)]) -> BTreeSet<(usize, usize)> {
    let mut filed = Vec::new();
    for (place, ((words, numbers), _)) in spelled.iter().enumerate() {
        let letters: Vec<char> = words.join(" ").chars().collect();
        if letters.len() >= LETTERS_MIN {
            let keys = keys(&letters, &numbers.join(" "));
            filed.extend(keys.into_iter().map(|key| (key, place)));
        }
    }
    filed.sort_unstable();
    filed.dedup();
    let same = filed.chunk_by(|a, b| a.0 == b.0);
    let pairs = same.flat_map(|file| {
        let pair = move |i: usize| file[i + 1..].iter().map(move |other| (file[i].1, other.1));
        (0..file.len()).flat_map(pair)
    });
    pairs.collect()
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

/// Whether one long word of the two texts differs in one letter, and nothing else.
fn is_slip(one: &[String], other: &[String]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut differing = one.iter().zip(other).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (differing.next(), differing.next()) else {
        return false;
    };
    let long = a.chars().count().min(b.chars().count()) >= WORD_LETTERS_MIN;
    long && strsim::damerau_levenshtein(a, b) == 1
}

/// The words of a text, in lower case and without numbers.
fn words(text: &str) -> Vec<String> {
    let words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// The numbers of a text, in order.
fn numbers(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_numeric())
        .filter(|number| !number.is_empty())
        .collect()
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
