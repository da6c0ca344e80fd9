//! `mainstay store verify`: whether all that is kept holds.

use std::path::PathBuf;

use crate::app::check_store;
use crate::cli::Outcome;
use crate::cli::options::Format;
use crate::cli::output::print;
use crate::error::Result;
use crate::store::Checked;
use crate::text::{json, visible};
use crate::workspace::Workspace;

/// The exit status is 1 where something cannot be relied upon.
#[derive(clap::Args)]
pub struct Args {
    /// The workspace, or a folder inside it
    #[arg(default_value = ".", hide_default_value = true)]
    path: PathBuf,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let checked = check_store(&Workspace::find(&args.path)?)?;
    print(&match args.format {
        Format::Json => json(&checked),
        Format::Text => told(&checked),
    })?;
    Ok(match checked.iter().all(|it| it.fault.is_none()) {
        true => Outcome::Done,
        false => Outcome::Findings,
    })
}

/// A line for each: how many entries it has, and the hash of the last one.
pub fn told(all: &[Checked]) -> String {
    let width = all.iter().map(|it| it.what.chars().count()).max();
    let width = width.unwrap_or(0);
    let line = |it: &Checked| {
        let (what, entries) = (visible(&it.what), it.entries);
        let rest = match (&it.fault, it.hash.as_str()) {
            (Some(fault), _) => format!("  CANNOT BE RELIED UPON: {fault}"),
            (None, "") => String::new(),
            (None, hash) => format!("  the last one is {hash}"),
        };
        let word = match entries {
            1 => "entry",
            _ => "entries",
        };
        format!("{what:<width$}  {entries:>6} {word}{rest}\n")
    };
    all.iter().map(line).collect()
}
