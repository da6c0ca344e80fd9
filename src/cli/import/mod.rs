//! `mainstay import`: what was written for other tools becomes part of a plan.

mod chaostoolkit;

use super::Outcome;
use crate::error::Result;

/// Make plans of what was written for other tools
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    from: From,
}

#[derive(clap::Subcommand)]
enum From {
    Chaostoolkit(chaostoolkit::Args),
}

pub fn run(args: Args) -> Result<Outcome> {
    match args.from {
        From::Chaostoolkit(args) => chaostoolkit::run(&args),
    }
}
