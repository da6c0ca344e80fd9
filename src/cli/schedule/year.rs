//! `mainstay schedule year`: a year as a table or as a picture.

use std::path::PathBuf;

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use clap::ValueEnum;

use crate::cli::Outcome;
use crate::cli::options::{Source, years};
use crate::cli::output::{note, print_bytes};
use crate::error::{Error, Result};
use crate::render::diagram::Theme;
use crate::render::year::{Chart, svg, text};
use crate::schedule::planned;
use crate::time::Date;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The year. This one, when left out
    #[arg(long, value_name = "YEAR", value_parser = years(), allow_negative_numbers = true)]
    year: Option<i32>,
    /// How it is shown
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Picture,
    /// The file it is written to. Standard output, when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How a year is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Picture {
    /// A table
    Text,
    /// A picture
    Svg,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let programme = &plans.loaded.programme;
    let year = args.year.unwrap_or_else(|| plans.today().0.year());
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let days = day(1, 1).zip(day(12, 31));
    let (first, last) = days.ok_or_else(|| {
        Error::invalid(format!("show the year {year}")).hint("Name one such as 2027.")
    })?;
    // The year begins in some zone before it does in UTC.
    let eve = first.checked_sub_days(Days::new(2)).unwrap_or(first);
    let eve = eve.and_time(NaiveTime::MIN).and_utc();
    let all = planned(programme, (eve, Date(first)), last);
    let chart = Chart::new(programme, (first, last), &all);
    let shown = match args.format {
        Picture::Text => text(&chart),
        Picture::Svg => svg(&chart, Theme::Page),
    };
    match &args.out {
        None => print_bytes(shown.as_bytes())?,
        Some(file) => {
            let failed = |error| Error::io(format!("write `{}`", file.display()), error);
            std::fs::write(file, &shown).map_err(failed)?;
            note(&format!("wrote {}", file.display()));
        }
    }
    Ok(Outcome::Done)
}
