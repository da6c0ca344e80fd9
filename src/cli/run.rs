//! `mainstay run`: the main job in one command.

use super::check::{Level, OF_EACH_MAX, outcome, summary, tell};
use super::options::Source;
use super::output::print;
use super::render::{self, Output};
use super::{Outcome, progress};
use crate::error::Result;
use crate::finding::{Counts, Severity};
use crate::model::Visibility;
use crate::render::view::View;

const EXAMPLES: &str = "\
Examples:
  mainstay run
  mainstay run --deny errors
  mainstay run continuity --out board --format pdf

What is wrong with the plans is printed and stands in the document; it fails the command only with
--deny. `mainstay check` fails on errors by itself.";

/// Check the plans, say what is wrong, and write the consolidated plan
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    output: Output,
    /// Fail on findings of this level and above. On none, when left out
    #[arg(long, value_name = "LEVEL")]
    deny: Option<Level>,
}

pub fn run(args: Args) -> Result<Outcome> {
    let plans = progress::during("Reading the plans", || args.source.open())?;
    let analysis = progress::during("Analysing", || plans.analyse());
    let findings = progress::during("Checking", || plans.findings(&analysis));
    tell(&plans, &findings, OF_EACH_MAX)?;

    let revision = plans
        .workspace
        .revision()
        .map(|revision| revision.to_string());
    let input = render::input(
        &plans,
        &analysis,
        &findings,
        revision.as_deref(),
        Visibility::Internal,
    );
    let written = render::write(&View::new(&input), "plan", &args.output)?;
    print(&summary(&findings, plans.loaded.sources.files().len()))?;
    for path in written {
        print(&format!("wrote {}\n", path.display()))?;
    }
    print(next(Counts::of(&findings)))?;
    let fails_at = args.deny.map(Level::severity);
    Ok(fails_at.map_or(Outcome::Done, |severity| outcome(&findings, severity)))
}

/// What to do next.
fn next(counts: Counts) -> &'static str {
    if counts.errors > 0 {
        "\nNext: mend the errors, the worst of the plan; `mainstay explain ID` says how.\n"
    } else if counts.at_least(Severity::Warning) > 0 {
        "\nNext: mend the warnings, or accept them in the plan with a reason and an end.\n"
    } else {
        "\nNext: have management read the first page of the document and sign it.\n"
    }
}
