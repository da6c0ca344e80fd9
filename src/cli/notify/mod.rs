//! `mainstay notify`: the channels by which people are told something.

mod answer;
mod call;
mod idle;
mod list;
mod outbox;
mod send;
mod receive;
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
  mainstay notify call crisis-team --text 'Region down. Can you join the bridge now?'
  mainstay notify send crisis-team --by mail --text 'The drill begins in an hour.'
  mainstay notify answer call:crisis-team-2027-03-06T02:10:00Z/crisis-team/ada/mail --by ada
  mainstay notify receive < mail

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
    /// Call people by a call tree, until enough have confirmed
    Call(call::Args),
    /// Tell people something
    Send(send::Args),
    /// Answer a message that asks for it
    Answer(answer::Args),
    /// Show the channels, and who hears what
    List(list::Args),
    /// Show the messages that wait, and what became of the others
    Outbox(outbox::Args),
    /// Take in a mail that came back or was answered
    Receive(receive::Args),
    /// Send one message that says it is a test
    Test(test::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::Call(args) => call::run(&args),
        Command::Send(args) => send::run(&args),
        Command::Answer(args) => answer::run(&args),
        Command::List(args) => list::run(&args),
        Command::Outbox(args) => outbox::run(&args),
        Command::Receive(args) => receive::run(&args),
        Command::Test(args) => test::run(&args),
    }
}
