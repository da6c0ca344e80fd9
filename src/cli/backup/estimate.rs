//! `mainstay backup estimate`: how long a restore takes, and when it will take too long.

use std::path::PathBuf;

use serde::Serialize;

use super::follow::Follow;
use super::{Within, chosen};
use crate::app::{Backups, Plans};
use crate::cli::Outcome;
use crate::cli::options::{Format, Moment, open};
use crate::cli::output::{print, warn};
use crate::error::Result;
use crate::graph::copies;
use crate::id::BackupId;
use crate::model::{Backup, Item};
use crate::proof::{Foreseen, Outlook, Sampled, Verdict};
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
    /// First restore two small parts of each, of at most a 32nd and an eighth of its bytes, and
    /// remove them again. restic, borg and directory can do that
    #[arg(long, conflicts_with = "now")]
    sample: bool,
    /// The folder in which parts are restored
    #[arg(long, value_name = "FOLDER", env = "MAINSTAY_SCRATCH")]
    scratch: Option<PathBuf>,
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
    /// How much of all was restored in the last parts, in hundredths.
    scope: Option<f64>,
    /// How long a restore takes by those parts alone.
    by_parts_micros: Option<u64>,
    /// By how much that is off what was measured, as a share of it.
    parts_off: Option<f64>,
    /// The day from which on a restore takes longer, where that is before the next test is due.
    too_long_on: Option<Date>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, args.moment.now)?;
    let can_be = |backup: &Backup| backup.verify.is_some();
    let chosen = chosen(&plans, &args.backups, (can_be, "verify"))?;
    let sampled = match args.sample {
        true => sample(args, &plans, &chosen)?,
        false => Vec::new(),
    };
    let record = plans.record();
    let lines = chosen.iter().map(|backup| line(&plans, &record, backup));
    let lines: Vec<Line> = lines.collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text => print(&lines.iter().map(told).collect::<String>())?,
    }
    let any = |verdict| sampled.iter().any(|it| it.verdict() == verdict);
    Ok(match (any(Verdict::Fail), any(Verdict::Inconclusive)) {
        (true, _) => Outcome::Findings,
        (false, true) => Outcome::Inconclusive,
        (false, false) => Outcome::Done,
    })
}

/// Restores parts of backups, and says what did not come back as it had to.
fn sample(args: &Args, plans: &Plans, chosen: &[&Item<Backup>]) -> Result<Vec<Sampled>> {
    let mut backups = Backups::open(&plans.workspace)?;
    let mut all = Vec::new();
    for backup in chosen {
        let sampled = {
            let follow = Follow::new(&backup.id);
            let scratch = args.scratch.as_deref();
            backups.sample(plans, backup, scratch, &|progress| follow.tell(progress))?
        };
        let bad = sampled.trials.iter();
        for trial in bad.filter(|trial| trial.verdict != Verdict::Pass) {
            warn(&format!("{}: {}", backup.id, trial.sentence()));
        }
        all.push(sampled);
    }
    Ok(all)
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
            // One that was never tested is to be tested now.
            next_test: next_test.unwrap_or_else(|| plans.today()),
        };
        foreseen.too_long_on(rto?, outlook)
    };
    let parts = foreseen.and_then(|it| it.parts);
    Line {
        backup: &backup.id,
        scope: parts.map(|it| it.scope),
        by_parts_micros: parts.map(|it| it.estimate.span.likely),
        parts_off: foreseen.and_then(|it| it.off()),
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
    let scope = line
        .scope
        .map(|scope| format!("; scope of the parts: {scope:.0} %"));
    let off = line.parts_off.map(|off| {
        let off = off * 100.0;
        format!("; the parts alone are {off:+.0} % off")
    });
    let rto = line.rto.map(|rto| format!("; may take {rto}"));
    let growth = line
        .growth_per_day
        .map(|bytes| format!("; grows by {bytes:.0} bytes a day"));
    let late = line
        .too_long_on
        .map(|day| format!("; TOO LONG from {day} on"));
    let rest: String = [scope, off, rto, growth, late]
        .into_iter()
        .flatten()
        .collect();
    format!("{}: a restore takes {takes}{rest}\n", line.backup)
}
