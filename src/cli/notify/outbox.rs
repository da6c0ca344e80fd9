//! `mainstay notify outbox`: the messages that wait, and what became of the others.

use serde::Serialize;

use crate::app::Outbox;
use crate::cli::Outcome;
use crate::cli::options::{Format, Within};
use crate::cli::output::print;
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::store::{Counts, Message, State};
use crate::text;
use crate::text::visible;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    within: Within,
    /// Only those that were given up; the exit status is 1 where there are some
    #[arg(long)]
    failed: bool,
    /// Have messages wait again that were given up, as if they were never tried: the one with this
    /// key, or all
    #[arg(
        long,
        value_name = "KEY",
        num_args = 0..=1,
        requires = "by",
        conflicts_with_all = ["failed", "count", "format"]
    )]
    retry: Option<Option<String>>,
    /// Who has them wait again, as the plans name them
    #[arg(long, value_name = "PERSON", env = "MAINSTAY_BY")]
    by: Option<String>,
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
    if let (Some(key), Some(by)) = (&args.retry, &args.by) {
        let by = &plans.person(by)?.id;
        return put_back(&plans.workspace, key.as_deref(), by);
    }
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

/// Has messages wait again.
fn put_back(workspace: &Workspace, key: Option<&str>, by: &PersonId) -> Result<Outcome> {
    let count = Outbox::put_back(workspace, key, by)?;
    if let Some(key) = key.filter(|_| count == 0) {
        let what = format!("find a message `{key}` that was given up");
        return Err(Error::not_found(what)
            .hint("`mainstay notify outbox --failed` shows all of them, with their keys."));
    }
    print(&format!("{count} put back; `mainstay serve` sends them\n"))?;
    Ok(Outcome::Done)
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
        ..
    } = counts;
    told + &format!("{waiting} waiting, {delivered} delivered, {failed} given up\n")
}
