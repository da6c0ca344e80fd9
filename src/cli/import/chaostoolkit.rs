//! `mainstay import chaostoolkit`: an experiment becomes a procedure and a drill.

use std::fs;
use std::path::PathBuf;

use crate::cli::Outcome;
use crate::cli::init::SCHEMA_FILE;
use crate::cli::output::{self, print};
use crate::cli::render::save;
use crate::cli::yaml;
use crate::error::{Error, Result};
use crate::import::chaostoolkit::import;
use crate::text::visible;

const EXAMPLES: &str = "\
Examples:
  mainstay import chaostoolkit experiment.json
  mainstay import chaostoolkit experiment.json --out plans/experiment.yaml
  mainstay drill show TITLE-drill

What has no counterpart, or means something else here, is said on standard error, line by line.";

/// Make a procedure and a drill of an experiment of Chaos Toolkit
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The experiment, JSON or YAML
    experiment: PathBuf,
    /// The file it is written to, which must not be there yet. Standard output, when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let path = args.experiment.display();
    let text = fs::read_to_string(&args.experiment)
        .map_err(|error| Error::io(format!("read `{path}`"), error))?;
    let imported = import(&text)?;
    let mut plan = format!("# yaml-language-server: $schema=../{SCHEMA_FILE}\n");
    for (section, list) in imported.plan {
        let written = yaml::lines(&[(section, list)].into_iter().collect());
        plan += &format!("\n{}\n", written.join("\n"));
    }
    match &args.out {
        Some(file) if file.exists() => {
            let message = format!("write `{}`: it is there already", file.display());
            return Err(Error::usage(message).hint("Name another file with `--out`."));
        }
        Some(file) => {
            save(file, plan.as_bytes())?;
            print(&format!("wrote {}\n", file.display()))?;
        }
        None => print(&plan)?,
    }
    for note in &imported.notes {
        output::note(&format!("note: {}", visible(note).replace('\n', " ")));
    }
    Ok(Outcome::Done)
}
