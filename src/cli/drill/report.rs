//! `mainstay drill status` and `report`: where a run stands, and what came of it.

use std::path::{Path, PathBuf};

use super::asked::Place;
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::Format;
use crate::cli::output::print;
use crate::cli::render::save;
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

/// What came of a run, ready to be shown.
pub struct Held {
    /// Whether it succeeded; `None` while it is not over.
    pub succeeded: Option<bool>,
    id: String,
    text: String,
    json: String,
}

impl Held {
    /// Reads what came of a run.
    pub async fn read(runs: &mut Runs, id: &str) -> Result<Self> {
        let (run, head, events) = runs.read(id).await?;
        let report = Report::new(id, &run, &head, &events);
        Ok(Held {
            succeeded: report.succeeded,
            id: id.to_owned(),
            text: text(&report, &run),
            json: crate::text::json(&report),
        })
    }

    /// Writes it to a folder, for people and for programs; gives back the files.
    pub fn save(&self, folder: &Path) -> Result<[PathBuf; 2]> {
        let path = |extension: &str| folder.join(format!("drill-{}.{extension}", self.id));
        let files = [path("txt"), path("json")];
        save(&files[0], self.text.as_bytes())?;
        save(&files[1], self.json.as_bytes())?;
        Ok(files)
    }
}

pub fn run(args: &Args) -> Result<Outcome> {
    let held = wait_for(async {
        let mut runs = Runs::open(&args.place.workspace()?, Durability::default()).await?;
        Held::read(&mut runs, &args.place.run).await
    })?;
    print(match args.format {
        Format::Text => &held.text,
        Format::Json => &held.json,
    })?;
    Ok(match held.succeeded {
        Some(true) | None => Outcome::Done,
        Some(false) => Outcome::Findings,
    })
}

pub fn status(args: &StatusArgs) -> Result<Outcome> {
    let (run, ..) = wait_for(async {
        let mut runs = Runs::open(&args.place.workspace()?, Durability::default()).await?;
        runs.read(&args.place.run).await
    })?;
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
