//! Finds telephone numbers that may not be published, however they are grouped, and with or
//! without the codes of country and area.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Leak;
use crate::render::view::names::UNNAMED;

/// How many digits at the end of a number tell it from others, whatever code stands before.
const TAIL: usize = 7;
/// A shorter number is an extension; with fewer digits than this it is no secret.
const DIGITS_MIN: usize = 4;
/// How many characters may stand between two digits of a number, as in `(0) 1`.
const GAP_MAX: usize = 3;

/// Finds every number in one reading.
pub struct Numbers {
    tails: BTreeSet<String>,
    extensions: BTreeSet<String>,
    public: Vec<String>,
}

impl Numbers {
    /// Prepares the search for the numbers in some texts. A number that is public is none of them.
    pub fn new(secret: &[String], public: &[String]) -> Self {
        let digits = |text: &String| runs(text).into_iter().map(|run| run.digits);
        let mut numbers = Numbers {
            tails: BTreeSet::new(),
            extensions: BTreeSet::new(),
            public: public.iter().flat_map(digits).collect(),
        };
        for number in secret.iter().flat_map(digits) {
            if let Some(start) = number.len().checked_sub(TAIL) {
                numbers.tails.insert(number[start..].to_owned());
            } else if number.len() >= DIGITS_MIN {
                numbers.extensions.insert(number);
            }
        }
        numbers
    }

    /// Where a text says a number it may not.
    pub fn leaks(&self, text: &str) -> Vec<Leak<'_>> {
        if self.tails.is_empty() && self.extensions.is_empty() {
            return Vec::new();
        }
        let secret = runs(text).into_iter().filter(|run| self.is_secret(run));
        let leak = |run: Run| Leak {
            at: with_bracket(text, run.at),
            stand_in: UNNAMED,
        };
        secret.map(leak).collect()
    }

    fn is_secret(&self, run: &Run) -> bool {
        let tails = run.digits.as_bytes().windows(TAIL);
        let mut tails = tails.map(|tail| std::str::from_utf8(tail).expect("digits are ASCII"));
        let told = self.extensions.contains(&run.digits) || tails.any(|t| self.tails.contains(t));
        told && !self.is_public(&run.digits)
    }

    /// Whether this is a public number, perhaps without its codes.
    fn is_public(&self, digits: &str) -> bool {
        let local = digits.trim_start_matches('0');
        let ends = |number: &String| local.len() >= TAIL && number.ends_with(local);
        self.public
            .iter()
            .any(|number| number == digits || ends(number))
    }
}

/// A number together with the bracket that it begins with, as in `(06) 1`.
fn with_bracket(text: &str, at: Range<usize>) -> Range<usize> {
    let count = |bracket| text[at.clone()].matches(bracket).count();
    let open = count(')') > count('(') && text[..at.start].ends_with('(');
    at.start - usize::from(open)..at.end
}

/// Digits that stand so close together that they are one number, and where.
struct Run {
    digits: String,
    at: Range<usize>,
}

/// The numbers of a text. A `+` begins another; so does the end of a sentence or a line.
fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // What stands since the last digit, as long as a number may go on after it.
    let mut gap: Option<String> = None;
    let mut plus = None;
    for (start, letter) in text.char_indices() {
        let Some(digit) = digit(letter) else {
            plus = (letter == '+').then_some(start);
            gap = gap
                .filter(|_| joins(letter))
                .map(|gap| gap + letter.encode_utf8(&mut [0; 4]));
            gap = gap.filter(|gap| gap.chars().count() <= GAP_MAX && !gap.contains(". "));
            continue;
        };
        let end = start + letter.len_utf8();
        match runs.last_mut().filter(|_| gap.is_some()) {
            Some(run) => {
                run.digits.push(digit);
                run.at.end = end;
            }
            None => runs.push(Run {
                digits: digit.to_string(),
                at: plus.unwrap_or(start)..end,
            }),
        }
        (gap, plus) = (Some(String::new()), None);
    }
    runs
}

/// Whether a character may stand between two digits of one number.
fn joins(letter: char) -> bool {
    let space = letter.is_whitespace() && letter != '\n';
    space || "-./()[]_·\u{2212}".contains(letter) || ('\u{2010}'..='\u{2015}').contains(&letter)
}

/// A digit of a script that telephone numbers are written in.
fn digit(letter: char) -> Option<char> {
    let zeros = ['0', '\u{660}', '\u{6F0}', '\u{966}', '\u{FF10}'];
    let value = zeros.iter().find_map(|zero| {
        let value = u32::from(letter).checked_sub(u32::from(*zero))?;
        (value < 10).then_some(value)
    });
    value.and_then(|value| char::from_digit(value, 10))
}
