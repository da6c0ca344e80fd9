//! The smallest values that templates show: a figure, a name, a line of text.

use serde::Serialize;

/// A figure with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The key of the fact, such as `function.checkout.rto`.
    pub fact: String,
    /// How much, exactly: seconds, or a count.
    pub value: u64,
    /// How much, as people read it.
    pub text: String,
    /// Where it was declared, when it was measured, or how it was computed; not in public.
    pub basis: Option<String>,
    /// `proposed` until management has agreed; nothing where nobody has to.
    pub state: Option<&'static str>,
}

/// How long a recovery took in a run, or how much data was lost in it.
#[derive(Clone, Debug, Serialize)]
pub struct Proof {
    /// How long, or how much, with the run and the day.
    pub figure: Figure,
    /// How long ago that was.
    pub age: String,
}

/// The name of a thing, with where the document tells more about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// The place in the document that tells more, if there is one.
    pub anchor: Option<String>,
}

impl Named {
    /// A name that leads nowhere.
    pub fn plain(name: impl Into<String>) -> Self {
        Named {
            name: name.into(),
            anchor: None,
        }
    }
}

/// How things stand, as a word and a sign, never by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "MoodView")]
pub enum Mood {
    /// Something must be done.
    Gap,
    /// Something should be done.
    Attention,
    /// Nothing is wrong.
    Fine,
}

/// A mood as templates show it.
#[derive(Serialize)]
pub struct MoodView {
    name: &'static str,
    sign: &'static str,
    word: &'static str,
}

impl From<Mood> for MoodView {
    fn from(mood: Mood) -> Self {
        let (name, sign, word) = match mood {
            Mood::Gap => ("gap", "■", "gap"),
            Mood::Attention => ("attention", "▲", "attention"),
            Mood::Fine => ("fine", "●", "in order"),
        };
        MoodView { name, sign, word }
    }
}

/// `1 error`, `2 errors`: a number with its noun.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
