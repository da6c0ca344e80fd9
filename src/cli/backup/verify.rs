//! `mainstay backup verify`: backups are listed, read, restored and validated.

use std::path::PathBuf;

use super::follow::Follow;
use super::{Within, chosen, warn_of_unread};
use crate::app::{Backups, How};
use crate::backup::Pick;
use crate::cli::Outcome;
use crate::cli::options::{Format, open};
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::model::Backup;
use crate::proof::{Level, Verdict, Verification};
use crate::render::proof::verification;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The backups; all whose plans say how they are verified, when none is named
    backups: Vec<String>,
    #[command(flatten)]
    within: Within,
    /// How far: 1 exists, 2 fresh, 3 intact, 4 restored, 5 restored and validated
    #[arg(long, value_name = "NUMBER", default_value = "5",
        value_parser = clap::value_parser!(u8).range(1..=5))]
    level: u8,
    /// Which recovery point: latest, oldest, random, `random within 90d`, `oldest within
    /// retention`, or an id. The one whose turn it is by the plan, when left out
    #[arg(long, value_name = "POINT")]
    pick: Option<Pick>,
    /// The folder in which restores are made
    #[arg(long, value_name = "FOLDER", env = "MAINSTAY_SCRATCH")]
    scratch: Option<PathBuf>,
    /// Also write what was found to this file, as JSON
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, None)?;
    let can_be = |backup: &Backup| backup.verify.is_some();
    let chosen = chosen(&plans, &args.backups, (can_be, "verify"))?;
    let how = How {
        level: Level::from_number(args.level).expect("clap accepts no other"),
        pick: args.pick.clone(),
        scratch: args.scratch.clone(),
        into: None,
    };
    let mut backups = Backups::open(&plans.workspace)?;
    let mut all = Vec::new();
    for backup in chosen {
        let found = {
            let follow = Follow::new(&backup.id);
            backups.verify(&plans, backup, &how, &|progress| follow.tell(progress))?
        };
        if args.format == Format::Text {
            print(&verification(&found))?;
        }
        all.push(found);
    }
    if let Some(file) = &args.to {
        let written = std::fs::write(file, text::json(&all));
        written.map_err(|error| Error::io(format!("write `{}`", file.display()), error))?;
    }
    if args.format == Format::Json {
        print(&text::json(&all))?;
    }
    // Of what nobody could read nothing was looked at.
    let is_unread = args.backups.is_empty() && warn_of_unread(&plans);
    Ok(match outcome(&all) {
        Outcome::Done if is_unread => Outcome::Inconclusive,
        outcome => outcome,
    })
}

/// What came of all of them together: one fault is a fault of all.
pub fn outcome(verifications: &[Verification]) -> Outcome {
    let any = |verdict| verifications.iter().any(|found| found.verdict() == verdict);
    if any(Verdict::Fail) {
        Outcome::Findings
    } else if any(Verdict::Inconclusive) {
        Outcome::Inconclusive
    } else {
        Outcome::Done
    }
}
