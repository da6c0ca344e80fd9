//! The year as a picture: one self-contained, accessible element.
//!
//! Nothing is told by colour alone: what is moved is a ring, what is blocked a cross.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};

use super::{Chart, Held, Row};
use crate::render::diagram::{N, Theme, painted, shorten, text_width, xml};

const ROW: f64 = 22.0;
/// Above the first row: the names of the months.
const HEAD: f64 = 34.0;
/// Below the last row: what the marks mean.
const FOOT: f64 = 34.0;
const LABEL_SIZE: f64 = 11.0;
const LABEL_WIDTH_MAX: f64 = 230.0;
const MARGIN: f64 = 10.0;
/// The width of a day.
const DAY: f64 = 2.1;
const RADIUS: f64 = 4.0;

const RULES: &str = "\
.year text{font-family:\"Noto Sans\",\"Noto Sans Arabic\",\"Noto Sans Hebrew\",\
\"Droid Sans Fallback\",system-ui,sans-serif;font-size:11px;fill:$ink}\
.year .quiet{fill:$muted}\
.year .tick{text-anchor:middle;fill:$muted}\
.year .grid{stroke:$line;stroke-width:0.4;stroke-opacity:0.5}\
.year .holiday{stroke:$attention;stroke-width:1;stroke-dasharray:2 2}\
.year .blackout{fill:$system-fill}\
.year .edge{stroke:$system;stroke-width:0.6;fill:none}\
.year .dot{fill:$function}\
.year .ring{fill:$paper;stroke:$function;stroke-width:1.8}\
.year .cross{stroke:$alarm;stroke-width:2.2;fill:none}";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The whole picture, as an `svg` element that stands alone or inside a page.
#[must_use]
pub fn svg(chart: &Chart, theme: Theme) -> String {
    let widths = chart
        .rows
        .iter()
        .map(|row| text_width(&row.name, LABEL_SIZE));
    let left = MARGIN * 2.0 + widths.fold(60.0, f64::max).min(LABEL_WIDTH_MAX);
    let rows = u32::try_from(chart.rows.len().max(1)).unwrap_or(u32::MAX);
    let bottom = HEAD + ROW * f64::from(rows);
    let frame = Frame {
        first: chart.first,
        left,
        bottom,
    };
    let right = frame.x(chart.last) + DAY;
    let title = format!("Drills in {}", chart.year());
    let times: usize = chart.rows.iter().map(|row| row.days.len()).sum();
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"year\" role=\"img\" \
         aria-label=\"{title}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\
         <title>{title}</title><desc>{rows} rows with {times} times at which drills are held. The \
         table of the year says the same in words.</desc><style>{style}</style>\n",
        rows = chart.rows.len(),
        w = N(right + MARGIN),
        h = N(bottom + FOOT),
        style = painted("year", RULES, "", theme),
    );
    picture += &frame.months(chart);
    picture += &frame.blocked(chart, right);
    for (place, row) in (0_u32..).zip(&chart.rows) {
        picture += &frame.row(row, HEAD + ROW * (f64::from(place) + 0.5));
    }
    if chart.rows.is_empty() {
        let y = HEAD + ROW * 0.7;
        let _ = writeln!(
            picture,
            "<text x=\"{}\" y=\"{}\">Nothing is planned.</text>",
            N(left),
            N(y)
        );
    }
    picture += &legend(bottom + FOOT - 12.0);
    picture + "</svg>\n"
}

/// Where things stand.
struct Frame {
    first: NaiveDate,
    /// Where the year begins.
    left: f64,
    /// Where the rows end.
    bottom: f64,
}

impl Frame {
    fn x(&self, day: NaiveDate) -> f64 {
        let days = i32::try_from((day - self.first).num_days()).unwrap_or(0);
        self.left + DAY * f64::from(days)
    }

    /// The months: their names, and a line where each begins.
    fn months(&self, chart: &Chart) -> String {
        let mut drawn = String::new();
        let begins = |month| NaiveDate::from_ymd_opt(chart.year(), month, 1);
        for (month, name) in (1..=12).zip(MONTHS) {
            let Some(day) = begins(month) else { continue };
            let _ = writeln!(
                drawn,
                "<path class=\"grid\" d=\"M{x} {top}V{bottom}\"/>\
                 <text class=\"tick\" x=\"{middle}\" y=\"20\">{name}</text>",
                x = N(self.x(day)),
                top = N(HEAD - 6.0),
                bottom = N(self.bottom),
                middle = N(self.x(day) + DAY * 15.0),
            );
        }
        drawn
    }

    /// Times in which nothing may be tested, and holidays.
    fn blocked(&self, chart: &Chart, right: f64) -> String {
        let mut drawn = String::new();
        for at in &chart.blackouts {
            let (from, to) = (at.from.0.max(chart.first), at.to.0.min(chart.last));
            if from > to {
                continue;
            }
            let (x, until) = (self.x(from), (self.x(to) + DAY).min(right));
            let _ = writeln!(
                drawn,
                "<g><title>{title}</title><rect class=\"blackout\" x=\"{x}\" y=\"{y}\" \
                 width=\"{w}\" height=\"{h}\"/><path class=\"edge\" d=\"M{x} {y}V{end}M{until} \
                 {y}V{end}\"/></g>",
                title = xml(&format!("{}: {} to {}", at.name, at.from, at.to)),
                x = N(x),
                y = N(HEAD - 6.0),
                w = N(until - x),
                h = N(self.bottom - HEAD + 6.0),
                end = N(self.bottom),
                until = N(until),
            );
        }
        for (day, name) in &chart.holidays {
            let _ = writeln!(
                drawn,
                "<g><title>{}</title><path class=\"holiday\" d=\"M{x} {}V{}\"/></g>",
                xml(&format!("{name}: {day}")),
                N(HEAD - 6.0),
                N(self.bottom),
                x = N(self.x(*day) + DAY / 2.0),
            );
        }
        drawn
    }

    fn row(&self, row: &Row, y: f64) -> String {
        let mut drawn = format!(
            "<path class=\"grid\" d=\"M{} {}H{}\"/><text x=\"{}\" y=\"{}\">{}</text>\n",
            N(self.left),
            N(y),
            N(self.left + DAY * 366.0),
            N(MARGIN),
            N(y + 4.0),
            xml(&shorten(&row.name, LABEL_SIZE, LABEL_WIDTH_MAX)),
        );
        for held in &row.days {
            let x = self.x(held.day) + DAY / 2.0;
            let title = xml(&format!("{}: {}", row.name, words(held)));
            let _ = writeln!(drawn, "<g><title>{title}</title>{}</g>", mark(held, (x, y)));
        }
        drawn
    }
}

/// A day in words: `Saturday, 6 March 2027`.
fn words(held: &Held) -> String {
    let blocked = held.blocked.as_ref().map(|why| format!(", {why}"));
    let moved = held.moved_from.map(|from| format!(", moved from {from}"));
    let day = held.day.format("%A, %-d %B");
    let (moved, blocked) = (moved.unwrap_or_default(), blocked.unwrap_or_default());
    format!("{day} {}{moved}{blocked}", held.day.year())
}

fn mark(held: &Held, (x, y): (f64, f64)) -> String {
    let class = if held.moved_from.is_some() {
        "ring"
    } else {
        "dot"
    };
    match held.blocked {
        Some(_) => {
            let (a, b, c, d) = (N(x - RADIUS), N(x + RADIUS), N(y - RADIUS), N(y + RADIUS));
            format!("<path class=\"cross\" d=\"M{a} {c}L{b} {d}M{a} {d}L{b} {c}\"/>")
        }
        None => format!(
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{RADIUS}\"/>",
            N(x),
            N(y)
        ),
    }
}

/// What the marks mean.
fn legend(y: f64) -> String {
    let middle = y - 4.0;
    let held = |blocked: Option<&str>, moved_from| Held {
        day: NaiveDate::MIN,
        blocked: blocked.map(str::to_owned),
        moved_from,
    };
    let marks = [
        ("held", mark(&held(None, None), (0.0, middle))),
        (
            "moved to this day",
            mark(&held(None, Some(NaiveDate::MIN)), (0.0, middle)),
        ),
        (
            "on a holiday or where nothing may be tested",
            mark(&held(Some(""), None), (0.0, middle)),
        ),
        (
            "nothing may be tested",
            format!(
                "<rect class=\"blackout\" x=\"-6\" y=\"{0}\" width=\"12\" height=\"12\"/>\
                     <path class=\"edge\" d=\"M-6 {0}v12M6 {0}v12\"/>",
                N(middle - 6.0)
            ),
        ),
        (
            "holiday",
            format!("<path class=\"holiday\" d=\"M0 {}v12\"/>", N(middle - 6.0)),
        ),
    ];
    let mut x = MARGIN + 6.0;
    let mut drawn = String::new();
    for (words, mark) in marks {
        let _ = writeln!(
            drawn,
            "<g transform=\"translate({} 0)\">{mark}<text class=\"quiet\" x=\"10\" y=\"{}\">{words}\
             </text></g>",
            N(x),
            N(y),
        );
        x += 34.0 + text_width(words, LABEL_SIZE);
    }
    drawn
}
