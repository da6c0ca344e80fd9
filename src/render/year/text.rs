//! The year as a table.

use chrono::{Datelike, NaiveDate};

use super::{Chart, Row};

/// Widths of a month in the table: two days and what sets them apart, more are counted.
const DAYS_MAX: usize = 2;
const WIDTH: usize = 7;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A row for each drill and a column for each month, with the days; below it all that stands out.
#[must_use]
pub fn text(chart: &Chart) -> String {
    if chart.rows.is_empty() {
        return format!(
            "Nothing is planned in {}.\n\
             Write `schedule` in a drill; `mainstay check` says what is wrong with one.\n",
            chart.year()
        );
    }
    let wide = chart
        .rows
        .iter()
        .map(|row| row.id.chars().count())
        .max()
        .unwrap_or(0)
        .max(4);
    let heads: String = MONTHS
        .iter()
        .map(|month| format!("{month:<WIDTH$}"))
        .collect();
    let mut told = format!("{:<wide$}  {}\n", chart.year(), heads.trim_end());
    for row in &chart.rows {
        let months = (1..=12).map(|month| format!("{:<WIDTH$}", cell(row, month)));
        let line = format!("{:<wide$}  {}", row.id, months.collect::<String>());
        told += &format!("{}\n", line.trim_end());
    }
    let mut notes: Vec<(NaiveDate, String)> = Vec::new();
    for row in &chart.rows {
        for held in &row.days {
            let blocked = held
                .blocked
                .iter()
                .map(|why| format!("{} ! {} {why}", held.day, row.id));
            let moved = held.moved_from.iter();
            let moved = moved.map(|from| format!("{} > {} moved from {from}", held.day, row.id));
            notes.extend(blocked.chain(moved).map(|note| (held.day, note)));
        }
    }
    for at in &chart.blackouts {
        if at.from.0 <= chart.last && at.to.0 >= chart.first {
            notes.push((
                at.from.0,
                format!(
                    "{} x nothing may be tested until {}: {}",
                    at.from, at.to, at.name
                ),
            ));
        }
    }
    notes.sort();
    if !notes.is_empty() {
        told.push('\n');
    }
    notes
        .into_iter()
        .for_each(|(_, note)| told += &format!("{note}\n"));
    told
}

/// The days of a drill in a month.
fn cell(row: &Row, month: u32) -> String {
    let days = row.days.iter().filter(|held| held.day.month() == month);
    let days: Vec<String> = days
        .map(|held| {
            let mark = match (&held.blocked, held.moved_from) {
                (Some(_), _) => "!",
                (None, Some(_)) => ">",
                (None, None) => "",
            };
            format!("{}{mark}", held.day.day())
        })
        .collect();
    match days.len() {
        0 => ".".to_owned(),
        many if many > DAYS_MAX => format!("{many}x"),
        _ => days.join(" "),
    }
}
