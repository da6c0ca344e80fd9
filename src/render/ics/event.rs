//! One time at which a drill is planned, as an event.

use chrono::{DateTime, Utc};
use icalendar::parser::{Component, Property};
use sha2::{Digest, Sha256};

use super::line::{civil, day, moment, plain, text, texts, with};
use super::{Input, zone};
use crate::drill::needs;
use crate::model::{Drill, Kind, Programme};
use crate::schedule::{Dst, Occurrence, Planned, why_moved, words};
use crate::text::hex;
use crate::time::Duration;

/// `SEQUENCE` counts from here.
const EPOCH: DateTime<Utc> = match DateTime::from_timestamp(1_577_836_800, 0) {
    Some(epoch) => epoch,
    None => DateTime::UNIX_EPOCH,
};

/// The event of a drill at a time.
pub fn event(input: &Input, planned: &Planned) -> Component<'static> {
    let drill = planned.drill;
    let changed = (input.changed - EPOCH)
        .num_minutes()
        .clamp(0, i32::MAX.into());
    let mut properties = vec![
        text("UID", &uid(input.programme, planned)),
        plain("DTSTAMP", moment(input.asked)),
        plain("LAST-MODIFIED", moment(input.changed)),
        plain("SEQUENCE", changed.to_string()),
    ];
    match (planned.occurrence, &drill.schedule) {
        (Some(occurrence), Some(schedule)) => {
            properties.push(start(occurrence, schedule.zone.0));
            let lasts = needs(input.programme, input.graph, drill).lasts();
            properties.push(plain("DURATION", duration(lasts)));
        }
        _ => properties.push(with("DTSTART", ("VALUE", "DATE"), day(planned.day.0))),
    }
    properties.extend([
        text("SUMMARY", &format!("Drill: {}", drill.name)),
        text("DESCRIPTION", &description(input.programme, planned)),
        texts("CATEGORIES", &["Drill", drill.kind.word()]),
    ]);
    Component {
        name: "VEVENT".into(),
        properties,
        components: Vec::new(),
    }
}

/// The name of an event for programs: it depends on the drill and the time that the rule names.
fn uid(programme: &Programme, planned: &Planned) -> String {
    let organization = programme.organization.as_ref().map_or("", |it| &it.name);
    let organization = hex(&Sha256::digest(organization)[..8]);
    let time = match planned.occurrence {
        None => day(planned.day.0),
        Some(it) => {
            let second = if it.dst == Dst::Second { "-second" } else { "" };
            format!("{}{second}", civil(it.moved_from.unwrap_or(it.nominal)))
        }
    };
    format!("{}-{time}@{organization}.mainstay", planned.drill.id)
}

fn start(occurrence: Occurrence, place: chrono_tz::Tz) -> Property<'static> {
    if zone::is_utc(place) || matches!(occurrence.dst, Dst::First | Dst::Second) {
        return plain("DTSTART", moment(occurrence.at));
    }
    // Not what is named: that time may not exist.
    let local = occurrence.at.with_timezone(&place).naive_local();
    with("DTSTART", ("TZID", place.name()), civil(local))
}

/// A length of time: `PT1H30M`.
fn duration(lasts: Duration) -> String {
    let seconds = lasts.as_seconds();
    let units = [
        (seconds / 3600, 'H'),
        (seconds / 60 % 60, 'M'),
        (seconds % 60, 'S'),
    ];
    let units = units.iter().filter(|(count, _)| *count > 0);
    let units: String = units
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    match units.is_empty() {
        true => "PT0S".to_owned(),
        false => format!("PT{units}"),
    }
}

/// What whoever is invited wants to know.
fn description(programme: &Programme, planned: &Planned) -> String {
    let drill: &Drill = planned.drill;
    let mut lines = vec![format!("Kind: {}", drill.kind.word())];
    let nodes = [Kind::System, Kind::Function];
    let scope = drill
        .scope
        .iter()
        .map(|id| name(programme, &nodes, id.as_str()));
    let scope: Vec<&str> = scope.collect();
    if !scope.is_empty() {
        lines.push(format!("About: {}", scope.join(", ")));
    }
    if let Some(lead) = &drill.lead {
        let parties = [Kind::Person, Kind::Role, Kind::Team];
        lines.push(format!(
            "Led by: {}",
            name(programme, &parties, lead.as_str())
        ));
    }
    match (planned.occurrence, &drill.schedule) {
        (Some(occurrence), Some(schedule)) => {
            lines.push(format!("Planned: {}", words(schedule)));
            let moved = why_moved(schedule, &occurrence);
            lines.extend(moved.map(|moved| format!("It is {moved}.")));
            let clocks = occurrence.dst.words();
            lines.extend(clocks.map(|clocks| format!("Clocks are put on this day: {clocks}.")));
        }
        _ => lines.push("Planned for this day; no time is stated.".to_owned()),
    }
    lines.push(format!("In the plans: {}", drill.id));
    lines.join("\n")
}

/// What something is called that is one of several kinds.
fn name<'p>(programme: &'p Programme, kinds: &[Kind], id: &'p str) -> &'p str {
    let named = kinds.iter().find_map(|kind| programme.name(*kind, id));
    named.unwrap_or(id)
}
