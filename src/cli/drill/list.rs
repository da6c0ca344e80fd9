//! `mainstay drill list`: the drills of the plans, and the runs there were.

use std::collections::HashSet;
use std::fmt::Write;

use crate::app::{Judged, Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::{Format, Source};
use crate::cli::output::print;
use crate::error::Result;
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.source.open()?;
    let drills = &plans.loaded.programme.drills;
    let runs = wait_for(async {
        let mut runs = Runs::look(&plans.workspace).await?;
        let mut listed = runs.list().await?;
        if args.format == Format::Text {
            // Only the last run of each drill is shown, so only those are judged.
            let mut known = HashSet::new();
            listed.retain(|run| known.insert(run.drill.clone()));
        }
        runs.judge(listed).await
    })?;
    if args.format == Format::Json {
        let drills: Vec<_> = drills.iter().map(|drill| &drill.id).collect();
        let listed = serde_json::json!({"drills": drills, "runs": runs});
        print(&text::json(&listed))?;
        return Ok(Outcome::Done);
    }
    let mut shown = String::new();
    let width = drills
        .iter()
        .map(|drill| drill.id.as_str().chars().count())
        .max()
        .unwrap_or(0);
    for drill in drills {
        let last = runs.iter().find(|run| run.line.drill == drill.id.as_str());
        let last = last.map_or_else(|| "never run here".to_owned(), told);
        let (id, kind) = (drill.id.as_str(), drill.kind.word());
        writeln!(shown, "{id:width$}  {kind:11}  {last}").expect("a string takes all");
    }
    if drills.iter().next().is_none() {
        shown.push_str("The plans name no drill; `mainstay new drill` writes one.\n");
    }
    print(&shown)?;
    Ok(Outcome::Done)
}

/// The last run of a drill.
fn told(run: &Judged) -> String {
    format!("{}: {}", run.line.id, run.words())
}
