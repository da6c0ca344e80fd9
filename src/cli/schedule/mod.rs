//! `mainstay schedule`: what is to be done and when, and what became of it.

mod due;
mod explain;
mod history;
mod ics;
mod line;
mod next;
mod plan;
mod show;
mod waive;
mod year;

use clap::Subcommand;

use super::Outcome;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay schedule next
  mainstay schedule next region-failover --count 10
  mainstay schedule show --year 2027
  mainstay schedule show --year 2027 --format json
  mainstay schedule year --year 2027 --format svg --out year.svg
  mainstay schedule due
  mainstay schedule explain region-failover
  mainstay schedule plan --year 2027
  mainstay schedule ics --out drills.ics
  mainstay schedule history --open
  mainstay schedule waive region-failover 2027-03-06 --by ada --why 'It was down for real'

Times are shown in the zone in which a schedule is meant. Where clocks are put forward or back, it
is said what becomes of them. `mainstay check` says which fall on a holiday, in a time in which
nothing may be tested, or too far apart.";

/// Show what is to be done and when, and what became of it
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the next times of each drill
    Next(next::Args),
    /// Show all that is planned in a year, month by month
    Show(show::Args),
    /// Show a year as a table or as a picture
    Year(year::Args),
    /// Show what is to be done now, since when or by when
    Due(due::Args),
    /// Explain when a drill is held: the rule, its next times, and what moves or forbids them
    Explain(explain::Args),
    /// Propose a day for every drill and cadence of a year
    Plan(plan::Args),
    /// Write what is planned as a calendar for other programs
    Ics(ics::Args),
    /// Show everything that was to be done, and what became of it
    History(history::Args),
    /// Say that nothing needs to be done about something, who decided that and why
    Waive(waive::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::Next(args) => next::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Year(args) => year::run(&args),
        Command::Due(args) => due::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Ics(args) => ics::run(&args),
        Command::History(args) => history::run(&args),
        Command::Waive(args) => waive::run(&args),
    }
}
