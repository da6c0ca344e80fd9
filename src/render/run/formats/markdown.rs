//! Markdown, for wikis and code review: the same words and tables, with bars of letters.

use serde_json::Value;

use super::{ReportFormat, values};
use crate::render::document::markdown;
use crate::render::run::Report;
use crate::render::run::view::Bar;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "md",
    extension: "md",
    summary: "for wikis and code review",
    write: |report, templates| {
        Ok(markdown::page(templates, "report", || drawn(report))?.into_bytes())
    },
};

fn drawn(report: &Report) -> Value {
    let mut values = values(report);
    for (i, measured) in report.measured.iter().enumerate() {
        values["measured"][i]["drawn"] = measured.bar.map(bar).into();
    }
    values
}

/// How many letters a bar has.
const LETTERS: u64 = 40;

/// A bar of letters: `#` machines, `+` people alone, `.` what is left until `|`, the limit.
fn bar(bar: Bar) -> String {
    let letters = |share: u64| share * LETTERS / 1_000;
    let (machines, taken) = (letters(bar.machines), letters(bar.machines + bar.people));
    let limit = letters(bar.within);
    let letter = |place| match place {
        place if place < machines => '#',
        place if place < taken => '+',
        _ => '.',
    };
    let mut drawn = String::new();
    for place in 0..LETTERS {
        if place == limit {
            drawn.push('|');
        }
        drawn.push(letter(place));
    }
    if limit == LETTERS {
        drawn.push('|');
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_machines_people_and_the_limit() {
        let drawn = |machines, people, within| {
            bar(Bar {
                machines,
                people,
                within,
            })
        };
        assert_eq!(
            drawn(250, 250, 1_000),
            "##########++++++++++....................|"
        );
        assert_eq!(
            drawn(1_000, 0, 500),
            "####################|####################"
        );
        assert_eq!(drawn(0, 0, 0), "|........................................");
    }
}
