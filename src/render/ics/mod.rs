//! The drills that are planned as a calendar that other programs show: RFC 5545.
//!
//! Times are given in the zone of the schedule, with what its clocks do (`VTIMEZONE`), and not in
//! UTC: the plan states a civil time, and whoever reads the calendar with a later table of zones
//! sees the drill when the plan means it. What comes twice as clocks are put back is given in UTC,
//! as programs do not agree which of both is meant, and how long it lasts is a duration, so that
//! its end is never in doubt. A drill that is planned for a day alone lasts that day.
//!
//! An event keeps its `UID` as long as its drill and the time that the rule names: where a holiday
//! moves it, programs move it, too. They do so where `SEQUENCE` rises, so it counts the minutes
//! until the plans were last changed. Nothing in it rings: whoever wants an alarm sets one.
//! Programs that subscribe are told to ask again within the hour (RFC 7986).

mod event;
mod line;
mod zone;

use chrono::{DateTime, Utc};
use icalendar::parser::{Component, Property};

use crate::graph::Graph;
use crate::model::Programme;
use crate::schedule::Planned;

/// How long a program that subscribes may go without asking again.
const REFRESH: &str = "PT1H";

/// What a calendar is made of.
pub struct Input<'p> {
    /// The plans.
    pub programme: &'p Programme,
    /// The graph of the plans, by which it is known what a drill touches.
    pub graph: &'p Graph<'p>,
    /// What is planned.
    pub planned: &'p [Planned<'p>],
    /// The moment asked for.
    pub asked: DateTime<Utc>,
    /// When the plans were last changed.
    pub changed: DateTime<Utc>,
}

/// The calendar, with the ends of lines and the folding that RFC 5545 wants.
#[must_use]
pub fn ics(input: &Input) -> String {
    let organization = input.programme.organization.as_ref();
    let name = organization.map_or("Drills".to_owned(), |it| format!("Drills of {}", it.name));
    let mut properties: Vec<Property> = vec![
        line::plain("VERSION", "2.0"),
        line::plain("PRODID", "-//Mainstay//Schedule//EN"),
        line::plain("CALSCALE", "GREGORIAN"),
        line::plain("METHOD", "PUBLISH"),
        line::text("NAME", &name),
    ];
    // Most programs know the name by this key.
    properties.push(line::text("X-WR-CALNAME", &name));
    properties.extend([
        line::with("REFRESH-INTERVAL", ("VALUE", "DURATION"), REFRESH),
        line::plain("X-PUBLISHED-TTL", REFRESH),
    ]);
    let mut components: Vec<Component> = zone::zones(input.planned);
    components.extend(
        input
            .planned
            .iter()
            .map(|planned| event::event(input, planned)),
    );
    line::written(&Component {
        name: "VCALENDAR".into(),
        properties,
        components,
    })
}

#[cfg(test)]
mod tests;
