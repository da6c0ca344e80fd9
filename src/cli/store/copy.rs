//! `mainstay store copy`: all that is kept, to a place where nothing is kept yet.

use super::verify::told;
use crate::app::copy_store;
use crate::cli::Outcome;
use crate::cli::output::print;
use crate::error::Result;

/// Everything is verified before and afterwards. Nothing is changed where it comes from; what is
/// written there meanwhile may be missing in the copy, so let no drill run.
#[derive(clap::Args)]
pub struct Args {
    /// A workspace, a state folder, or the address of a database
    #[arg(long, value_name = "PLACE")]
    from: String,
    /// A workspace, or the address of a database
    #[arg(long, value_name = "PLACE")]
    to: String,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let copied = copy_store(&args.from, &args.to)?;
    print(&told(&copied))?;
    print("copied, and the same in both places\n")?;
    Ok(Outcome::Done)
}
