//! Finds words that may not be published, whatever their case, accents and punctuation.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization;

use super::Leak;
use super::spellings::unmarked;
use crate::render::view::names::UNNAMED;

/// The first letter of the scripts that may join words without a space.
const JOINING: char = '\u{590}';

/// How words must be written to count.
#[derive(Clone, Copy, Debug)]
pub enum Written {
    /// With at least so many capitals.
    Capitals(usize),
    /// Without a space, as an id is.
    Joined,
    /// After this sign, as a channel of a chat is.
    After(char),
    /// As an id between backquotes.
    Quoted,
}

/// Words that may not be published, how they must be written, and what stands in for them.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The words, as [`folded`] spells them.
    pub words: String,
    /// When they count.
    pub written: Written,
    /// What is said instead.
    pub stand_in: String,
}

/// Finds every secret in one reading.
pub struct Words {
    automaton: AhoCorasick,
    /// What is known of the words of each pattern.
    known: Vec<Known>,
}

/// Everything that is spelled in one way: any of the rules is enough.
struct Known {
    written: Vec<Written>,
    stand_in: String,
}

impl Words {
    /// Prepares the search. What two people are called alike stands for neither of them.
    pub fn new(secrets: Vec<Secret>) -> Self {
        let mut alike: BTreeMap<String, Vec<Secret>> = BTreeMap::new();
        for secret in secrets {
            alike.entry(secret.words.clone()).or_default().push(secret);
        }
        alike.remove("");
        let automaton = AhoCorasick::new(alike.keys()).expect("fewer letters than 2 GiB");
        let known = alike.into_values().map(Known::new).collect();
        Words { automaton, known }
    }

    /// Where a text says what it may not; the places may overlap.
    pub fn leaks(&self, text: &str) -> Vec<Leak<'_>> {
        let spelled = Spelled::new(text);
        let found = self.automaton.find_overlapping_iter(&spelled.letters);
        let alone = found.filter(|found| spelled.stands_alone(found.range()));
        let leak = |found: aho_corasick::Match| {
            let known = &self.known[found.pattern()];
            let at = spelled.place(found.range());
            let counts = known.written.iter().any(|rule| rule.allows(text, &at));
            let stand_in = &known.stand_in;
            counts.then_some(Leak { at, stand_in })
        };
        alone.filter_map(leak).collect()
    }
}

impl Known {
    fn new(alike: Vec<Secret>) -> Self {
        let posts: BTreeSet<&str> = alike.iter().map(|secret| &*secret.stand_in).collect();
        let mut posts = posts.into_iter().filter(|post| *post != UNNAMED);
        let stand_in = match (posts.next(), posts.next()) {
            (Some(post), None) => post,
            _ => UNNAMED,
        };
        Known {
            stand_in: stand_in.to_owned(),
            written: alike.iter().map(|secret| secret.written).collect(),
        }
    }
}

impl Written {
    fn allows(self, text: &str, at: &Range<usize>) -> bool {
        let found = &text[at.clone()];
        match self {
            Written::Capitals(least) => found.chars().filter(|c| c.is_uppercase()).count() >= least,
            Written::Joined => !found.contains(char::is_whitespace),
            Written::After(sign) => text[..at.start].ends_with(sign),
            Written::Quoted => text[..at.start].ends_with('`') && text[at.end..].starts_with('`'),
        }
    }
}

/// A text as it is searched: letters and digits without case and accents, and nothing else.
struct Spelled {
    letters: String,
    /// For each byte of `letters`, the character of the text it comes from.
    places: Vec<Range<usize>>,
    /// For each byte of `letters`, whether something else stands before it; and at the end.
    begins: Vec<bool>,
}

impl Spelled {
    fn new(text: &str) -> Self {
        let mut letters = String::with_capacity(text.len());
        let (mut places, mut begins) = (Vec::<Range<usize>>::new(), vec![true]);
        for (start, letter) in text.char_indices() {
            let place = start..start + letter.len_utf8();
            if is_ignored(letter) {
                // It belongs to the letter before.
                if let Some(last) = places.last_mut() {
                    last.end = place.end;
                }
                continue;
            }
            if !letter.is_alphanumeric() {
                begins[letters.len()] = true;
                continue;
            }
            letters.extend(plain(letter));
            places.resize(letters.len(), place);
            begins.resize(letters.len() + 1, false);
        }
        begins[letters.len()] = true;
        Spelled {
            letters,
            places,
            begins,
        }
    }

    fn place(&self, found: Range<usize>) -> Range<usize> {
        self.places[found.start].start..self.places[found.end - 1].end
    }

    /// Whether what was found is not part of a longer word: `Mark`, but not in `Market`. Scripts
    /// that join words have no such words; there it counts wherever it stands.
    fn stands_alone(&self, found: Range<usize>) -> bool {
        let is_free = |place: usize| {
            let (before, after) = self.letters.split_at(place);
            let joins = |letter: Option<char>| letter.is_none_or(|letter| letter >= JOINING);
            self.begins[place] || joins(before.chars().next_back()) || joins(after.chars().next())
        };
        is_free(found.start) && is_free(found.end)
    }
}

/// A text as it is searched for.
pub fn folded(text: &str) -> String {
    Spelled::new(text).letters
}

/// A letter without case and accents.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let unmarked = unmarked(letter).unwrap_or_default();
    let marked = unmarked.is_empty().then_some(letter);
    let letters = unmarked.chars().chain(marked);
    let bare = letters.nfkd().filter(|c| !is_ignored(*c));
    let upper = bare.flat_map(char::to_uppercase);
    let lower = upper.flat_map(char::to_lowercase);
    lower.filter(|c| c.is_alphanumeric())
}

/// Accents that stand apart from their letter, and marks that nobody sees.
fn is_ignored(letter: char) -> bool {
    matches!(
        letter,
        '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
    )
}
