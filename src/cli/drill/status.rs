//! `mainstay drill status`: where a run stands, and who has to do what.

use super::asked::Place;
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::output::print;
use crate::error::Result;
use crate::render::run::status;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let id = &args.place.run;
    let (run, carried_out) = wait_for(async {
        let mut runs = Runs::look(&args.place.workspace()?).await?;
        let (run, ..) = runs.read(id).await?;
        Ok((run, runs.is_carried_out(id).await?))
    })?;
    print(&status(&run, id, carried_out))?;
    Ok(Outcome::Done)
}
