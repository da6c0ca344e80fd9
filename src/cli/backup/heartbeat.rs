//! `mainstay backup heartbeat`: the next sign of life, numbered and signed.

use std::path::{Path, PathBuf};

use crate::backup::beat::{Beat, write_next};
use crate::cli::Outcome;
use crate::cli::output::print;
use crate::clock;
use crate::error::{Error, Result};
use crate::model::SecretRef;
use crate::secret;

/// Run it every few minutes, by cron or a timer, where the data are that are backed up.
#[derive(clap::Args)]
pub struct Args {
    /// The file to write it to; it is printed for a table, when left out
    #[arg(conflicts_with = "seq")]
    file: Option<PathBuf>,
    /// Where the key is: env:NAME, or file:PATH
    #[arg(long, value_name = "SECRET")]
    key: SecretRef,
    /// Its number, one more than that of the last one, where it is printed
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    seq: u64,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let key = secret::referred(&args.key, Path::new("."));
    let key = key.map_err(|why| Error::invalid(format!("sign the sign of life: {why}")))?;
    let at = clock::now()?.wall;
    match &args.file {
        Some(file) => {
            write_next(file, at, &key)?;
        }
        None => print(&format!("{}\n", Beat::new(at, args.seq, &key).line()))?,
    }
    Ok(Outcome::Done)
}
