//! `mainstay backup manifest`: what every file in a folder is, to be saved with it.

use std::path::PathBuf;

use chrono::SubsecRound;

use crate::backup::manifest::{self, Counts};
use crate::cli::Outcome;
use crate::cli::output::{print, warn};
use crate::clock;
use crate::error::Result;

/// Before the backup is made, for it to be compared with what was true then.
#[derive(clap::Args)]
pub struct Args {
    /// The folder
    folder: PathBuf,
    /// The file to write. mainstay-manifest.jsonl in the folder, when left out
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let inside = || args.folder.join(manifest::NAME);
    let to = args.to.clone().unwrap_or_else(inside);
    let as_of = clock::now()?.wall.trunc_subsecs(0);
    let counts = manifest::write(&args.folder, &to, as_of)?;
    let Counts {
        files,
        bytes,
        unread,
        ..
    } = counts;
    if unread > 0 {
        warn(&format!(
            "{unread} entries could not be read; the manifest says so"
        ));
    }
    print(&format!(
        "wrote {}: {files} files, {bytes} bytes\n",
        to.display()
    ))?;
    Ok(Outcome::Done)
}
