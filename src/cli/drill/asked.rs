//! What people ask of a run from another terminal.

use super::incident::{FromWhat, sev, sound};
use super::said::{Said, say};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::error::Result;
use crate::journal::{Incident, Resolution, What};
use crate::model::Sev;
use crate::workspace::Workspace;

/// Which run, and where.
#[derive(Clone, clap::Args)]
pub struct Place {
    /// The run
    pub run: String,
    #[command(flatten)]
    pub within: Within,
}

/// Who asks. It is never guessed, as it stands in the journal for good.
#[derive(clap::Args)]
pub struct By {
    /// Who you are: your id in the plans; your name, where they name nobody
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    pub by: String,
}

#[derive(clap::Args)]
pub struct PauseArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    by: By,
}

#[derive(clap::Args)]
pub struct StopArgs {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    by: By,
    /// Why
    #[arg(long)]
    why: String,
    /// Leave everything as it is, instead of taking it back
    #[arg(long)]
    leave: bool,
    /// Open an incident by that, too: what went wrong is what --why says. One that the drill has
    /// caused holds its evidence, and nothing is taken back before `mainstay drill release`
    #[arg(long, requires = "severity")]
    cause: Option<FromWhat>,
    /// How severe that incident is: SEV1, the worst, to SEV5
    #[arg(long, requires = "cause", value_name = "SEV", value_parser = sev)]
    severity: Option<Sev>,
}

#[derive(clap::Args)]
pub struct NoteArgs {
    #[command(flatten)]
    place: Place,
    /// What is worth keeping
    text: String,
    #[command(flatten)]
    by: By,
}

#[derive(clap::Args)]
pub struct ResolveArgs {
    #[command(flatten)]
    place: Place,
    /// The step in doubt
    step: String,
    #[command(flatten)]
    by: By,
    /// What it is taken for
    #[arg(long = "as", value_name = "WHAT")]
    resolution: TakenFor,
    /// What you have seen
    #[arg(long)]
    why: String,
}

/// What an attempt in doubt is taken for.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TakenFor {
    /// It took effect
    Happened,
    /// It took no effect, so it may be begun again
    NeverHappened,
    /// It failed
    Failed,
}

impl Place {
    /// The workspace the run is in.
    pub fn workspace(&self) -> Result<Workspace> {
        Workspace::find(&self.within.path)
    }
}

pub fn pause(args: PauseArgs) -> Result<Outcome> {
    say(&args.place, &args.by, Said::Plain(What::RunPaused))
}

pub fn stop(args: StopArgs) -> Result<Outcome> {
    let (why, undo) = (args.why, !args.leave);
    let incident = args.cause.zip(args.severity);
    let incident = incident.map(|(from, severity)| Incident {
        text: why.clone(),
        severity,
        cause: from.cause(),
    });
    let opens = incident.is_some();
    let what = What::StopRequested {
        why,
        undo,
        incident,
    };
    let outcome = say(&args.place, &args.by, Said::Plain(what))?;
    if opens {
        sound(&args.place)?;
    }
    Ok(outcome)
}

pub fn note(args: NoteArgs) -> Result<Outcome> {
    let what = What::Noted { text: args.text };
    say(&args.place, &args.by, Said::Plain(what))
}

pub fn resolve(args: ResolveArgs) -> Result<Outcome> {
    let resolution = match args.resolution {
        TakenFor::Happened => Resolution::Happened,
        TakenFor::NeverHappened => Resolution::NeverHappened,
        TakenFor::Failed => Resolution::Failed,
    };
    let (step, why) = (args.step, args.why);
    let said = Said::Resolved {
        step,
        resolution,
        why,
    };
    say(&args.place, &args.by, said)
}
