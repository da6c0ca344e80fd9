//! `mainstay schedule explain`: when a drill is held, and everything that has a part in it.

use super::line::Line;
use crate::cli::Outcome;
use crate::cli::options::{Moment, Within, open};
use crate::cli::output::print;
use crate::drill::needs;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::graph::Graph;
use crate::model::{Drill, Item, Kind, Programme, Schedule};
use crate::record::Record;
use crate::schedule::{AHEAD, Duty, Move, Planned, planned, tzdb, words};
use crate::time::Date;

#[derive(clap::Args)]
pub struct Args {
    /// The drill
    drill: String,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    moment: Moment,
    /// How many of the next times
    #[arg(long, value_name = "NUMBER", default_value = "5")]
    count: usize,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, args.moment.now)?;
    let programme = &plans.loaded.programme;
    let drill = programme.drills.get(&args.drill).ok_or_else(|| {
        Error::not_found(format!("find the drill `{}`", args.drill))
            .hint("`mainstay drill list` shows the drills of the plans.")
    })?;
    let today = plans.today();
    let last = today.0.checked_add_days(AHEAD).unwrap_or(today.0);
    let all = planned(programme, (plans.now.instant(), today), last);
    let own = all
        .iter()
        .filter(|it| it.drill.id == drill.id)
        .take(args.count);
    let record = plans.record();
    let analysis = plans.analyse(&record);
    let findings = plans.findings(&analysis, &record);
    let mut told = rule(programme, drill);
    told += &times(programme, own);
    told += &moved(&record, drill, args.count);
    told += &notices(drill, &findings);
    print(&told)?;
    Ok(Outcome::Done)
}

/// The rule, and what it means.
fn rule(programme: &Programme, drill: &Item<Drill>) -> String {
    let mut told = format!("{} ({})\n", drill.name, drill.id);
    let mut line = |key: &str, value: String| told += &format!("  {key:<12}{value}\n");
    match (&drill.schedule, drill.next) {
        (Some(schedule), _) => {
            line("Rule:", words(schedule));
            line("From:", schedule.from.to_string());
            line(
                "Zone:",
                format!("{} (table of zones {})", schedule.zone, tzdb()),
            );
            line("Days off:", days_off(schedule));
            line(
                "Late:",
                match schedule.within {
                    Some(within) => format!(
                        "{}, up to {} after its time",
                        schedule.missed(drill).word(),
                        within.words()
                    ),
                    None => schedule.missed(drill).word().to_owned(),
                },
            );
            let (gap, fold) = (
                schedule.gap.unwrap_or_default(),
                schedule.fold.unwrap_or_default(),
            );
            line(
                "Clocks:",
                format!("an hour that is left out is {gap}; one that comes twice is {fold}"),
            );
        }
        (None, Some(next)) => line("Planned:", format!("{next}, as `next`")),
        (None, None) => line(
            "Planned:",
            "not at all; write `schedule` or `next`".to_owned(),
        ),
    }
    let cadence = drill
        .every
        .map(|every| format!("at least every {}", every.words()));
    line(
        "Cadence:",
        cadence.unwrap_or_else(|| "none is stated".to_owned()),
    );
    let needs = needs(programme, &Graph::build(programme), drill);
    line(
        "Lasts:",
        match needs.stated {
            Some(lasts) => format!("{}, by its steps", lasts.words()),
            None => format!("no step says it; {} is assumed", needs.lasts().words()),
        },
    );
    let people: Vec<&str> = needs.people.iter().map(|id| id.as_str()).collect();
    if !people.is_empty() {
        line("Takes part:", people.join(", "));
    }
    told
}

/// The calendar, and how far it is known.
fn days_off(schedule: &Schedule) -> String {
    let Some(days_off) = schedule.days_off.as_ref() else {
        return "the calendar that it names is not known".to_owned();
    };
    let until = days_off
        .known_until()
        .map(|until| format!(", known until {until}"));
    let moved = match schedule.business_day {
        Some(how) => how.word(),
        None => "held all the same, as nothing is said",
    };
    format!("{}{}: {moved}", days_off.name, until.unwrap_or_default())
}

/// The next times, each with what has a part in it.
fn times<'a>(programme: &Programme, all: impl Iterator<Item = &'a Planned<'a>>) -> String {
    let mut told = String::from("Next times:\n");
    let mut is_empty = true;
    for it in all {
        is_empty = false;
        told += &Line::new(it).explained();
        for blackout in blackouts(programme, it.day) {
            told += &format!("    lies in `{blackout}`, in which nothing may be tested\n");
        }
        let schedule = it
            .drill
            .schedule
            .as_ref()
            .filter(|_| it.occurrence.is_some());
        let off = schedule.and_then(|it| it.days_off.as_ref());
        if let Some(why) = off.and_then(|days_off| days_off.why(it.day.0)) {
            told += &format!("    is {why}, and is not moved\n");
        }
    }
    if is_empty {
        told += "  none within two years\n";
    }
    told
}

/// The last times of which people were told that they are others.
fn moved(record: &Record, drill: &Drill, count: usize) -> String {
    let moves = record.duties.iter().rev().filter_map(|duty| match duty {
        Duty::Moved(it) if it.of.as_drill() == Some(drill.id.as_str()) => Some(it),
        _ => None,
    });
    let mut moves: Vec<&Move> = moves.take(count).collect();
    moves.reverse();
    let told = moves.iter().map(|it| {
        let (name, word, seen) = (it.name(), it.word(), it.at.format("%Y-%m-%d"));
        format!("  {name} {word} {}, as seen on {seen}\n", it.became())
    });
    let told: String = told.collect();
    match told.is_empty() {
        true => told,
        false => format!("Moved:\n{told}"),
    }
}

fn blackouts(programme: &Programme, day: Date) -> impl Iterator<Item = &str> {
    let organization = programme.organization.iter();
    let all = organization.flat_map(|it| &it.blackouts);
    let within = all.filter(move |it| (it.from..=it.to).contains(&day));
    within.map(|blackout| blackout.name.as_str())
}

/// What the checks say of when it is held.
fn notices(drill: &Drill, findings: &[Finding]) -> String {
    const ABOUT: [&str; 3] = ["schedule-", "drill-date-", "drills-collide"];
    let ours = findings.iter().filter(|finding| {
        let about = finding.subject.as_ref();
        about.is_some_and(|it| it.kind == Kind::Drill && it.id == drill.id.as_str())
            && ABOUT.iter().any(|name| finding.check.starts_with(name))
    });
    let told: String = ours
        .map(|it| format!("  {}: {}\n", it.check, it.message))
        .collect();
    match told.is_empty() {
        true => String::new(),
        false => format!("Notices:\n{told}"),
    }
}
