//! `mainstay notify outbox`: the messages that wait, and what became of the others.

use serde::Serialize;

use crate::app::Outbox;
use crate::cli::Outcome;
use crate::cli::options::{Format, Within};
use crate::cli::output::print;
use crate::error::Result;
use crate::store::{Counts, Message, State};
use crate::text;
use crate::text::visible;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    within: Within,
    /// Only those that were given up; the exit status is 1 where there are some
    #[arg(long)]
    failed: bool,
    /// How many, the newest first
    #[arg(long, value_name = "NUMBER", default_value = "50")]
    count: u32,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// The messages, and how many there are.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Shown<'m> {
    counts: Counts,
    messages: Vec<&'m Message>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let (messages, counts) = Outbox::read(&plans.workspace, args.count)?;
    let is_shown = |it: &&Message| !args.failed || it.state == State::Failed;
    let messages: Vec<&Message> = messages.iter().filter(is_shown).collect();
    match args.format {
        Format::Json => print(&text::json(&Shown { counts, messages }))?,
        Format::Text => print(&told(&messages, counts))?,
    }
    Ok(match args.failed && counts.failed > 0 {
        true => Outcome::Findings,
        false => Outcome::Done,
    })
}

fn told(messages: &[&Message], counts: Counts) -> String {
    let mut told = String::new();
    for it in messages {
        let time = it.posted_at.format("%Y-%m-%d %H:%M");
        let said = it.said.as_deref().unwrap_or_default();
        let said = visible(said.lines().next().unwrap_or_default());
        let line = format!("{time}  {:<9}  {}  {said}", it.state.word(), it.key);
        told += &format!("{}\n", line.trim_end());
    }
    let Counts {
        waiting,
        delivered,
        failed,
    } = counts;
    told + &format!("{waiting} waiting, {delivered} delivered, {failed} given up\n")
}
