//! `mainstay render`: the consolidated plan as documents.

use std::fs;
use std::path::{Path, PathBuf};

use super::options::{Source, names};
use super::output::print;
use super::{Outcome, progress};
use crate::app::Plans;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::graph::Analysis;
use crate::model::Visibility;
use crate::record::Record;
use crate::render::document::{FORMATS, Templates};
use crate::render::view::{Input, View};

const EXAMPLES: &str = "\
Examples:
  mainstay render
  mainstay render --out board --format pdf --now 2026-11-22
  mainstay render --public --format html
  mainstay render --for ada

The same plans, runs and --now give the same bytes. --for writes the sheet of one person.";

/// Write the consolidated plan as documents
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    output: Output,
    /// Leave out everything that is internal
    #[arg(long, conflicts_with = "person")]
    public: bool,
    /// Only what this person needs
    #[arg(long = "for", value_name = "PERSON")]
    person: Option<String>,
}

/// Where documents go, and how they look.
#[derive(clap::Args)]
pub struct Output {
    /// The folder the documents are written to
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
    /// The formats. All of them, when left out
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',',
        value_parser = names(FORMATS.iter().map(|format| (format.extension, format.summary))))]
    pub formats: Vec<String>,
    /// A folder with templates that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub template: Option<PathBuf>,
}

impl Output {
    /// Whether a format is asked for.
    pub fn wants(&self, extension: &str) -> bool {
        self.formats.is_empty() || self.formats.iter().any(|format| format == extension)
    }

    /// The templates that documents are made with.
    pub fn templates(&self) -> Result<Templates> {
        templates(self.template.as_deref())
    }
}

pub fn run(args: Args) -> Result<Outcome> {
    let plans = progress::during("Reading the plans", || args.source.open())?;
    let record = plans.record();
    let analysis = progress::during("Analysing", || plans.analyse(&record));
    let findings = plans.findings(&analysis, &record);
    let revision = plans
        .workspace
        .revision()
        .map(|revision| revision.to_string());
    let visibility = if args.public {
        Visibility::Public
    } else {
        Visibility::Internal
    };
    let input = input(
        &plans,
        &analysis,
        (&findings, &record),
        revision.as_deref(),
        visibility,
    );
    let (view, name) = match &args.person {
        None if args.public => (View::new(&input), "plan-public".to_owned()),
        None => (View::new(&input), "plan".to_owned()),
        Some(person) => (View::for_person(&input, person)?, format!("plan-{person}")),
    };
    for path in write(&view, &name, &args.output)? {
        print(&format!("wrote {}\n", path.display()))?;
    }
    Ok(Outcome::Done)
}

/// What a document is made of.
pub fn input<'a>(
    plans: &'a Plans,
    analysis: &'a Analysis<'a>,
    (findings, record): (&'a [Finding], &'a Record),
    revision: Option<&'a str>,
    visibility: Visibility,
) -> Input<'a> {
    Input {
        loaded: &plans.loaded,
        analysis,
        findings,
        record,
        now: plans.now.instant(),
        revision,
        visibility,
    }
}

/// Writes a view in every format that was asked for; returns the files.
pub fn write(view: &View, name: &str, output: &Output) -> Result<Vec<PathBuf>> {
    let templates = output.templates()?;
    let mut written = Vec::new();
    for format in FORMATS
        .iter()
        .filter(|format| output.wants(format.extension))
    {
        let bytes = progress::during("Writing the document", || (format.write)(view, &templates))?;
        let path = output.out.join(format!("{name}.{}", format.extension));
        save(&path, &bytes)?;
        written.push(path);
    }
    Ok(written)
}

/// The built-in templates, with those of a folder in the place of their namesakes.
pub fn templates(folder: Option<&Path>) -> Result<Templates> {
    let mut templates = Templates::embedded();
    let Some(folder) = folder else {
        return Ok(templates);
    };
    let failed = |path: &Path, error| {
        Error::io(format!("read the templates in `{}`", path.display()), error)
            .hint("Name a folder with templates such as `html/plan.hbs`.")
    };
    let listed = |path: &Path| -> Result<Vec<PathBuf>> {
        let entries = fs::read_dir(path).map_err(|error| failed(path, error))?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths
            .collect::<std::io::Result<_>>()
            .map_err(|error| failed(path, error))
    };
    for part in listed(folder)?.into_iter().filter(|part| part.is_dir()) {
        for path in listed(&part)? {
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy();
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            templates.replace(&name.replace(std::path::MAIN_SEPARATOR, "/"), text)?;
        }
    }
    Ok(templates)
}

/// Writes a file; one that was there stays whole until the new one is complete.
pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| {
        Error::io(format!("write `{}`", path.display()), error)
            .hint("Name a folder that you may write to with `--out`.")
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    fs::write(&unfinished, bytes).map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}
