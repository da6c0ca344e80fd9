//! `mainstay schedule history`: everything that was to be done, and what became of it.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::app::by_now;
use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::{print, tell_lost};
use crate::error::Result;
use crate::id::PersonId;
use crate::record::Record;
use crate::schedule::{Announced, Disposition, Duty, Move, Obligation, Subject, Term};
use crate::text;
use crate::time::TimeZone;

/// How wide the name of a time is as a rule.
const NAME: usize = 16;

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

/// Something that was to be done, and what became of it.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'l> {
    of: Subject,
    /// As it is named on the command line.
    #[serde(skip)]
    name: String,
    /// The civil time of it; of a day its beginning.
    nominal: NaiveDateTime,
    zone: TimeZone,
    /// The version of the table of time zones by which the moment was known.
    tzdb: Option<&'l str>,
    /// The moment that was; of what is to be done by a day when it was opened, of a time that was
    /// moved before it came when that was seen.
    at: DateTime<Utc>,
    disposition: String,
    /// The same, as it stands in a column.
    #[serde(skip)]
    word: &'static str,
    /// How it is known that it was done, such as the id of a run.
    known: Option<&'l str>,
    /// Until when it is to be done.
    until: Option<DateTime<Utc>>,
    /// Who waived it, and why.
    by: Option<&'l PersonId>,
    why: Option<Cow<'l, str>>,
    /// The day or civil time to which it was moved, and the moment that is.
    moved_to: Option<String>,
    moved_to_at: Option<DateTime<Utc>>,
    /// The schedule in words, or what is to be done.
    what: Cow<'l, str>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let (record, now) = (by_now(&plans)?, plans.now.instant());
    tell_lost(&record);
    let all = record.obligations(now);
    let is_open =
        |it: &&Obligation| it.disposition.is_open() || it.disposition == Disposition::Missed;
    let shown = all.iter().filter(|it| !args.open || is_open(it));
    let mut lines: Vec<Line> = shown.map(Line::new).collect();
    if !args.open {
        lines.extend(moved(&record, now));
        lines.sort_by_key(|line| line.at);
    }
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text if lines.is_empty() => print(match args.open {
            true => "Nothing is to be done.\n",
            false => "Nothing has come; `mainstay schedule next` shows what will.\n",
        })?,
        Format::Text => print(&told(&lines))?,
    }
    let is_missed = all.iter().any(|it| it.disposition == Disposition::Missed);
    Ok(match args.open && is_missed {
        true => Outcome::Findings,
        false => Outcome::Done,
    })
}

/// The times to come that were moved until a moment.
fn moved(record: &Record, now: DateTime<Utc>) -> impl Iterator<Item = Line<'_>> {
    record.duties.iter().filter_map(move |duty| match duty {
        Duty::Moved(it) if it.at <= now => Line::moved(it),
        _ => None,
    })
}

impl<'l> Line<'l> {
    /// A time to come that is another one, or none.
    fn moved(it: &'l Move) -> Option<Self> {
        let known: &Announced = it.from.as_ref().or(it.to.as_ref())?;
        Some(Line {
            of: it.of.clone(),
            name: known.name(),
            nominal: known.nominal,
            zone: known.zone,
            tzdb: Some(&known.tzdb),
            at: it.at,
            disposition: it.word().to_owned(),
            word: it.word(),
            known: None,
            until: None,
            by: None,
            why: Some(it.why().into()),
            moved_to: it.to.as_ref().map(Announced::name),
            moved_to_at: it.to.as_ref().map(|to| to.at),
            what: it.became().into(),
        })
    }

    fn new(obligation: &Obligation<'l>) -> Self {
        let Obligation { term, disposition } = *obligation;
        let waived = match disposition {
            Disposition::Waived(waived) => Some(waived),
            _ => None,
        };
        let (zone, tzdb, at, what) = match term {
            Term::Time(came) => (came.zone, Some(&*came.tzdb), came.at, &came.schedule),
            Term::Day(opened) => (opened.zone, None, opened.seen, &opened.what),
        };
        Line {
            of: term.subject(),
            name: term.name(),
            nominal: term.nominal(),
            zone,
            tzdb,
            at,
            disposition: disposition.word().to_lowercase(),
            word: disposition.word(),
            known: match disposition {
                Disposition::Done(known) | Disposition::Late(known) => Some(known),
                _ => None,
            },
            until: match disposition {
                Disposition::Due(until) => until,
                _ => None,
            },
            by: waived.map(|waived| &waived.by),
            why: waived.map(|waived| waived.why.as_str().into()),
            moved_to: match disposition {
                Disposition::Moved(to) => Some(to.to_string()),
                _ => None,
            },
            moved_to_at: None,
            what: what.into(),
        }
    }

    /// What there is to say beside the word.
    fn rest(&self) -> String {
        if let (Some(to), None) = (&self.moved_to, self.moved_to_at) {
            return format!("to {to}");
        }
        match (self.known, self.until, self.by) {
            (Some(known), ..) => known.to_owned(),
            (_, Some(until), _) => {
                let until = until.with_timezone(&self.zone.0);
                format!("until {}", until.format("%Y-%m-%d %H:%M %Z"))
            }
            (_, _, Some(by)) => format!("by {by}: {}", self.why.as_deref().unwrap_or_default()),
            _ => self.what.clone().into_owned(),
        }
    }
}

fn told(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.of.as_str().chars().count());
    let width = width.max().unwrap_or(0);
    let names = lines.iter().map(|line| line.name.len()).max();
    let names = names.unwrap_or(0).max(NAME);
    let told = lines.iter().map(|line| {
        let (name, of, word, rest) = (&line.name, line.of.as_str(), line.word, line.rest());
        let line = format!("{name:<names$}  {of:<width$}  {word:<9}  {rest}");
        format!("{}\n", line.trim_end())
    });
    told.collect()
}
