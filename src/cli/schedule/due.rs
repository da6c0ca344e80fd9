//! `mainstay schedule due`: what is due now, and since when.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::app::Plans;
use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::print;
use crate::drill::is_due;
use crate::error::Result;
use crate::id::DrillId;
use crate::model::Drill;
use crate::record::{Record, Verdict};
use crate::schedule::{self, Occurrence, words};
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

/// A drill that is due.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'p> {
    drill: &'p DrillId,
    name: &'p str,
    /// The day since which it is; nothing where it was never held.
    since: Option<Date>,
    /// The moment, where its schedule says one.
    at: Option<DateTime<Utc>>,
    /// When it was last held.
    last: Option<Date>,
    /// By what it is due.
    why: String,
    /// Whether `mainstay run` holds it by itself.
    unattended: bool,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let record = plans.record();
    let drills = plans.loaded.programme.drills.iter();
    let mut lines: Vec<Line> = drills
        .filter_map(|drill| line(&plans, &record, drill))
        .collect();
    lines.sort_by_key(|line| (line.since, line.at));
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text if lines.is_empty() => print("Nothing is due.\n")?,
        Format::Text => print(&told(&lines))?,
    }
    Ok(Outcome::Done)
}

/// What there is to say of a drill that is due; nothing of any other.
fn line<'p>(plans: &Plans, record: &Record, drill: &'p Drill) -> Option<Line<'p>> {
    let (now, today) = (plans.now.instant(), plans.today());
    let succeeded = record
        .of(drill)
        .filter(|run| run.verdict == Verdict::Succeeded);
    let run = succeeded.map(|run| run.day).max();
    if !is_due(drill, run, (now, today)) {
        return None;
    }
    let held = drill.held.iter().map(|held| held.on).chain(run);
    let last = held.filter(|day| *day <= today).max();
    let (since, at, why) = since(drill, last, (now, today));
    Some(Line {
        drill: &drill.id,
        name: &drill.name,
        since,
        at,
        last,
        why,
        unattended: drill.unattended,
    })
}

/// Since when a drill is due, and by what.
fn since(
    drill: &Drill,
    last: Option<Date>,
    (now, today): (DateTime<Utc>, Date),
) -> (Option<Date>, Option<DateTime<Utc>>, String) {
    let is_open = |day: Date| day <= today && last.is_none_or(|last| last < day);
    if let Some(next) = drill.next.filter(|next| is_open(*next)) {
        return (Some(next), None, "planned as `next`".to_owned());
    }
    if let Some(schedule) = &drill.schedule {
        let occurrence: Option<Occurrence> = schedule::last(schedule, now).ok().flatten();
        let day = occurrence.map(|it| Date(it.nominal.date()));
        return (day, occurrence.map(|it| it.at), words(schedule));
    }
    let every = drill
        .every
        .map_or(String::new(), |every| format!("every {}", every.words()));
    let since = drill.every.zip(last).map(|(every, last)| every.after(last));
    (since, None, every)
}

fn told(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.drill.as_str().chars().count());
    let width = width.max().unwrap_or(0);
    let told = lines.iter().map(|line| {
        let since = line
            .since
            .map_or("never held".to_owned(), |day| format!("since {day}"));
        let last = line
            .last
            .map_or(String::new(), |day| format!("; last held on {day}"));
        let alone = if line.unattended {
            "; `mainstay run` holds it"
        } else {
            ""
        };
        let drill = line.drill.as_str();
        format!("{since:<16}  {drill:<width$}  {}{last}{alone}\n", line.why)
    });
    told.collect()
}
