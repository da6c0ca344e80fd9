//! `mainstay schedule history`: every time that came, and what became of it.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::app::Duties;
use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::print;
use crate::error::Result;
use crate::id::{DrillId, PersonId};
use crate::schedule::{Disposition, Duty, Obligation, came};
use crate::text;
use crate::time::TimeZone;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// Only what is still to be done, or was not; the exit status is 1 where something was missed
    #[arg(long)]
    open: bool,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// A time that came, and what became of it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'l> {
    drill: &'l DrillId,
    nominal: NaiveDateTime,
    zone: TimeZone,
    tzdb: &'l str,
    at: DateTime<Utc>,
    disposition: String,
    /// The same, as it stands in a column.
    #[serde(skip)]
    word: &'static str,
    /// The run by which it was done.
    run: Option<&'l str>,
    /// Until when it is to be done.
    until: Option<DateTime<Utc>>,
    /// Who waived it, and why.
    by: Option<&'l PersonId>,
    why: Option<&'l str>,
    schedule: &'l str,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let mut record = plans.record();
    // Whoever cannot rely on it must not take what follows from the plans alone for it.
    record.duties = Duties::read(&plans.workspace)?;
    // What has come and was not written down yet has come all the same.
    let now = plans.now.instant();
    let new = came(&plans.loaded.programme, &record.duties, now);
    record.duties.extend(new.into_iter().map(Duty::Came));
    let all = record.obligations(now);
    let is_open =
        |it: &&Obligation| matches!(it.disposition, Disposition::Due(_) | Disposition::Missed);
    let shown = all.iter().filter(|it| !args.open || is_open(it));
    let lines: Vec<Line> = shown.map(Line::new).collect();
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text if lines.is_empty() => print(match args.open {
            true => "Nothing is to be done.\n",
            false => "Nothing has come by a schedule; `mainstay schedule next` shows what will.\n",
        })?,
        Format::Text => print(&told(&lines))?,
    }
    let is_missed = all.iter().any(|it| it.disposition == Disposition::Missed);
    Ok(match args.open && is_missed {
        true => Outcome::Findings,
        false => Outcome::Done,
    })
}

impl<'l> Line<'l> {
    fn new(obligation: &Obligation<'l>) -> Self {
        let Obligation { came, disposition } = *obligation;
        let waived = match disposition {
            Disposition::Waived(waived) => Some(waived),
            _ => None,
        };
        Line {
            drill: &came.drill,
            nominal: came.nominal,
            zone: came.zone,
            tzdb: &came.tzdb,
            at: came.at,
            disposition: disposition.word().to_lowercase(),
            word: disposition.word(),
            run: match disposition {
                Disposition::Done(run) | Disposition::Late(run) => Some(run),
                _ => None,
            },
            until: match disposition {
                Disposition::Due(until) => until,
                _ => None,
            },
            by: waived.map(|waived| &waived.by),
            why: waived.map(|waived| waived.why.as_str()),
            schedule: &came.schedule,
        }
    }

    /// What there is to say beside the word.
    fn rest(&self) -> String {
        match (self.run, self.until, self.by) {
            (Some(run), ..) => run.to_owned(),
            (_, Some(until), _) => {
                let until = until.with_timezone(&self.zone.0);
                format!("until {}", until.format("%Y-%m-%d %H:%M %Z"))
            }
            (_, _, Some(by)) => format!("by {by}: {}", self.why.unwrap_or_default()),
            _ => String::new(),
        }
    }
}

fn told(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.drill.as_str().chars().count());
    let width = width.max().unwrap_or(0);
    let told = lines.iter().map(|line| {
        let (drill, word, rest) = (line.drill.as_str(), line.word, line.rest());
        let time = line.nominal.format("%Y-%m-%dT%H:%M");
        let line = format!("{time}  {drill:<width$}  {word:<6}  {rest}");
        format!("{}\n", line.trim_end())
    });
    told.collect()
}
