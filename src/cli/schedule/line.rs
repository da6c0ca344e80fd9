//! A time at which a drill is held, as a line for people or for programs.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::id::DrillId;
use crate::model::Schedule;
use crate::schedule::{Occurrence, Planned, tzdb, words};
use crate::time::{Date, TimeZone};

/// A time at which a drill is held.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line<'p> {
    drill: &'p DrillId,
    name: &'p str,
    /// The day, where it is held.
    pub day: Date,
    /// The civil time that the schedule names; nothing where only a day is planned.
    nominal: Option<NaiveDateTime>,
    /// The moment that is.
    at: Option<DateTime<Utc>>,
    zone: Option<TimeZone>,
    /// What it was moved from, and why.
    moved: Option<Moved<'p>>,
    /// What the clocks have to do with it.
    clocks: Option<&'static str>,
    /// The version of the table of time zones by which that is known.
    tzdb: &'static str,
    schedule: Option<String>,
}

/// From what a time was moved.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Moved<'p> {
    /// The civil time that the rule names.
    from: NaiveDateTime,
    /// What that day is, such as a holiday.
    why: String,
    /// The calendar that says so.
    calendar: &'p str,
}

impl<'p> Line<'p> {
    /// One time.
    pub fn new(planned: &Planned<'p>) -> Self {
        let drill = planned.drill;
        // A day that is planned by itself has no time.
        let schedule = drill
            .schedule
            .as_ref()
            .filter(|_| planned.occurrence.is_some());
        Line {
            drill: &drill.id,
            name: &drill.name,
            day: planned.day,
            nominal: planned.occurrence.map(|it| it.nominal),
            at: planned.occurrence.map(|it| it.at),
            zone: schedule.map(|schedule| schedule.zone),
            moved: planned
                .occurrence
                .zip(schedule)
                .and_then(|(it, schedule)| moved(schedule, it)),
            clocks: planned.occurrence.and_then(|it| it.dst.words()),
            tzdb: tzdb(),
            schedule: schedule.map(words),
        }
    }

    /// For people: the time where it is held, the drill, and how often that comes.
    pub fn text(&self, width: usize) -> String {
        let time = match (self.at, self.zone) {
            (Some(at), Some(zone)) => {
                let local = at.with_timezone(&zone.0);
                local.format("%Y-%m-%d %a %H:%M %Z").to_string()
            }
            _ => self.day.0.format("%Y-%m-%d %a").to_string(),
        };
        let drill = self.drill.as_str();
        let why = self.schedule.as_deref().unwrap_or("planned as `next`");
        let moved = self.moved.as_ref().map(|moved| {
            let from = moved.from.format("%Y-%m-%d");
            format!("; moved from {from}, which is {}", moved.why)
        });
        let moved = moved.unwrap_or_default();
        let clocks = self
            .clocks
            .map(|clocks| format!("; {clocks}"))
            .unwrap_or_default();
        format!("{time:<26} {drill:<width$}  {why}{moved}{clocks}\n")
    }

    /// For people who want to know it exactly: what is named, the moment that is, and why it is not
    /// another.
    pub fn explained(&self) -> String {
        let (Some(nominal), Some(at), Some(zone)) = (self.nominal, self.at, self.zone) else {
            return format!(
                "  {}, no time is stated\n",
                self.day.0.format("%Y-%m-%d %a")
            );
        };
        let local = at.with_timezone(&zone.0).format("%Y-%m-%d %H:%M %Z");
        let mut told = format!("  {} in {zone}\n", nominal.format("%Y-%m-%d %a %H:%M"));
        told += &format!("    is {} ({local})\n", at.format("%Y-%m-%dT%H:%M:%SZ"));
        if let Some(moved) = &self.moved {
            let from = moved.from.format("%Y-%m-%d %a");
            told += &format!(
                "    moved from {from}, which is {} ({})\n",
                moved.why, moved.calendar
            );
        }
        if let Some(clocks) = self.clocks {
            told += &format!("    {clocks}\n");
        }
        told
    }

    /// How long the id of its drill is.
    pub fn width(&self) -> usize {
        self.drill.as_str().chars().count()
    }
}

/// From what a time of a schedule was moved, and why.
fn moved(schedule: &Schedule, occurrence: Occurrence) -> Option<Moved<'_>> {
    let (from, days_off) = occurrence.moved_from.zip(schedule.days_off.as_deref())?;
    Some(Moved {
        from,
        why: days_off.why(from.date())?.to_string(),
        calendar: &days_off.name,
    })
}

/// Lines under each other.
pub fn text<'l>(lines: impl IntoIterator<Item = &'l Line<'l>> + Clone) -> String {
    let width = lines
        .clone()
        .into_iter()
        .map(Line::width)
        .max()
        .unwrap_or(0);
    lines.into_iter().map(|line| line.text(width)).collect()
}
