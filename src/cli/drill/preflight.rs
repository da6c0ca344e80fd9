//! `mainstay drill preflight`: whether a drill could begin now.

use super::show::{With, prepare};
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::drill::is_unrehearsed;
use crate::error::Result;
use crate::journal::Settled;
use crate::runner::Rehearsed;

#[derive(clap::Args)]
pub struct Args {
    /// The drill
    drill: String,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    with: With,
    /// Also rehearse every undo that says how, and nothing else
    #[arg(long)]
    rehearse: bool,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let prepared = prepare(&plans, &args.drill, &args.with)?;
    let script = prepared.script();
    let (reasons, rehearsed) = wait_for(async {
        let mut runs = Runs::look(&plans.workspace).await?;
        let reasons = runs.preflight(&prepared).await?;
        let rehearsed = match args.rehearse && reasons.is_empty() {
            true => runs.rehearse(&prepared).await?,
            false => Vec::new(),
        };
        Ok((reasons, rehearsed))
    })?;
    for reason in &reasons {
        print(&format!("{reason}\n"))?;
    }
    for Rehearsed { step, facts, .. } in &rehearsed {
        print(&format!(
            "rehearsed: the undo of `{step}`: {}\n",
            facts.join("; ")
        ))?;
    }
    for task in script.tasks.iter().filter(|task| is_unrehearsed(task)) {
        print(&format!("not rehearsed: the undo of `{}`\n", task.name))?;
    }
    let works = |it: &Rehearsed| it.settled == Some(Settled::Succeeded);
    if !reasons.is_empty() || !rehearsed.iter().all(works) {
        return Ok(Outcome::Findings);
    }
    let (drill, steps) = (&script.drill, script.tasks.len());
    print(&format!("`{drill}` can begin: {steps} steps\n"))?;
    Ok(Outcome::Done)
}
