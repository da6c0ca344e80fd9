//! `mainstay backup estimate`: how long a restore takes, and when it will take too long.

use serde::Serialize;

use super::{Within, chosen};
use crate::app::Plans;
use crate::cli::Outcome;
use crate::cli::options::{Format, Moment, open};
use crate::cli::output::print;
use crate::error::Result;
use crate::graph::copies;
use crate::id::BackupId;
use crate::model::Backup;
use crate::proof::{Foreseen, Outlook};
use crate::record::Record;
use crate::text;
use crate::time::{Date, Duration};

#[derive(clap::Args)]
pub struct Args {
    /// The backups; all whose plans say how they are verified, when none is named
    backups: Vec<String>,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    moment: Moment,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// What is foreseen of a backup.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'p> {
    backup: &'p BackupId,
    /// How long a restore takes, in words; nothing where none was ever made.
    takes: Option<String>,
    likely_micros: Option<u64>,
    /// By how many bytes a restore grows each day.
    growth_per_day: Option<f64>,
    /// How long the systems may be down whose data it holds.
    rto: Option<Duration>,
    /// The day from which on a restore takes longer, where that is before the next test is due.
    too_long_on: Option<Date>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, args.moment.now)?;
    let can_be = |backup: &Backup| backup.verify.is_some();
    let chosen = chosen(&plans, &args.backups, (can_be, "verify"))?;
    let record = plans.record();
    let lines = chosen.iter().map(|backup| line(&plans, &record, backup));
    let lines: Vec<Line> = lines.collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text => print(&lines.iter().map(told).collect::<String>())?,
    }
    Ok(Outcome::Done)
}

fn line<'p>(plans: &Plans, record: &Record, backup: &'p Backup) -> Line<'p> {
    let programme = &plans.loaded.programme;
    let foreseen = record.foreseen(backup);
    let rto = copies::promised(programme, backup).0.map(|rto| rto.0);
    let next_test = record
        .standing(programme, backup, plans.today())
        .map(|standing| standing.until);
    let too_long_on = |foreseen: Foreseen| {
        let outlook = Outlook {
            today: plans.today(),
            next_test: next_test?,
        };
        foreseen.too_long_on(rto?, outlook)
    };
    Line {
        backup: &backup.id,
        takes: foreseen.map(|it| it.estimate.words()),
        likely_micros: foreseen.map(|it| it.estimate.span.likely),
        growth_per_day: foreseen.and_then(|it| it.growth),
        rto,
        too_long_on: foreseen.and_then(too_long_on),
    }
}

fn told(line: &Line) -> String {
    let Some(takes) = &line.takes else {
        return format!("{}: never restored here\n", line.backup);
    };
    let rto = line.rto.map(|rto| format!("; may take {rto}"));
    let growth = line
        .growth_per_day
        .map(|bytes| format!("; grows by {bytes:.0} bytes a day"));
    let late = line
        .too_long_on
        .map(|day| format!("; TOO LONG from {day} on"));
    let rest: String = [rto, growth, late].into_iter().flatten().collect();
    format!("{}: a restore takes {takes}{rest}\n", line.backup)
}
