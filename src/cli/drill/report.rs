//! `mainstay drill report`: what came of a run.

use std::path::PathBuf;

use super::asked::Place;
use crate::app::{Runs, wait_for};
use crate::cli::Outcome;
use crate::cli::options::names;
use crate::cli::output::{is_watched, print, print_bytes};
use crate::cli::render::{Output, save, templates};
use crate::error::{Error, Result};
use crate::render::document;
use crate::render::run::{FORMATS, Report, ReportFormat, format};

const EXAMPLES: &str = "\
Examples:
  mainstay drill report restore-test-2026-11-27
  mainstay drill report restore-test-2026-11-27 --format pdf --out report.pdf
  mainstay drill report restore-test-2026-11-27 --format junit --out report.xml

The same journal gives the same bytes. The exit status is 1 where the drill did not pass.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text",
        value_parser = names(FORMATS.iter().map(|format| (format.name, format.summary))))]
    format: String,
    /// The file it is written to. Standard output, when left out
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A folder with templates that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    template: Option<PathBuf>,
}

/// What came of a run, ready to be shown.
pub struct Held(Report);

impl Held {
    /// Reads what came of a run.
    pub async fn read(runs: &mut Runs, id: &str) -> Result<Self> {
        let (run, head, events) = runs.read(id).await?;
        let mut report = Report::new(id, &run, &head, &events);
        report.lose_evidence(runs.lost_evidence(&run));
        Ok(Held(report))
    }

    /// Whether it succeeded; `None` while it is not over.
    pub fn succeeded(&self) -> Option<bool> {
        self.0.succeeded
    }

    /// Writes it beside the plan, for people and for programs; gives back the files. Of the formats
    /// that the plan has, too, only those that are asked for.
    pub fn save(&self, output: &Output) -> Result<Vec<PathBuf>> {
        let templates = output.templates()?;
        let mut files = Vec::new();
        for format in FORMATS.iter().filter(|format| is_saved(format, output)) {
            let name = format!("drill-{}.{}", self.0.run, format.extension);
            let file = output.out.join(name);
            save(&file, &(format.write)(&self.0, &templates)?)?;
            files.push(file);
        }
        Ok(files)
    }
}

/// The formats that are written only where somebody asks for them: the picture stands in the
/// documents already, and not everybody has tools for journals of Chaos Toolkit or for traces.
const ON_REQUEST: [&str; 3] = ["svg", "ctk", "otlp"];

/// Whether `mainstay run` writes a format.
fn is_saved(format: &ReportFormat, output: &Output) -> bool {
    let is_document = document::FORMATS
        .iter()
        .any(|document| document.extension == format.extension);
    !ON_REQUEST.contains(&format.name) && (!is_document || output.wants(format.extension))
}

pub fn run(args: &Args) -> Result<Outcome> {
    let format = format(&args.format).expect("only names of the table are accepted");
    let held = wait_for(async {
        let mut runs = Runs::look(&args.place.workspace()?).await?;
        Held::read(&mut runs, &args.place.run).await
    })?;
    if format.extension == "pdf" && args.out.is_none() && is_watched() {
        let message = "print a PDF on a terminal";
        return Err(Error::usage(message).hint("Name a file with `--out`, or redirect the output."));
    }
    let bytes = (format.write)(&held.0, &templates(args.template.as_deref())?)?;
    match &args.out {
        Some(file) => {
            save(file, &bytes)?;
            print(&format!("wrote {}\n", file.display()))?;
        }
        None => print_bytes(&bytes)?,
    }
    Ok(match held.succeeded() {
        Some(true) | None => Outcome::Done,
        Some(false) => Outcome::Findings,
    })
}
