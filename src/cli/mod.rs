//! The command line: one file for each command, and one word for it in the table below.
//!
//! A command reads its arguments, asks [`crate::app`] and [`crate::render`], and prints. It decides
//! nothing that a web page would have to decide again.

mod help;
mod options;
mod output;
mod progress;
mod thing;
mod yaml;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::keep_journals_at;
use crate::error::{EXIT_FINDINGS, EXIT_INCONCLUSIVE, Result};
use crate::steps::shim;

/// Turn the continuity plans that teams write into one plan that is tested, proven and signed
#[derive(Parser)]
#[command(name = "mainstay", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Keep journals in this database of PostgreSQL. In the workspace, when left out
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "MAINSTAY_STORE",
        hide_env_values = true
    )]
    store: Option<String>,
}

/// What came of a command that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There is nothing to complain about.
    Done,
    /// There are findings at or above the level asked for.
    Findings,
    /// Nothing is known to be wrong, but not all could be looked at.
    Inconclusive,
    /// What delivers mail is told that it could not be taken.
    Mail(Sysexit),
}

/// Why mail could not be taken, as whatever delivers it expects to be told (`sysexits.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sysexit {
    /// It cannot be read, and never will be.
    Unreadable = 65,
    /// Nothing is done with it: whoever sent it is told so.
    Refused = 69,
    /// It is to be tried again.
    Later = 75,
}

/// Makes the subcommands, their files and their groups in the help.
macro_rules! commands {
    ($($heading:literal { $($variant:ident $file:ident;)+ })+) => {
        $($(mod $file;)+)+

        #[derive(Subcommand)]
        enum Command {
            $($($variant($file::Args),)+)+
        }

        /// The commands as the help groups them.
        const GROUPS: &[(&str, &[&str])] = &[$(($heading, &[$(stringify!($file)),+]),)+];

        fn run(command: Command) -> Result<Outcome> {
            match command {
                $($(Command::$variant(args) => $file::run(args),)+)+
            }
        }
    };
}

commands! {
    "Write plans" {
        Init init;
        New new;
        Import import;
    }
    "Look at plans" {
        Check check;
        Explain explain;
        Graph graph;
        Impact impact;
    }
    "Hold drills" {
        Drill drill;
        Step step;
        Practice practice;
        Schedule schedule;
    }
    "Tell people" {
        Notify notify;
    }
    "Verify backups" {
        Backup backup;
    }
    "Run the programme" {
        Run run;
        Serve serve;
    }
    "Keep the record" {
        Store store;
    }
    "Publish" {
        Render render;
    }
    "For tools" {
        Schema schema;
        Completions completions;
    }
}

/// The whole command, with its help in groups.
fn command() -> clap::Command {
    help::grouped(Cli::command(), GROUPS)
}

/// Parses the command line, runs the command and says how it went.
pub fn main() -> ExitCode {
    // What holds on to commands is started by the engine, and says nothing to people.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == shim::WORD)
    {
        return shim::main();
    }
    let matches = command().get_matches();
    let parsed = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let kept = parsed.store.as_deref().map_or(Ok(()), keep_journals_at);
    match kept.and_then(|()| run(parsed.command)) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(EXIT_FINDINGS),
        Ok(Outcome::Mail(why)) => ExitCode::from(why as u8),
        Ok(Outcome::Inconclusive) => ExitCode::from(EXIT_INCONCLUSIVE),
        Err(error) => {
            output::complain(&error);
            ExitCode::from(error.code.exit_status())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        command().debug_assert();
    }
}
