//! The dependency diagram as a picture: who needs what, as boxes and arrows.
//!
//! A pure function of its input: the same diagram gives the same bytes. The layout is layered:
//! what needs stands before what is needed, and long arrows run in lanes of their own, so that no
//! arrow crosses a box. Arrows that end at the same box in the same style join on their way.
//!
//! It draws all it is given and leaves nothing out. A page of A4 is easy to read up to about 50
//! boxes, A3 up to about 120. Above about 300 the caller should filter (one team, one function and
//! all it needs) and say in the document what was filtered.

mod layers;
mod layout;
mod legend;
mod network;
mod order;
mod place;
mod route;
mod shape;
mod style;
mod svg;
mod text;
mod tile;

pub use layout::{Direction, Layout, Point, Route, layout};
// What other pictures are made of, too.
pub(in crate::render) use shape::N;
pub(in crate::render) use style::painted;
pub use svg::svg;
pub(in crate::render) use svg::xml;
pub(in crate::render) use text::{shorten, width as text_width};
pub use tile::Tile;

/// What to draw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagram {
    /// Names the picture for readers who cannot see it.
    pub title: String,
    /// Says what the picture shows, in one or two sentences, for the same readers.
    pub description: String,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The arrows.
    pub edges: Vec<Edge>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The identifier in the plan. Shown, with the full label, where the reader points.
    pub id: String,
    /// The name. Wrapped, and shortened when two lines do not hold it.
    pub label: String,
    /// One short line below the name, such as `RTO 4 h`. May be empty.
    pub note: String,
    /// Decides the shape.
    pub kind: NodeKind,
    /// Decides the outline and the badge.
    pub mood: Mood,
}

/// An arrow from what needs to what is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The dependant: an index into `nodes`. An edge whose ends do not exist is not drawn.
    pub from: usize,
    /// The dependency: an index into `nodes`.
    pub to: usize,
    /// Decides the line and the arrowhead.
    pub kind: EdgeKind,
    /// Decides the emphasis.
    pub mood: Mood,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// A critical business function.
    Function,
    /// Something functions or other systems need.
    System,
    /// A supplier.
    Vendor,
    /// A place or environment.
    Site,
}

/// What an arrow means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Does not work without it.
    Hard,
    /// Works without it, but worse.
    Soft,
    /// Needed to start, not to run.
    Bootstrap,
}

/// Whether something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Nothing.
    Plain,
    /// It has warnings.
    Attention,
    /// It has errors.
    Alarm,
}

/// Where the picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// On an HTML page: colours are CSS custom properties, `--diagram-ink` and its siblings, with
    /// defaults for light and dark. A page that sets them overrides both.
    Page,
    /// On paper: literal colours only, for the PDF and for tools that know no variables.
    Print,
}

#[cfg(test)]
pub(in crate::render) mod tests;
