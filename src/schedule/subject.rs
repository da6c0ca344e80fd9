//! What something that is to be done is about, as one piece of text.

use std::fmt;
use std::str::FromStr;

use crate::id::DrillId;
use crate::text::text_value;

/// What a drill is called as a subject.
const DRILL: &str = "drill";

/// What something that is to be done is about: its kind, and the thing, such as
/// `drill:region-failover` or `contract:hosting`. Of what there is only one of, such as the review
/// of the whole plan, the kind says all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(String);

text_value!(Subject, "what is to be done, such as `drill:region-failover` or `review`",
    pattern: r"^[a-z-]+(:.+)?$",
    examples: ["drill:region-failover", "review"]);

impl Subject {
    /// The only one of its kind.
    pub fn only(kind: &'static str) -> Self {
        Subject(kind.to_owned())
    }

    /// A thing of a kind.
    pub fn of(kind: &'static str, id: &str) -> Self {
        Subject(format!("{kind}:{id}"))
    }

    /// A drill.
    pub fn drill(drill: &DrillId) -> Self {
        Subject::of(DRILL, drill.as_str())
    }

    /// Its kind.
    pub fn kind(&self) -> &str {
        self.0.split_once(':').map_or(&self.0, |(kind, _)| kind)
    }

    /// The thing, where the kind does not say all.
    pub fn id(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, id)| id)
    }

    /// The drill it is about, if it is about one.
    pub fn as_drill(&self) -> Option<&str> {
        self.id().filter(|_| self.kind() == DRILL)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether somebody who names it so means it: a drill is meant by its id alone, too.
    pub fn is_named(&self, name: &str) -> bool {
        self.0 == name || self.as_drill() == Some(name)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, id) = match text.split_once(':') {
            Some((kind, id)) => (kind, Some(id)),
            None => (text, None),
        };
        let is_kind = !kind.is_empty() && kind.bytes().all(|c| c == b'-' || c.is_ascii_lowercase());
        let is_subject = is_kind && id.is_none_or(|id| !id.is_empty());
        is_subject
            .then(|| Subject(text.to_owned()))
            .ok_or_else(|| format!("`{text}` names nothing that is to be done"))
    }
}
