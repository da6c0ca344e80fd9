//! `mainstay drill preflight`: whether a drill could begin now.

use super::show::{With, Within, prepare};
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::output::print;
use crate::error::Result;

#[derive(clap::Args)]
pub struct Args {
    /// The drill
    drill: String,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    with: With,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let prepared = prepare(&plans, &args.drill, &args.with)?;
    let script = prepared.script();
    let reasons = wait_for(async {
        let mut runs = Runs::look(&plans.workspace).await?;
        runs.preflight(&prepared).await
    })?;
    if reasons.is_empty() {
        print(&format!(
            "`{}` can begin: {} steps\n",
            script.drill,
            script.tasks.len()
        ))?;
        return Ok(Outcome::Done);
    }
    for reason in reasons {
        print(&format!("{reason}\n"))?;
    }
    Ok(Outcome::Findings)
}
