//! Draws the picture as SVG: one self-contained, accessible element.

use std::fmt::Write;

use super::ticks::ticks;
use super::{Bar, BarKind, Chart, Row};
use crate::render::diagram::{N, Theme, painted, shorten, text_width, xml};

const ROW: f64 = 22.0;
const BAR: f64 = 12.0;
/// From the upper edge of a row to its bar.
const BAR_TOP: f64 = (ROW - BAR) / 2.0;
/// Above the first row: the words of the axis.
const HEAD: f64 = 34.0;
/// Below the last row: the words of the patterns, on two lines.
const FOOT: f64 = 52.0;
const LABEL_SIZE: f64 = 11.0;
const LABEL_WIDTH_MAX: f64 = 230.0;
const MARGIN: f64 = 10.0;
/// Right of the axis: room for its last word.
const RIGHT: f64 = 30.0;
/// What is shorter is drawn this wide, so that it is seen.
const WIDTH_MIN: f64 = 1.5;

/// The rows on one page of paper.
#[cfg(feature = "pdf")]
const PAGE_ROWS: usize = 38;

/// The rules, with `$name` where a colour goes. A page has classes of its own, such as `bar`, which
/// would change the size of what is drawn; so there are none of these names.
const RULES: &str = "\
.chart text{font-family:\"Noto Sans\",\"Noto Sans Arabic\",\"Noto Sans Hebrew\",\
\"Droid Sans Fallback\",system-ui,sans-serif;font-size:11px;fill:$ink}\
.chart .quiet{fill:$muted}\
.chart .tick{text-anchor:middle;fill:$muted}\
.chart .grid{stroke:$line;stroke-width:0.4;stroke-opacity:0.5}\
.chart .wait{stroke:$ink;stroke-width:1;stroke-dasharray:2 2}\
.chart .lasted{stroke:$ink;stroke-width:1}\
.chart .expected{fill:none;stroke:$muted;stroke-width:1;stroke-dasharray:4 2}\
.chart .machine{fill:$system}\
.chart .paper{fill:$paper}\
.chart .stroke{stroke:$ink;stroke-width:1.2;fill:none}\
.chart .dot{fill:$ink}\
.chart .cross{stroke:$alarm;stroke-width:2.2;fill:none}";

/// The patterns: those of people, of what was taken back, and of what is open.
const PATTERNS: &str = "<defs>\
<pattern id=\"chart-person\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"paper\" width=\"5\" height=\"5\"/><path class=\"stroke\" d=\"M0 5L5 0\"/></pattern>\
<pattern id=\"chart-undo\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"paper\" width=\"5\" height=\"5\"/><circle class=\"dot\" cx=\"2.5\" cy=\"2.5\" \
r=\"1.1\"/></pattern>\
<pattern id=\"chart-open\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">\
<rect class=\"paper\" width=\"4\" height=\"4\"/><path class=\"stroke\" d=\"M2 0V4\"/></pattern>\
</defs>";

/// What the patterns mean, in the order of the legend.
const LEGEND: [(&str, Option<BarKind>); 8] = [
    ("done by a machine", Some(BarKind::Machine)),
    ("done by people", Some(BarKind::Person)),
    ("waits, or is not yet seen", Some(BarKind::Wait)),
    ("failed", Some(BarKind::Failed)),
    ("in doubt or under way", Some(BarKind::Open)),
    ("taken back", Some(BarKind::Undo)),
    ("not taken back", Some(BarKind::UndoFailed)),
    ("expected length", None),
];

/// The whole picture, as an `svg` element that stands alone or inside a page.
pub fn svg(chart: &Chart, theme: Theme) -> String {
    draw(chart, &chart.rows, theme)
}

/// The picture in pieces that each fit on a page of paper.
#[cfg(feature = "pdf")]
pub fn pages(chart: &Chart) -> Vec<String> {
    let pieces = chart.rows.chunks(PAGE_ROWS);
    pieces.map(|rows| draw(chart, rows, Theme::Print)).collect()
}

/// Where things stand.
struct Frame {
    /// Where the axis begins.
    left: f64,
    /// Where it ends.
    right: f64,
    /// What its end means, in microseconds.
    end: u64,
    /// Where the rows end.
    bottom: f64,
}

impl Frame {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a pixel is longer than what is lost"
    )]
    fn x(&self, micros: u64) -> f64 {
        let share = micros.min(self.end) as f64 / self.end as f64;
        self.left + share * (self.right - self.left)
    }
}

fn draw(chart: &Chart, rows: &[Row], theme: Theme) -> String {
    let width = match theme {
        Theme::Page => 940.0,
        Theme::Print => 720.0,
    };
    let labels = chart
        .rows
        .iter()
        .map(|row| text_width(&row.label, LABEL_SIZE));
    let labels = labels.fold(40.0, f64::max).min(LABEL_WIDTH_MAX);
    let frame = Frame {
        left: labels + 2.0 * MARGIN,
        right: width - RIGHT,
        end: chart.end,
        bottom: HEAD + ROW * count(rows.len()),
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" \
         aria-label=\"{title}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\
         <title>{title}</title><desc>{desc}</desc><style>{style}</style>{PATTERNS}\n",
        title = xml(&chart.title),
        desc = xml(&chart.description),
        w = N(width),
        h = N(frame.bottom + FOOT),
        style = painted("chart", RULES, "", theme),
    );
    svg.push_str(&axis(chart, &frame));
    for (i, row) in rows.iter().enumerate() {
        svg.push_str(&drawn(row, &frame, HEAD + ROW * count(i), labels));
    }
    svg.push_str(&legend(&frame, width));
    svg.push_str("</svg>\n");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "no run has that many steps")]
fn count(rows: usize) -> f64 {
    rows as f64
}

fn axis(chart: &Chart, frame: &Frame) -> String {
    let mut axis = text(
        "quiet",
        MARGIN,
        12.0,
        &format!("Time after {}", chart.start),
    );
    for tick in ticks(chart.end) {
        let x = N(frame.x(tick.at));
        axis.push_str(&text("tick", frame.x(tick.at), HEAD - 6.0, &tick.words));
        add(
            &mut axis,
            format_args!(
                "<path class=\"grid\" d=\"M{x} {}V{}\"/>\n",
                N(HEAD),
                N(frame.bottom)
            ),
        );
    }
    axis
}

fn drawn(row: &Row, frame: &Frame, top: f64, labels: f64) -> String {
    let mut group = format!("<g><title>{}</title>", xml(&row.words));
    let baseline = top + ROW / 2.0 + LABEL_SIZE * 0.36;
    group.push_str(&text(
        "label",
        MARGIN,
        baseline,
        &shorten(&row.label, LABEL_SIZE, labels),
    ));
    for piece in &row.bars {
        let place = (frame.x(piece.from), frame.x(piece.until));
        group.push_str(&bar(piece, place, top));
    }
    if let Some((from, until)) = row.expected {
        let edge = if until > frame.end {
            Edge::Open
        } else {
            Edge::Closed
        };
        group.push_str(&expected(frame.x(from), frame.x(until), top, edge));
    }
    if let Some(note) = row.note {
        group.push_str(&text("quiet", frame.left + 4.0, baseline, note));
    }
    group.push_str("</g>\n");
    group
}

/// Whether an outline ends on the axis, or beyond it.
#[derive(Clone, Copy)]
enum Edge {
    Closed,
    Open,
}

/// The outline of what was expected; open at its end where that lies beyond the axis.
fn expected(from: f64, until: f64, top: f64, edge: Edge) -> String {
    let (upper, lower) = (top + BAR_TOP - 2.5, top + BAR_TOP + BAR + 2.5);
    let side = match edge {
        Edge::Open => format!("M{} {}H{}", N(from), N(lower), N(until)),
        Edge::Closed => format!("V{}H{}", N(lower), N(from)),
    };
    format!(
        "<path class=\"expected\" d=\"M{} {}V{}H{}{side}\"/>",
        N(from),
        N(lower),
        N(upper),
        N(until.max(from + WIDTH_MIN)),
    )
}

fn bar(bar: &Bar, (from, until): (f64, f64), top: f64) -> String {
    let width = (until - from).max(WIDTH_MIN);
    if bar.kind == BarKind::Wait {
        let y = N(top + ROW / 2.0);
        return format!("<path class=\"wait\" d=\"M{} {y}H{}\"/>", N(from), N(until));
    }
    let fill = match bar.kind {
        BarKind::Machine => "class=\"lasted machine\"",
        BarKind::Person => "class=\"lasted\" fill=\"url(#chart-person)\"",
        BarKind::Undo => "class=\"lasted\" fill=\"url(#chart-undo)\"",
        BarKind::Open => "class=\"lasted\" fill=\"url(#chart-open)\"",
        BarKind::Failed | BarKind::UndoFailed | BarKind::Wait => "class=\"lasted paper\"",
    };
    let mut drawn = format!(
        "<rect {fill} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        N(from),
        N(top + BAR_TOP),
        N(width),
        N(BAR),
    );
    if let BarKind::Failed | BarKind::UndoFailed = bar.kind {
        drawn.push_str(&cross(from + width, top + ROW / 2.0));
    }
    if bar.kind == BarKind::UndoFailed {
        add(
            &mut drawn,
            format_args!(
                "<rect fill=\"url(#chart-undo)\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"5\"/>",
                N(from),
                N(top + BAR_TOP + BAR - 5.0),
                N(width),
            ),
        );
    }
    drawn
}

/// The sign of what failed, at the end of its bar.
fn cross(x: f64, y: f64) -> String {
    let (left, right) = (N(x - 4.5), N(x + 4.5));
    let (upper, lower) = (N(y - 4.5), N(y + 4.5));
    let (falling, rising) = (
        format!("M{left} {upper}L{right} {lower}"),
        format!("M{left} {lower}L{right} {upper}"),
    );
    format!("<path class=\"cross\" d=\"{falling}{rising}\"/>")
}

fn legend(frame: &Frame, width: f64) -> String {
    let mut legend = String::new();
    let columns = LEGEND.len() / 2;
    let column = (width - 2.0 * MARGIN) / count(columns);
    for (i, (words, kind)) in LEGEND.iter().enumerate() {
        let x = MARGIN + column * count(i % columns);
        let top = frame.bottom + 6.0 + ROW * count(i / columns);
        let place = (x, x + 20.0);
        legend.push_str(&match kind {
            Some(kind) => {
                let (from, until, kind) = (0, 0, *kind);
                bar(&Bar { kind, from, until }, place, top)
            }
            None => expected(place.0, place.1, top, Edge::Closed),
        });
        legend.push_str(&text("quiet", x + 32.0, top + ROW / 2.0 + 4.0, words));
    }
    legend
}

fn text(class: &str, x: f64, baseline: f64, words: &str) -> String {
    let (x, y) = (N(x), N(baseline));
    format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>\n",
        xml(words)
    )
}

fn add(to: &mut String, what: std::fmt::Arguments) {
    to.write_fmt(what).expect("a string takes all");
}
