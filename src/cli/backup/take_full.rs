//! `mainstay backup take-full`: a full copy is made, as the plan says.

use super::{Within, chosen};
use crate::app::Backups;
use crate::cli::Outcome;
use crate::cli::options::{Format, open};
use crate::cli::output::print;
use crate::error::Result;
use crate::model::Backup;
use crate::proof::Taken;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The backups; all that the plans let Mainstay make, when none is named
    backups: Vec<String>,
    #[command(flatten)]
    within: Within,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, None)?;
    let can_be = |backup: &Backup| backup.take.is_some();
    let chosen = chosen(&plans, &args.backups, (can_be, "take"))?;
    let mut backups = Backups::open(&plans.workspace)?;
    let mut all = Vec::new();
    for backup in chosen {
        let taken = backups.take(&plans, backup)?;
        if args.format == Format::Text {
            print(&told(&taken))?;
        }
        all.push(taken);
    }
    if args.format == Format::Json {
        print(&text::json(&all))?;
    }
    Ok(Outcome::Done)
}

/// A backup that was made, on a line, and what else is worth knowing on others.
pub fn told(taken: &Taken) -> String {
    let Taken {
        backup,
        point,
        files,
        bytes,
        ..
    } = taken;
    let mut told = format!("{backup}: made {point}, {files} files, {bytes} bytes\n");
    for note in &taken.notes {
        told.push_str(&format!("  note: {note}\n"));
    }
    told
}
