//! `mainstay drill`: what is held to find out whether the plans work.

mod asked;
mod attach;
mod diff;
mod follow;
mod incident;
mod keys;
mod list;
mod preflight;
mod report;
mod run;
mod said;
mod screen;
mod show;
mod status;
mod typed;
mod typing;

use clap::Subcommand;

use super::Outcome;
use crate::error::Result;

pub use asked::{By, Place};
pub use follow::Follow;
pub use report::Held;
pub use said::{Said, say};

const EXAMPLES: &str = "\
Examples:
  mainstay drill list
  mainstay drill show restore-test
  mainstay drill run restore-test
  mainstay step done restore-test-2026-11-27 restore/copy --by ada
  mainstay drill attach restore-test-2026-11-27 --by ada
  mainstay drill report restore-test-2026-11-27
  mainstay drill diff restore-test-2026-08-27 restore-test-2026-11-27

On a terminal the lines below what happens say where the run stands. There `done STEP`, `answer
STEP ANSWER` and the like can be typed, and `help` shows them, where --by or MAINSTAY_BY says who
you are.
What happens is kept in `.mainstay/state/` in the workspace. A run whose process is lost goes on
with `mainstay drill resume`; nothing is done twice that may not be.";

/// Hold drills: run what the plans say, and record what happened
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the drills of the plans, and the runs there were
    List(list::Args),
    /// Show what a drill is going to do, or why it cannot begin
    Show(show::Args),
    /// Say whether a drill could begin now, and what is missing
    Preflight(preflight::Args),
    /// Run a drill and record what happens
    Run(run::Args),
    /// Go on with a run that is paused, or whose process was lost
    Resume(run::ResumeArgs),
    /// Follow a run that another process carries out
    Attach(attach::Args),
    /// Show where a run stands
    Status(status::Args),
    /// Show what came of a run, or write it as a document
    Report(report::Args),
    /// Show two runs side by side
    Diff(diff::Args),
    /// Start nothing more until the run is resumed
    Pause(asked::PauseArgs),
    /// Open an incident: something went wrong for real; or dismiss one
    Incident(incident::Args),
    /// Release the evidence of incidents, so that what was done may be taken back
    Release(incident::ReleaseArgs),
    /// Stop a run and take back what was done
    Stop(asked::StopArgs),
    /// Write something down in the journal of a run
    Note(asked::NoteArgs),
    /// Decide what a step in doubt is taken for
    Resolve(asked::ResolveArgs),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.command {
        Command::List(args) => list::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Preflight(args) => preflight::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Resume(args) => run::resume(&args),
        Command::Attach(args) => attach::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Pause(args) => asked::pause(args),
        Command::Incident(args) => incident::run(args),
        Command::Release(args) => incident::release(args),
        Command::Stop(args) => asked::stop(args),
        Command::Note(args) => asked::note(args),
        Command::Resolve(args) => asked::resolve(args),
    }
}
