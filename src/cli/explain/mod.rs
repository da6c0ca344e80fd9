//! `mainstay explain`: what a finding means, and what a number is made of.

mod check;

pub use check::find;

use super::Outcome;
use super::options::Format;
use crate::error::Result;

const EXAMPLES: &str = "\
Examples:
  mainstay explain
  mainstay explain no-alternate";

/// Explain a check, or list them all
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The id of a check. Every check is listed when left out
    #[arg(value_name = "ID")]
    what: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub fn run(args: Args) -> Result<Outcome> {
    match &args.what {
        None => check::list(args.format)?,
        Some(id) => check::one(id, args.format)?,
    }
    Ok(Outcome::Done)
}
