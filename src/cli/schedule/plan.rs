//! `mainstay schedule plan`: a day for every drill and cadence of a year.

use std::collections::BTreeMap;

use crate::cli::Outcome;
use crate::cli::options::{Source, years};
use crate::cli::output::print;
use crate::drill::{Year, year};
use crate::error::Result;
use crate::graph::Graph;
use crate::model::Drill;
use crate::schedule::{Proposal, propose};
use crate::time::Date;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The year, such as 2027
    #[arg(long, value_name = "YEAR", value_parser = years(), allow_negative_numbers = true)]
    year: i32,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let programme = &plans.loaded.programme;
    let record = plans.record();
    let last = |drill: &Drill| {
        let runs = record
            .of(drill)
            .filter(|run| run.is_held())
            .map(|run| run.day);
        drill.held.iter().map(|held| held.on).chain(runs).max()
    };
    let graph = Graph::build(programme);
    let year = year((programme, &graph), (args.year, plans.today()), last);
    let all = propose(args.year, &year.wanted, &year.rules);
    print(&told(&year, &all))?;
    print(&to_paste(&year, &all))?;
    Ok(match all.iter().any(|it| it.day.is_none()) {
        true => Outcome::Findings,
        false => Outcome::Done,
    })
}

fn told(year: &Year, all: &[Proposal]) -> String {
    let width = year
        .wanted
        .iter()
        .map(|it| it.name.chars().count())
        .max()
        .unwrap_or(0);
    let told = all.iter().map(|it| {
        let day = it.day.map_or("NONE".to_owned(), |day| {
            day.0.format("%Y-%m-%d %a").to_string()
        });
        let name = &year.wanted[it.wanted].name;
        format!("{day:<14}  {name:<width$}  {}\n", it.why.join("; "))
    });
    let told: String = told.collect();
    match told.is_empty() {
        true => "Nothing is to be planned: the plans have no drill and no cadence.\n".to_owned(),
        false => told,
    }
}

/// What can be pasted into the plans: the first day of each drill, and the days of the rest.
fn to_paste(year: &Year, all: &[Proposal]) -> String {
    let mut days: BTreeMap<usize, Vec<Date>> = BTreeMap::new();
    for it in all
        .iter()
        .filter(|it| year.wanted[it.wanted].planned.is_none())
    {
        days.entry(it.wanted).or_default().extend(it.day);
    }
    let mut told = String::new();
    for (place, days) in &days {
        let Some((first, more)) = days.split_first().filter(|_| *place < year.drills) else {
            continue;
        };
        let more: Vec<String> = more.iter().map(Date::to_string).collect();
        let more = match more.is_empty() {
            true => String::new(),
            false => format!("  # then {}", more.join(", ")),
        };
        told += &format!(
            "  - id: {}\n    next: {first}{more}\n",
            year.wanted[*place].name
        );
    }
    match told.is_empty() {
        true => told,
        false => format!(
            "\n# Add the line `next` to each of these drills in the plans.\ndrills:\n{told}"
        ),
    }
}
