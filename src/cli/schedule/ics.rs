//! `mainstay schedule ics`: what is planned, as a calendar for other programs.

use std::path::PathBuf;

use crate::cli::Outcome;
use crate::cli::options::Source;
use crate::cli::output::{note, print_bytes};
use crate::error::{Error, Result};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// The file it is written to. Standard output, when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let changed = plans.workspace.committed_at();
    let text = plans.calendar(changed.unwrap_or(plans.now.instant()));
    match &args.out {
        None => print_bytes(text.as_bytes())?,
        Some(file) => {
            let failed = |error| Error::io(format!("write `{}`", file.display()), error);
            std::fs::write(file, &text).map_err(failed)?;
            note(&format!("wrote {}", file.display()));
        }
    }
    Ok(Outcome::Done)
}
