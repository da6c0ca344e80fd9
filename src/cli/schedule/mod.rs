//! `mainstay schedule`: when the drills of the plans are held, and which were.

mod history;
mod line;
mod next;
mod show;
mod waive;

use clap::Subcommand;

use super::Outcome;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay schedule next
  mainstay schedule next region-failover --count 10
  mainstay schedule show --year 2027
  mainstay schedule show --year 2027 --format json
  mainstay schedule history --open
  mainstay schedule waive region-failover 2027-03-06 --by ada --why 'It was down for real'

Times are shown in the zone in which a schedule is meant. Where clocks are put forward or back, it
is said what becomes of them. `mainstay check` says which fall on a holiday, in a time in which
nothing may be tested, or too far apart.";

/// Show when drills are held, and which were
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
    /// Show every time that came, and what became of it
    History(history::Args),
    /// Say that nothing needs to be done about a time that came
    Waive(waive::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::Next(args) => next::run(&args),
        Command::Show(args) => show::run(&args),
        Command::History(args) => history::run(&args),
        Command::Waive(args) => waive::run(&args),
    }
}
