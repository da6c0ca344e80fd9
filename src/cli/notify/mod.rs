//! `mainstay notify`: the channels by which people are told something.

mod list;
mod outbox;
mod test;

use clap::Subcommand;

use super::Outcome;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay notify list
  mainstay notify outbox --failed
  mainstay notify outbox --retry --by ada
  mainstay notify test mail --to ada@example.org
  mainstay notify test mail --to ada
  mainstay notify test pager --exercise

Channels stand in the plans under `channels`, and who hears what in the organization under
`notices`.";

/// Show the channels by which people are told something, and try them
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show the channels, and who hears what
    List(list::Args),
    /// Show the messages that wait, and what became of the others
    Outbox(outbox::Args),
    /// Send one message that says it is a test
    Test(test::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Outbox(args) => outbox::run(&args),
        Command::Test(args) => test::run(&args),
    }
}
