//! `mainstay drill incident` and `release`: what went wrong for real while a run lasts.

use super::asked::{By, Place};
use super::said::{Said, say};
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::output::print;
use crate::error::Result;
use crate::journal::{Cause, Incident, What};
use crate::model::Sev;
use crate::render::run::alarm;
use crate::text::visible;

const EXAMPLES: &str = "\
Examples:
  mainstay drill incident RUN --what \"Orders are lost\" --severity SEV2 --caused-by-drill --by ada
  mainstay drill incident RUN --what \"A stranger is in\" --severity SEV1 --uncovered --by ada
  mainstay drill incident RUN --dismiss 1 --why \"They were test orders\" --by cy

One that the drill has caused holds the run: nothing is begun or taken back before `mainstay drill
release`. From the severity on that was agreed before (`opens-at`), an incident is dismissed only by
somebody who neither leads the drill nor opened it. That can be done after the end of the run, too,
whose outcome stays as it was.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("does").args(["what", "dismiss"]).required(true))]
#[command(group = clap::ArgGroup::new("cause").args(["caused_by_drill", "uncovered"]))]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    by: By,
    /// What went wrong
    #[arg(long, value_name = "TEXT", requires = "severity", requires = "cause")]
    what: Option<String>,
    /// How severe it is: SEV1, the worst, to SEV5
    #[arg(long, value_name = "SEV", value_parser = sev, requires = "what")]
    severity: Option<Sev>,
    /// The drill has caused it: nothing more is begun, and its evidence is held
    #[arg(long, requires = "what")]
    caused_by_drill: bool,
    /// The drill has uncovered it; nothing is said of whether it caused it
    #[arg(long, requires = "what")]
    uncovered: bool,
    /// Start nothing more until the run is resumed; one caused by the drill always does that
    #[arg(long, requires = "what")]
    pause: bool,
    /// Dismiss the incident with this number: it is none
    #[arg(long, value_name = "NUMBER", requires = "why", conflicts_with = "what")]
    dismiss: Option<u32>,
    /// Why it is dismissed
    #[arg(long, requires = "dismiss")]
    why: Option<String>,
}

#[derive(clap::Args)]
pub struct ReleaseArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    by: By,
    /// Why its evidence need not be held any longer
    #[arg(long)]
    why: String,
}

/// Where an incident comes from.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum FromWhat {
    /// The drill has caused it
    Drill,
    /// The drill has uncovered it
    Uncovered,
}

impl FromWhat {
    pub fn cause(self) -> Cause {
        match self {
            FromWhat::Drill => Cause::Drill,
            FromWhat::Uncovered => Cause::Uncovered,
        }
    }
}

/// A severity as people write it.
pub fn sev(text: &str) -> std::result::Result<Sev, String> {
    let mut all = Sev::ALL.iter();
    let found = all.find(|severity| severity.word().eq_ignore_ascii_case(text));
    found
        .copied()
        .ok_or_else(|| "write SEV1, which is the worst, to SEV5".to_owned())
}

pub fn run(args: Args) -> Result<Outcome> {
    let what = match (args.what, args.severity, args.dismiss, args.why) {
        (Some(text), Some(severity), ..) => What::IncidentOpened {
            incident: Incident {
                text,
                severity,
                cause: match args.caused_by_drill {
                    true => Cause::Drill,
                    false => Cause::Uncovered,
                },
            },
            pause: args.pause,
        },
        (_, _, Some(number), Some(why)) => What::IncidentDismissed { number, why },
        _ => unreachable!("the arguments require each other"),
    };
    let outcome = say(&args.place, &args.by, Said::Plain(what))?;
    sound(&args.place)?;
    Ok(outcome)
}

pub fn release(args: ReleaseArgs) -> Result<Outcome> {
    let what = What::EvidenceReleased { why: args.why };
    say(&args.place, &args.by, Said::Plain(what))
}

/// Says whom to call, and what lets the run go on.
pub fn sound(place: &Place) -> Result<()> {
    let (run, ..) = wait_for(async {
        let mut runs = Runs::look(&place.workspace()?).await?;
        runs.read(&place.run).await
    })?;
    for line in alarm(&run, &place.run) {
        print(&format!("{}\n", visible(&line)))?;
    }
    Ok(())
}
