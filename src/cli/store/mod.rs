//! `mainstay store`: where journals are kept, and whether all in them holds.

mod copy;
mod verify;

use clap::Subcommand;

use super::Outcome;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay store verify
  mainstay store copy --from . --to postgres://mainstay@db/mainstay
  MAINSTAY_STORE=postgres://mainstay@db/mainstay mainstay store verify

Journals are kept in a file of SQLite in the workspace, or with `--store` or `MAINSTAY_STORE` in a
database of PostgreSQL 15 or newer. Write no password on the command line, where others see it: put
it into the variable, or into the file that `PGPASSFILE` names.";

/// Copy journals to another place, or verify all of them
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Copy all that is kept to a place where nothing is kept yet
    Copy(copy::Args),
    /// Verify every chain and every journal of a run
    Verify(verify::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::Copy(args) => copy::run(&args),
        Command::Verify(args) => verify::run(&args),
    }
}
