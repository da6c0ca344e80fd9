//! `mainstay drill status` and `report`: where a run stands, and what came of it.

use super::asked::Place;
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::Format;
use crate::cli::output::print;
use crate::drill::StepState;
use crate::error::Result;
use crate::render::run::{Report, text, waits};
use crate::store::Durability;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(clap::Args)]
pub struct StatusArgs {
    #[command(flatten)]
    place: Place,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let (run, head, events) = read(&args.place)?;
    let report = Report::new(&args.place.run, &run, &head, &events);
    print(&match args.format {
        Format::Text => text(&report, &run),
        Format::Json => crate::text::json(&report),
    })?;
    Ok(match report.succeeded {
        Some(true) | None => Outcome::Done,
        Some(false) => Outcome::Findings,
    })
}

pub fn status(args: &StatusArgs) -> Result<Outcome> {
    let (run, ..) = read(&args.place)?;
    let id = &args.place.run;
    print(&format!("{id}: {}\n", run.phase.words()))?;
    for place in (0u32..).take(run.steps.len()) {
        let (task, step) = (run.task(place), run.step(place));
        print(&format!("{}  {}\n", task.name, step.state.words()))?;
        if step.state == StepState::Running && task.action.is_none() {
            print(&format!("{}\n", waits(&run, id, place)))?;
        }
        if step.state == StepState::InDoubt {
            print(&format!("            {}\n", step.facts.join("; ")))?;
        }
    }
    Ok(Outcome::Done)
}

fn read(
    place: &Place,
) -> Result<(
    crate::drill::Run,
    crate::journal::Head,
    Vec<crate::journal::Event>,
)> {
    wait_for(async {
        let mut runs = Runs::open(&place.workspace()?, Durability::default()).await?;
        runs.read(&place.run).await
    })
}
