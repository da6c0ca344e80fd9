//! `mainstay backup ledger`: every recovery point that was ever seen, and what became of it.

use serde::Serialize;
use std::fmt::Write;

use super::{Within, chosen};
use crate::app::Backups;
use crate::cli::Outcome;
use crate::cli::options::{Format, open};
use crate::cli::output::print;
use crate::error::Result;
use crate::model::Backup;
use crate::proof::{Known, Ledger, Verification};
use crate::text;

#[derive(clap::Args)]
pub struct Args {
    /// The backups; all whose plans say how they are verified, when none is named
    backups: Vec<String>,
    #[command(flatten)]
    within: Within,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// What is known of the recovery points of a backup.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Page<'p> {
    backup: &'p str,
    points: Vec<Known>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, None)?;
    let can_be = |backup: &Backup| backup.verify.is_some();
    let chosen = chosen(&plans, &args.backups, (can_be, "verify"))?;
    let verifications = Backups::look(&plans.workspace)?.verifications()?;
    let pages = chosen.iter().map(|backup| Page {
        backup: backup.id.as_str(),
        points: points(backup, &verifications),
    });
    let pages: Vec<Page> = pages.collect();
    match args.format {
        Format::Json => print(&text::json(&pages))?,
        Format::Text => print(&pages.iter().map(told).collect::<String>())?,
    }
    Ok(Outcome::Done)
}

fn points(backup: &Backup, verifications: &[Verification]) -> Vec<Known> {
    let mut ledger = Ledger::default();
    let own = verifications.iter().filter(|it| it.backup == backup.id);
    for verification in own {
        ledger.follow(verification.began.wall, &verification.seen);
    }
    ledger.entries().into_iter().cloned().collect()
}

fn told(page: &Page) -> String {
    let mut told = format!("{}\n", page.backup);
    let day = |at: &chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M:%S").to_string();
    for known in &page.points {
        let (as_of, seen) = (day(&known.point.as_of), day(&known.first_seen));
        let gone = known.gone_at.as_ref().map(day);
        let gone = gone.map_or_else(String::new, |gone| format!(", gone {gone}"));
        writeln!(
            told,
            "  {as_of}  {}  first seen {seen}{gone}",
            known.point.id
        )
        .expect("a string takes all");
    }
    if page.points.is_empty() {
        told.push_str("  nothing was ever seen\n");
    }
    told
}
