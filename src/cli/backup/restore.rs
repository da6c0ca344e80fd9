//! `mainstay backup restore`: a backup is brought back, to stay where it is.

use std::path::PathBuf;

use super::follow::Follow;
use super::{Within, chosen};
use crate::app::{Backups, How};
use crate::backup::Pick;
use crate::cli::Outcome;
use crate::cli::options::open;
use crate::cli::output::print;
use crate::error::Result;
use crate::model::Backup;
use crate::proof::{Level, Verdict};
use crate::render::proof::verification;

#[derive(clap::Args)]
pub struct Args {
    /// The backup
    backup: String,
    /// The folder it is restored into, which must be empty or not there
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,
    #[command(flatten)]
    within: Within,
    /// Which recovery point: latest, oldest, random, `random within 90d`, `oldest within
    /// retention`, or an id
    #[arg(long, value_name = "POINT", default_value = "latest")]
    pick: Pick,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, None)?;
    let can_be = |backup: &Backup| backup.verify.is_some();
    let how = How {
        level: Level::Validated,
        pick: Some(args.pick.clone()),
        into: Some(args.into.clone()),
        scratch: None,
    };
    let mut backups = Backups::open(&plans.workspace)?;
    for backup in chosen(
        &plans,
        std::slice::from_ref(&args.backup),
        (can_be, "verify"),
    )? {
        let found = {
            let follow = Follow::new(&backup.id);
            backups.verify(&plans, backup, &how, &|progress| follow.tell(progress))?
        };
        print(&verification(&found))?;
        let fails = |level| {
            let mut own = found.trials.iter().filter(|trial| trial.level == level);
            own.any(|trial| trial.verdict != Verdict::Pass)
        };
        if found.verdict() == Verdict::Fail {
            return Ok(Outcome::Findings);
        }
        if found.restored.is_none() || fails(Level::Restored) {
            return Ok(Outcome::Inconclusive);
        }
        print(&format!("restored to {}\n", args.into.display()))?;
    }
    Ok(Outcome::Done)
}
