//! What a drill measures, against what it may take.

use serde::Serialize;

use super::value::{elapsed_ms, millis, words};
use crate::drill::Measured;
use crate::record::Timed;
use crate::render::view::Mood;

/// One measure against what it may take.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MeasuredLine {
    /// What it is the time of.
    pub name: String,
    /// The function or system whose recovery it is the time of.
    pub of: Option<String>,
    /// The step with whose beginning it begins.
    pub from: String,
    /// The step with whose end it ends.
    pub until: String,
    /// How long it may take, in milliseconds.
    pub within_ms: u64,
    /// The same, as people read it.
    pub within: String,
    /// How long it took, in milliseconds; `null` where it did not come to its end.
    pub took_ms: Option<u64>,
    /// The same, as people read it.
    pub took: Option<String>,
    /// The same without the time in which only people were at work.
    pub technical_ms: Option<u64>,
    /// The same, as people read it.
    pub technical: Option<String>,
    /// How long of it only steps were at work whose time is not counted, in milliseconds.
    pub excluded_ms: u64,
    /// The same, as people read it, where there was any.
    pub excluded: Option<String>,
    /// How long of it an incident held the run, in milliseconds. As that of any pause it counts.
    pub held_ms: u64,
    /// The same, as people read it, where there was any.
    pub held: Option<String>,
    /// Whether only the clock on the wall could tell.
    pub by_wall: bool,
    /// Whether it was in time.
    pub in_time: bool,
    /// What came of it.
    pub outcome: &'static str,
    /// How that stands.
    pub mood: Mood,
    /// How it is drawn, where it came to its end.
    pub bar: Option<Bar>,
    #[serde(skip)]
    timed: Timed,
}

/// A measure as a bar. All lengths are thousandths of the longer of what it took and what it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bar {
    /// While a machine was at work.
    pub machines: u64,
    /// While only people were at work.
    pub people: u64,
    /// What it may take.
    pub within: u64,
}

impl MeasuredLine {
    /// A measure, as it was told by the run.
    pub fn new(measured: &Measured) -> Self {
        let timed = Timed::new(measured);
        let measure = &measured.measure;
        let took = measured.took.map(|took| took.micros);
        let technical = took.map(|took| took.saturating_sub(measured.people_micros) / 1_000);
        let took_ms = measured.took.map(elapsed_ms);
        let within_ms = millis(measure.within);
        let (outcome, mood) = match (took_ms, measured.in_time()) {
            (None, _) => ("did not come to its end", Mood::Gap),
            (_, true) => ("in time", Mood::Fine),
            (_, false) => ("NOT IN TIME", Mood::Gap),
        };
        MeasuredLine {
            name: measure.name.clone(),
            of: measure.of.as_ref().map(ToString::to_string),
            from: measure.from.clone(),
            until: measure.until.clone(),
            within_ms,
            within: measure.within.words(),
            took_ms,
            took: took_ms.map(words),
            technical_ms: technical,
            technical: technical.map(words),
            excluded_ms: measured.excluded_micros / 1_000,
            excluded: some_micros(measured.excluded_micros),
            held_ms: measured.held_micros / 1_000,
            held: some_micros(measured.held_micros),
            by_wall: measured.took.is_some_and(|took| took.by_wall),
            in_time: measured.in_time(),
            outcome,
            mood,
            bar: took_ms
                .zip(technical)
                .map(|(took, technical)| Bar::new(took, technical, within_ms)),
            timed,
        }
    }

    /// The measure on one line.
    pub fn told(&self) -> String {
        time_told(&self.timed)
    }
}

/// A length of time as people read it, where there was any.
fn some_micros(micros: u64) -> Option<String> {
    (micros > 0).then(|| words(micros / 1_000))
}

/// What was measured, on one line.
pub fn time_told(timed: &Timed) -> String {
    let (name, within) = (&timed.name, timed.within.words());
    let Some((took, technical)) = timed.took_micros.zip(timed.technical_micros) else {
        return format!("{name}: did not come to its end; it may take {within}");
    };
    let (took, technical) = (words(took / 1_000), words(technical / 1_000));
    let excluded = some_micros(timed.excluded_micros);
    let excluded = excluded.map_or_else(String::new, |it| format!(", {it} of it not counted"));
    let held = some_micros(timed.held_micros);
    let held = held.map_or_else(String::new, |it| {
        format!(", {it} of it held by an incident and counted")
    });
    let outcome = if timed.in_time {
        "in time"
    } else {
        "NOT IN TIME"
    };
    format!("{name}: {took}{held} ({technical} without people{excluded}) of {within}: {outcome}")
}

impl Bar {
    fn new(took: u64, technical: u64, within: u64) -> Self {
        let whole = u128::from(took.max(within).max(1));
        let share = |ms: u64| {
            u64::try_from(u128::from(ms) * 1_000 / whole).expect("a part is less than the whole")
        };
        Bar {
            machines: share(technical),
            people: share(took).saturating_sub(share(technical)),
            within: share(within),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bar;

    #[test]
    fn a_bar_is_as_long_as_the_longer_of_two() {
        let bar = |took, technical, within| {
            let bar = Bar::new(took, technical, within);
            (bar.machines, bar.people, bar.within)
        };
        assert_eq!(bar(500, 300, 1_000), (300, 200, 1_000));
        assert_eq!(bar(2_000, 2_000, 1_000), (1_000, 0, 500));
        assert_eq!(bar(0, 0, 0), (0, 0, 0));
        assert_eq!(bar(u64::MAX, 0, 1), (0, 1_000, 0));
    }
}
