//! `mainstay backup`: whether what is saved can be restored.

mod coverage;
mod estimate;
mod explain;
mod export;
mod follow;
mod heartbeat;
mod ledger;
mod list;
mod listen;
mod manifest;
mod restore;
mod self_test;
mod report;
mod take_full;
mod verify;

pub use take_full::told as told_taken;
pub use verify::outcome;

use clap::Subcommand;

use super::Outcome;
use crate::app::Plans;
use crate::cli::options::Within;
use crate::cli::output::warn;
use crate::error::{Error, Result};
use crate::model::{Backup, Item, Kind};

const EXAMPLES: &str = "\
Examples:
  mainstay backup list
  mainstay backup coverage
  mainstay backup verify orders-nightly
  mainstay backup verify --level 2
  mainstay backup verify orders-nightly --pick oldest --format json
  mainstay backup take-full
  mainstay backup ledger orders-nightly
  mainstay backup estimate --sample orders-nightly
  mainstay backup listen
  mainstay backup report orders-nightly-2026-11-27-1 --format html --out reports
  mainstay backup export orders-nightly-2026-11-27-1 --key id_ed25519

Nothing but take-full ever writes to a backup. What is restored lies in `.mainstay/state/scratch/`
in the workspace, or where --scratch says, and is removed again. What was shown is kept in
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
    /// Show which data are proven to come back, and which are not
    Coverage(coverage::Args),
    /// Verify backups: list, read, restore and validate them
    Verify(verify::Args),
    /// Restore a backup into a folder, to stay there
    Restore(restore::Args),
    /// Say why a backup stands where it stands
    Explain(explain::Args),
    /// Make full copies, as the plans say
    TakeFull(take_full::Args),
    /// Show every recovery point that was ever seen, and what became of it
    Ledger(ledger::Args),
    /// Say how long a restore takes, and when it will take too long
    Estimate(estimate::Args),
    /// Test the verifications themselves, with the tools that are installed
    SelfTest(self_test::Args),
    /// Show all that one verification showed
    Report(report::Args),
    /// Export what a verification showed, signed
    Export(export::Args),
    /// Hear jobs that make backups, as they would tell healthchecks.io
    Listen(listen::Args),
    /// Write a sign of life, numbered and signed, for its age to be seen after a restore
    Heartbeat(heartbeat::Args),
    /// Write down what every file in a folder is, to be saved with it
    Manifest(manifest::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Restore(args) => restore::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::TakeFull(args) => take_full::run(&args),
        Command::Ledger(args) => ledger::run(&args),
        Command::Estimate(args) => estimate::run(&args),
        Command::SelfTest(args) => self_test::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Listen(args) => listen::run(&args),
        Command::Heartbeat(args) => heartbeat::run(&args),
        Command::Manifest(args) => manifest::run(&args),
    }
}

/// Whether there are backups in the plans that nobody could read; says which.
fn warn_of_unread(plans: &Plans) -> bool {
    let lost = plans.loaded.programme.unreadable.iter();
    let lost: Vec<_> = lost.filter(|(kind, _)| *kind == Kind::Backup).collect();
    for (_, id) in &lost {
        warn(&format!(
            "the backup `{}` cannot be understood, so it is left out; `mainstay check` says why",
            id.escape_debug()
        ));
    }
    !lost.is_empty() || !plans.loaded.unread().is_empty()
}

/// The backups that are named, or all of which something is stated: whether it is, and its key.
fn chosen<'p>(
    plans: &'p Plans,
    named: &[String],
    (is_stated, key): (fn(&Backup) -> bool, &str),
) -> Result<Vec<&'p Item<Backup>>> {
    let (loaded, backups) = (&plans.loaded, &plans.loaded.programme.backups);
    if named.is_empty() {
        // Whoever makes a mistake in it has stated it all the same, and hears of that.
        let is_meant = |it: &&Item<Backup>| is_stated(it) || loaded.is_left_out(&it.id, key);
        let chosen: Vec<_> = backups.iter().filter(is_meant).collect();
        if chosen.is_empty() {
            return Err(Error::not_found("find such a backup in the plans")
                .hint(format!("Say in the plan how: write `{key}` in a backup.")));
        }
        return Ok(chosen);
    }
    let find = |id: &String| {
        backups.get(id).ok_or_else(|| {
            Error::not_found(format!("find the backup `{id}`"))
                .hint("`mainstay backup list` shows the backups of the plans.")
        })
    };
    named.iter().map(find).collect()
}
