//! `mainstay backup list`: the backups of the plans, and how far each is proven.

use std::fmt::Write;

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::print;
use crate::error::Result;
use crate::id::BackupId;
use crate::proof::{Level, Standing};
use crate::text;
use crate::time::Date;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// A backup and how far it is proven.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'l> {
    backup: &'l BackupId,
    provider: Option<&'static str>,
    level: Level,
    number: u8,
    /// The day on which that was shown.
    on: Option<Date>,
    /// The last day on which it counts.
    until: Option<Date>,
    /// What did not pass the last time.
    complaints: &'l [String],
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let record = plans.record();
    let programme = &plans.loaded.programme;
    let lines = programme.backups.iter().map(|backup| {
        let stands = record.standing(programme, backup, plans.today());
        let verify = backup.verify.as_ref();
        Line::new(
            &backup.id,
            verify.and_then(|verify| verify.with.key().ok()),
            stands.as_ref(),
        )
    });
    let lines: Vec<Line> = lines.collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text => print(&told(&lines))?,
    }
    Ok(Outcome::Done)
}

impl<'l> Line<'l> {
    fn new(
        backup: &'l BackupId,
        provider: Option<&'static str>,
        standing: Option<&Standing<'l>>,
    ) -> Self {
        let level = standing.map_or(Level::Unknown, |standing| standing.level);
        Line {
            backup,
            provider,
            level,
            number: level.number(),
            on: standing.map(|standing| standing.by.day),
            until: standing.map(|standing| standing.until),
            complaints: standing.map_or(&[], |standing| &standing.last.complaints),
        }
    }
}

fn told(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "The plans name no backup; `mainstay new backup` writes one.\n".to_owned();
    }
    let width = |of: fn(&Line) -> usize| lines.iter().map(of).max().unwrap_or(0);
    let ids = width(|line| line.backup.as_str().chars().count());
    let providers = width(|line| line.provider.unwrap_or("-").len());
    let mut told = String::new();
    for line in lines {
        let (id, provider) = (line.backup.as_str(), line.provider.unwrap_or("-"));
        let proven = match (line.provider, line.on) {
            (None, _) => "the plan does not say how it is verified".to_owned(),
            (_, None) => "never verified here".to_owned(),
            (_, Some(on)) => format!("level {}, shown on {on}", line.level),
        };
        writeln!(told, "{id:ids$}  {provider:providers$}  {proven}").expect("a string takes all");
        for complaint in line.complaints {
            writeln!(told, "{:ids$}  {:providers$}    {complaint}", "", "")
                .expect("a string takes all");
        }
    }
    told
}
