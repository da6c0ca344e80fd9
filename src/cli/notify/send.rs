//! `mainstay notify send`: people are told something.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use chrono::{SecondsFormat, Utc};

use super::idle::Idle;
use crate::app::{Outbox, Plans};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::id::{ChannelId, PartyId};
use crate::notify::Mode;
use crate::store::State;

const OUTCOMES: &str = "\
It waits until each message is delivered, which is what `mainstay serve` does, and ends with 0 when
all are, and with 1 when one was given up. What was posted stays posted when it is stopped; under
the same --key it is not posted again.";
/// How often it is looked what became of the messages.
const LOOK_EVERY: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
#[command(after_help = OUTCOMES)]
pub struct Args {
    /// Who is told: a person, a role or a team of the plans
    who: PartyId,
    /// By which channel; may be given several times
    #[arg(long, value_name = "CHANNEL", required = true)]
    by: Vec<ChannelId>,
    /// What they are told
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// What tells it from every other message. Made of the time, when left out
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// It is a part of this exercise, such as the run of a drill
    #[arg(long, value_name = "RUN")]
    exercise: Option<String>,
    #[command(flatten)]
    within: Within,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let keys = post(args, &plans)?;
    let mut open: BTreeSet<&String> = keys.iter().collect();
    let (mut outcome, mut idle) = (Outcome::Done, Idle::default());
    while !open.is_empty() {
        for key in open.clone() {
            let Some(message) = Outbox::message(&plans.workspace, key)? else {
                continue;
            };
            let said = message.said.as_deref().unwrap_or_default();
            match message.state {
                State::Waiting => continue,
                State::Delivered => {}
                State::Failed => outcome = Outcome::Findings,
            }
            open.remove(key);
            let line = format!("{}  {key}  {said}", message.state.word());
            print(&format!("{}\n", line.trim_end()))?;
        }
        if !open.is_empty() {
            idle.look(&plans)?;
            sleep(LOOK_EVERY);
        }
    }
    Ok(outcome)
}

/// Posts one message for each channel; gives back their keys.
fn post(args: &Args, plans: &Plans) -> Result<Vec<String>> {
    if args.text.trim().is_empty() {
        return Err(Error::usage("tell people nothing").hint("Say with `--text` what it is."));
    }
    let made = || {
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        format!("send:{now}")
    };
    let key = args.key.clone().unwrap_or_else(made);
    let mode = match &args.exercise {
        Some(run) => Mode::Exercise { run: run.clone() },
        None => Mode::Live,
    };
    let messages = plans.telling((&args.who, &args.by), &key, args.text.trim(), &mode)?;
    let keys = messages.iter().map(|it| it.message.key.clone()).collect();
    Outbox::post(&plans.workspace, messages)?;
    Ok(keys)
}
