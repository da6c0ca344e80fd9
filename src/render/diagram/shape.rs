//! The few shapes of the picture, as SVG elements.

use std::fmt;

use super::layout::{Direction, Point};
use super::style::{edge_kind, mood as mood_class, node_kind};
use super::{EdgeKind, Mood, NodeKind};

/// The length of an arrowhead.
pub(super) const HEAD: f64 = 8.0;

/// A length, written with at most one decimal.
pub(in crate::render) struct N(pub f64);

impl fmt::Display for N {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round();
        // No minus before a zero.
        let tenths = if tenths == 0.0 { 0.0 } else { tenths };
        if tenths % 10.0 == 0.0 {
            write!(out, "{:.0}", tenths / 10.0)
        } else {
            write!(out, "{:.1}", tenths / 10.0)
        }
    }
}

/// A place and a size.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// The outline of a box: its shape tells its kind.
pub(super) fn outline(kind: NodeKind, mood: Mood, frame: Frame) -> String {
    let Frame {
        x,
        y,
        width,
        height,
    } = frame;
    let (right, bottom) = (x + width, y + height);
    let class = format!("box {} {}", node_kind(kind).0, mood_class(mood).0);
    let rect = |radius: f64| {
        format!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
            N(x),
            N(y),
            N(width),
            N(height),
            N(radius)
        )
    };
    let path = |d: String| format!("<path class=\"{class}\" d=\"{d}\"/>");
    match kind {
        NodeKind::Function => rect((height / 2.0).min(15.0)),
        NodeKind::System => rect(2.0),
        NodeKind::Vendor => {
            let cut = (height / 4.0).min(9.0);
            path(format!(
                "M{} {}H{}L{} {}V{}L{} {}H{}L{} {}V{}Z",
                N(x + cut),
                N(y),
                N(right - cut),
                N(right),
                N(y + cut),
                N(bottom - cut),
                N(right - cut),
                N(bottom),
                N(x + cut),
                N(x),
                N(bottom - cut),
                N(y + cut),
            ))
        }
        NodeKind::Site => {
            let bars =
                [x + 4.0, right - 4.0].map(|bar| format!("M{} {}V{}", N(bar), N(y), N(bottom)));
            let body = format!("M{} {}H{}V{}H{}Z", N(x), N(y), N(right), N(bottom), N(x));
            path(body + &bars.concat())
        }
    }
}

/// The badge of a mood, around a point: a triangle warns, a disc alarms.
pub(super) fn badge(mood: Mood, centre: Point) -> String {
    let Point { x, y } = centre;
    let class = mood_class(mood).0;
    let (shape, top, end) = match mood {
        Mood::Plain => return String::new(),
        Mood::Attention => (
            format!(
                "<path class=\"badge {class}\" d=\"M{} {}L{} {}H{}Z\"/>",
                N(x),
                N(y - 8.0),
                N(x + 8.5),
                N(y + 6.5),
                N(x - 8.5)
            ),
            y - 2.6,
            y + 1.0,
        ),
        Mood::Alarm => (
            format!(
                "<circle class=\"badge {class}\" cx=\"{}\" cy=\"{}\" r=\"7.5\"/>",
                N(x),
                N(y)
            ),
            y - 3.8,
            y + 0.4,
        ),
    };
    let dot = end + 3.2;
    format!(
        "{shape}<path class=\"mark\" d=\"M{0} {1}V{2}M{0} {3}V{4}\"/>",
        N(x),
        N(top),
        N(end),
        N(dot),
        N(dot + 0.1)
    )
}

/// The head of an arrow that ends at `tip`, coming along `direction`, forwards or backwards.
pub(super) fn head(kind: EdgeKind, mood: Mood, tip: Point, way: Way) -> String {
    let half = HEAD * 0.45;
    let corner = |back: f64, aside: f64| {
        let point = way.step(tip, back, aside);
        format!("{} {}", N(point.x), N(point.y))
    };
    let d = match kind {
        EdgeKind::Hard => {
            format!(
                "M{}L{}L{}Z",
                corner(0.0, 0.0),
                corner(HEAD, half),
                corner(HEAD, -half)
            )
        }
        EdgeKind::Soft => {
            format!(
                "M{}L{}L{}",
                corner(HEAD, half),
                corner(0.0, 0.0),
                corner(HEAD, -half)
            )
        }
        EdgeKind::Bootstrap => format!(
            "M{}L{}L{}L{}Z",
            corner(0.0, 0.0),
            corner(HEAD / 2.0, half),
            corner(HEAD, 0.0),
            corner(HEAD / 2.0, -half)
        ),
    };
    format!(
        "<path class=\"head {} {}\" d=\"{d}\"/>",
        edge_kind(kind).0,
        mood_class(mood).0
    )
}

/// The way an arrow points where it ends.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Way {
    pub direction: Direction,
    /// 1 forwards, -1 backwards.
    pub sign: f64,
}

impl Way {
    /// The point `back` before `point` and `aside` of it.
    pub fn step(self, point: Point, back: f64, aside: f64) -> Point {
        match self.direction {
            Direction::Right => Point {
                x: point.x - self.sign * back,
                y: point.y + aside,
            },
            Direction::Down => Point {
                x: point.x + aside,
                y: point.y - self.sign * back,
            },
        }
    }
}
