//! `mainstay notify call`: people are called by a call tree, until enough have confirmed.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};

use super::idle::Idle;
use crate::app::{Call, Duties, Plans};
use crate::call::Progress;
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::notify::Mode;
use crate::text;

const OUTCOMES: &str = "\
It ends with 0 when enough have confirmed, and with 1 when nobody is left who could. The messages
are delivered by `mainstay serve`. Where it is stopped, the same command with the same --id goes
on.";
/// How often it is looked whether somebody has answered.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The longest id of a call.
const ID_MAX: usize = 100;

#[derive(clap::Args)]
#[command(after_help = OUTCOMES)]
pub struct Args {
    /// The call tree
    tree: String,
    /// What people are told
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// The id of the call. Made of the call tree and the time, when left out
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// It is a part of this exercise, such as the run of a drill
    #[arg(long, value_name = "RUN")]
    exercise: Option<String>,
    /// Also write how it went to this file, as JSON
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let call = call(args)?;
    let (mut told, mut idle) = (Vec::new(), Idle::default());
    loop {
        let progress = step(&plans, &args.tree, &call)?;
        let lines = progress.lines();
        let new: Vec<String> = lines
            .into_iter()
            .filter(|line| !told.contains(line))
            .collect();
        new.iter()
            .try_for_each(|line| print(&format!("{line}\n")))?;
        told.extend(new);
        let Some(reached) = progress.reached else {
            idle.look(&plans)?;
            sleep(LOOK_EVERY);
            continue;
        };
        if let Some(path) = &args.to {
            std::fs::write(path, text::json(&progress))
                .map_err(|error| Error::io(format!("write `{}`", path.display()), error))?;
        }
        print(&format!("{}\n", progress.summary()))?;
        return Ok(match reached {
            true => Outcome::Done,
            false => Outcome::Findings,
        });
    }
}

/// One look; others can write to the register in between.
fn step(plans: &Plans, tree: &str, call: &Call) -> Result<Progress> {
    Duties::open(&plans.workspace)?.call(plans, tree, call)
}

fn call(args: &Args) -> Result<Call> {
    let made = || {
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("{}-{now}", args.tree)
    };
    let id = args.id.clone().unwrap_or_else(made);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+:".contains(c);
    if id.is_empty() || id.len() > ID_MAX || !id.chars().all(is_plain) {
        return Err(
            Error::usage(format!("call under the id `{id}`")).hint(format!(
                "An id has letters, digits and `-`, `_`, `.`, `+`, `:`, {ID_MAX} at the most."
            )),
        );
    }
    if args.text.trim().is_empty() {
        return Err(Error::usage("call people without a word to tell them")
            .hint("Say with `--text` what it is about and what they are to do."));
    }
    Ok(Call {
        id,
        text: args.text.trim().to_owned(),
        mode: match &args.exercise {
            Some(run) => Mode::Exercise { run: run.clone() },
            None => Mode::Live,
        },
    })
}
