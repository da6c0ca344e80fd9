//! `mainstay backup report`: all that one verification showed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use crate::app::{Backups, Kept};
use crate::cli::Outcome;
use crate::cli::options::Within;
use crate::cli::output::print;
use crate::cli::render::{save, templates};
use crate::error::{Error, Result};
use crate::proof::Verification;
use crate::render::document::Templates;
use crate::render::proof::{Place, page, verification};
use crate::text;

const EXAMPLES: &str = "\
Examples:
  mainstay backup report
  mainstay backup report orders-nightly-2026-11-27-1 --format json
  mainstay backup report --format html --out reports

The same entry of the chain gives the same bytes. The exit status is that of the verification.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The id of the verification; the last one of each backup, when left out
    id: Option<String>,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// The folder it is written to, a file for each. Standard output, when left out
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A folder with templates that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    template: Option<PathBuf>,
    #[command(flatten)]
    within: Within,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For programs
    Json,
    /// One self-contained page: print, light and dark
    Html,
}

/// All that is known of a verification, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Whole<'k> {
    verification: &'k Verification,
    level: u8,
    chain: Place,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = args.within.open()?;
    let mut backups = Backups::look(&plans.workspace)?;
    let chosen = match &args.id {
        Some(id) => vec![backups.kept(id)?],
        None => last_of_each(backups.all_kept()?)?,
    };
    if args.format == Format::Html && args.out.is_none() && chosen.len() > 1 {
        return Err(Error::usage("print several pages at once")
            .hint("Name one verification, or a folder with `--out`."));
    }
    let templates = templates(args.template.as_deref())?;
    for kept in &chosen {
        let text = written(kept, args.format, &templates)?;
        match &args.out {
            None => print(&text)?,
            Some(folder) => {
                let extension = match args.format {
                    Format::Text => "txt",
                    Format::Json => "json",
                    Format::Html => "html",
                };
                let name = format!("backup-{}.{extension}", kept.verification.id);
                let file = folder.join(name);
                save(&file, text.as_bytes())?;
                print(&format!("wrote {}\n", file.display()))?;
            }
        }
    }
    let all: Vec<Verification> = chosen.into_iter().map(|kept| kept.verification).collect();
    Ok(super::outcome(&all))
}

fn last_of_each(all: Vec<Kept>) -> Result<Vec<Kept>> {
    let by_backup = all
        .into_iter()
        .map(|kept| (kept.verification.backup.to_string(), kept));
    let last: BTreeMap<String, Kept> = by_backup.collect();
    if last.is_empty() {
        return Err(Error::not_found("find a verification of a backup")
            .hint("`mainstay backup verify` makes one."));
    }
    Ok(last.into_values().collect())
}

fn written(kept: &Kept, format: Format, templates: &Templates) -> Result<String> {
    let found = &kept.verification;
    let place = Place {
        entry: kept.entry.seq,
        hash: kept.entry.hash.clone(),
        before: kept.before.clone(),
    };
    Ok(match format {
        Format::Text => {
            let (began, Place { entry, hash, .. }) = (found.began.wall.format("%F %T UTC"), &place);
            let told = verification(found);
            format!(
                "{}  {began}\n{told}  entry {entry} of the chain, {hash}\n",
                found.id
            )
        }
        Format::Json => text::json(&Whole {
            verification: found,
            level: found.level().number(),
            chain: place,
        }),
        Format::Html => page(found, &place, templates)?,
    })
}
