//! `mainstay schedule show`: all that is planned in a year, month by month.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::line::{Line, text};
use crate::cli::Outcome;
use crate::cli::options::{Format, Source, years};
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::schedule::planned;
use crate::text;
use crate::time::Date;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The year. This one, when left out
    #[arg(long, value_name = "YEAR", value_parser = years(), allow_negative_numbers = true)]
    year: Option<i32>,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let year = args.year.unwrap_or_else(|| plans.today().0.year());
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let days = day(1, 1).zip(day(12, 31));
    let (first, last) = days.ok_or_else(|| {
        Error::invalid(format!("show the year {year}")).hint("Name one such as 2027.")
    })?;
    // The year begins in some zone before it does in UTC.
    let eve = first.checked_sub_days(Days::new(2)).unwrap_or(first);
    let eve = eve.and_time(NaiveTime::MIN).and_utc();
    let all = planned(&plans.loaded.programme, (eve, Date(first)), last);
    let lines: Vec<Line> = all
        .iter()
        .filter(|it| it.day.0 >= first)
        .map(Line::new)
        .collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text => print(&by_month(&lines, year))?,
    }
    Ok(Outcome::Done)
}

fn by_month(lines: &[Line], year: i32) -> String {
    let mut shown = String::new();
    for month in lines.chunk_by(|one, other| one.day.0.month() == other.day.0.month()) {
        let name = month[0].day.0.format("%B %Y");
        shown += &format!("{name}\n");
        shown.extend(text(month).lines().map(|line| format!("  {line}\n")));
    }
    if shown.is_empty() {
        shown = format!(
            "Nothing is planned in {year}.\n\
             Write `schedule` in a drill; `mainstay check` says what is wrong with one.\n"
        );
    }
    shown
}
