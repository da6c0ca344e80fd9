//! What the clocks of a zone do, as a calendar says it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use icalendar::parser::Component;

use super::line::{civil, plain};
use crate::schedule::Planned;

/// It is told what the clocks do so long before the first event and after the last.
const AROUND: TimeDelta = TimeDelta::days(400);
/// Clocks are never put twice within less.
const STEP: TimeDelta = TimeDelta::hours(12);

/// Whether a zone is UTC, under any of its names: there a moment needs no zone.
pub fn is_utc(zone: Tz) -> bool {
    matches!(
        zone,
        Tz::UTC | Tz::Etc__UTC | Tz::Zulu | Tz::Etc__Zulu | Tz::Universal
    )
}

/// The zones of all events, each once.
pub fn zones(planned: &[Planned]) -> Vec<Component<'static>> {
    let mut spans: BTreeMap<&str, (Tz, DateTime<Utc>, DateTime<Utc>)> = BTreeMap::new();
    for it in planned {
        let zone = it.drill.schedule.as_ref().map(|schedule| schedule.zone.0);
        let Some((zone, at)) = zone.zip(it.occurrence.map(|it| it.at)) else {
            continue;
        };
        if !is_utc(zone) {
            let span = spans.entry(zone.name()).or_insert((zone, at, at));
            *span = (zone, span.1.min(at), span.2.max(at));
        }
    }
    spans
        .into_values()
        .map(|(zone, from, to)| one(zone, from - AROUND, to + AROUND))
        .collect()
}

/// What clocks show from a moment on.
struct Shown {
    before: i32,
    after: i32,
    is_summer: bool,
    name: Option<String>,
}

fn shown(zone: Tz, at: DateTime<Utc>, before: i32) -> Shown {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    Shown {
        before,
        after: offset.fix().local_minus_utc(),
        is_summer: !offset.dst_offset().is_zero(),
        name: offset.abbreviation().map(str::to_owned),
    }
}

fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc())
        .fix()
        .local_minus_utc()
}

/// One zone between two moments: what the clocks show first, and whenever they are put.
fn one(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Component<'static> {
    let first = offset(zone, from);
    let mut parts = vec![part(from, &shown(zone, from, first))];
    let mut at = from;
    while at < to {
        let next = at + STEP;
        let (before, after) = (offset(zone, at), offset(zone, next));
        if before != after {
            let put = change(zone, (at, next));
            parts.push(part(put, &shown(zone, put, before)));
        }
        at = next;
    }
    Component {
        name: "VTIMEZONE".into(),
        properties: vec![plain("TZID", zone.name())],
        components: parts,
    }
}

/// The moment between two others at which the clocks are put.
fn change(zone: Tz, (mut low, mut high): (DateTime<Utc>, DateTime<Utc>)) -> DateTime<Utc> {
    let before = offset(zone, low);
    while high - low > TimeDelta::seconds(1) {
        let middle = low + (high - low) / 2;
        if offset(zone, middle) == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    // Halves of a span have pieces of seconds; clocks are put at whole ones.
    DateTime::from_timestamp(high.timestamp(), 0).unwrap_or(high)
}

fn part(at: DateTime<Utc>, shown: &Shown) -> Component<'static> {
    let local: NaiveDateTime = at.naive_utc() + TimeDelta::seconds(shown.before.into());
    let mut properties = vec![
        plain("DTSTART", civil(local)),
        plain("TZOFFSETFROM", written(shown.before)),
        plain("TZOFFSETTO", written(shown.after)),
    ];
    properties.extend(
        shown
            .name
            .as_ref()
            .map(|name| plain("TZNAME", name.clone())),
    );
    Component {
        name: if shown.is_summer {
            "DAYLIGHT"
        } else {
            "STANDARD"
        }
        .into(),
        properties,
        components: Vec::new(),
    }
}

/// `+0100`, and seconds where there are any.
fn written(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3600, all / 60 % 60, all % 60);
    let rest = if seconds > 0 {
        format!("{seconds:02}")
    } else {
        String::new()
    };
    format!("{sign}{hours:02}{minutes:02}{rest}")
}
