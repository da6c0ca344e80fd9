//! The dependency graph, whole or in part, as text, a picture or a file for other programs.
//!
//! A format is one file with `pub const FORMAT` and one word in the table below.

mod part;

pub use part::{Part, Reach};

/// A way to write the dependency graph.
pub struct Format {
    /// The word for `--format`.
    pub name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Writes it.
    pub write: fn(&Part) -> String,
}

macro_rules! table {
    ($($name:ident)+) => {
        $(mod $name;)+

        /// Every format.
        pub const FORMATS: &[Format] = &[$($name::FORMAT,)+];
    };
}

table! {
    text
    dot
    svg
    json
    mermaid
}

pub use svg::diagram;

/// The format with this name.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
