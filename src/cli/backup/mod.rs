//! `mainstay backup`: whether what is saved can be restored.

mod list;
mod verify;

use clap::Subcommand;

use super::Outcome;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay backup list
  mainstay backup verify orders-nightly
  mainstay backup verify --level 2
  mainstay backup verify orders-nightly --pick oldest --format json

Nothing is ever written to a backup. What is restored lies in `.mainstay/state/scratch/` in the
workspace, or where --scratch says, and is removed again. What was shown is kept in
`.mainstay/state/`, and stands in the document.";

/// Verify backups: show how far it is proven that they can be restored
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the backups of the plans, and how far each is proven
    List(list::Args),
    /// Verify backups: list, read, restore and validate them
    Verify(verify::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Verify(args) => verify::run(&args),
    }
}
