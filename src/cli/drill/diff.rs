//! `mainstay drill diff`: two runs side by side.

use super::asked::Place;
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::Format;
use crate::cli::output::print;
use crate::error::Result;
use crate::render::run::{Diff, Report};
use crate::store::Durability;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The run that is shown beside it
    other: String,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let [first, second] = wait_for(async {
        let mut runs = Runs::open(&args.place.workspace()?, Durability::default()).await?;
        let mut read = Vec::new();
        for id in [&args.place.run, &args.other] {
            let (run, head, events) = runs.read(id).await?;
            read.push((Report::new(id, &run, &head, &events), run.script));
        }
        Ok(<[_; 2]>::try_from(read).expect("two were read"))
    })?;
    let diff = Diff::new([(&first.0, &first.1), (&second.0, &second.1)]);
    print(&match args.format {
        Format::Text => diff.text(),
        Format::Json => text::json(&diff),
    })?;
    Ok(Outcome::Done)
}
