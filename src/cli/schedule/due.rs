//! `mainstay schedule due`: what is to be done now, since when or by when.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::app::by_now;
use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::{print, tell_lost};
use crate::error::Result;
use crate::id::PartyId;
use crate::model::Programme;
use crate::schedule::{Disposition, Obligation, Subject, Term};
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

/// Something that is to be done.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'l> {
    of: Subject,
    /// The civil time at which it was to be done; of a day its beginning.
    nominal: NaiveDateTime,
    /// Since when or by when, as people read it.
    #[serde(skip)]
    when: String,
    /// The moment, where a schedule says one.
    at: Option<DateTime<Utc>>,
    /// Whether its time has passed.
    overdue: bool,
    /// The schedule in words, or what is to be done.
    what: &'l str,
    /// When it had been done last, where that is known.
    last: Option<Date>,
    /// Who sees to it.
    who: Option<&'l PartyId>,
    /// Whether Mainstay does it by itself.
    unattended: bool,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let (record, now) = (by_now(&plans)?, plans.now.instant());
    tell_lost(&record);
    let all = record.obligations(now);
    let open = all.iter().filter(|it| it.disposition.is_open());
    let programme = &plans.loaded.programme;
    let mut lines: Vec<Line> = open.map(|it| Line::new(programme, it, now)).collect();
    lines.sort_by_key(|line| line.nominal);
    match args.format {
        Format::Json => print(&text::json(&lines))?,
        Format::Text if lines.is_empty() => print("Nothing is due.\n")?,
        Format::Text => print(&told(&lines))?,
    }
    Ok(Outcome::Done)
}

impl<'l> Line<'l> {
    fn new(programme: &'l Programme, it: &Obligation<'l>, now: DateTime<Utc>) -> Self {
        let (of, nominal) = (it.term.subject(), it.term.nominal());
        let overdue = it.disposition == Disposition::Overdue;
        match it.term {
            Term::Time(came) => {
                let drill = programme.drills.get(came.drill.as_str());
                Line {
                    of,
                    nominal,
                    when: format!("since {}", it.name().replacen('T', " ", 1)),
                    at: Some(came.at),
                    overdue,
                    what: &came.schedule,
                    last: None,
                    who: drill.and_then(|drill| drill.lead.as_ref()),
                    unattended: drill.is_some_and(|drill| drill.unattended)
                        && came.begins_by_itself(now),
                }
            }
            Term::Day(opened) => Line {
                of,
                nominal,
                when: match overdue {
                    true => format!("since {}", opened.by),
                    false => format!("by    {}", opened.by),
                },
                at: None,
                overdue,
                what: &opened.what,
                last: opened.last,
                who: opened.who.as_ref(),
                unattended: opened.unattended,
            },
        }
    }
}

fn told(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.of.as_str().chars().count());
    let width = width.max().unwrap_or(0);
    let told = lines.iter().map(|line| {
        let last = line.last.map(|day| format!("; last on {day}"));
        let who = line.who.map(|who| format!("; {who} sees to it"));
        let alone = line.unattended.then_some("; done by itself");
        let more = [last.as_deref(), who.as_deref(), alone];
        let more: String = more.into_iter().flatten().collect();
        let (when, of) = (&line.when, line.of.as_str());
        format!("{when:<22}  {of:<width$}  {}{more}\n", line.what)
    });
    told.collect()
}
