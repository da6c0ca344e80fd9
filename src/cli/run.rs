//! `mainstay run`: the main job in one command.

use super::check::{Level, OF_EACH_MAX, outcome, summary, tell};
use super::drill::{Follow, Held};
use super::options::{Format, Source};
use super::output::print;
use super::render::{self, Output};
use super::{Outcome, progress};
use crate::app::{Plans, Runs, wait_for};
use crate::drill::{Values, is_due};
use crate::error::Result;
use crate::finding::{Counts, Severity};
use crate::model::Visibility;
use crate::render::view::View;
use crate::store::Durability;

const EXAMPLES: &str = "\
Examples:
  mainstay run
  mainstay run --deny errors
  mainstay run continuity --out board --format pdf

Drills that are due and may run unattended are run, unless --now names another time.
What is wrong with the plans is printed and stands in the document; it fails the command only with
--deny. `mainstay check` fails on errors by itself.";

/// Run what is due, check the plans, and write the consolidated plan
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    output: Output,
    /// Run no drill, also where one is due that needs nobody at hand
    #[arg(long)]
    no_drills: bool,
    /// Fail on findings of this level and above. On none, when left out
    #[arg(long, value_name = "LEVEL")]
    deny: Option<Level>,
}

pub fn run(args: Args) -> Result<Outcome> {
    let plans = progress::during("Reading the plans", || args.source.open_to_check())?;
    // At another time than now nothing is done, only looked at.
    let held = if args.no_drills || args.source.moment.now.is_some() {
        Vec::new()
    } else {
        hold_due(&plans)?
    };
    // What was shown just now counts, too.
    let record = plans.record();
    let analysis = progress::during("Analysing", || plans.analyse(&record));
    let findings = progress::during("Checking", || plans.findings(&analysis, &record));
    tell(&plans, &findings, OF_EACH_MAX)?;

    let revision = plans
        .workspace
        .revision()
        .map(|revision| revision.to_string());
    let input = render::input(
        &plans,
        &analysis,
        (&findings, &record),
        revision.as_deref(),
        Visibility::Internal,
    );
    let mut written = render::write(&View::new(&input), "plan", &args.output)?;
    for report in &held {
        written.extend(report.save(&args.output)?);
    }
    print(&summary(&findings, plans.loaded.sources.files().len()))?;
    for path in written {
        print(&format!("wrote {}\n", path.display()))?;
    }
    print(next(Counts::of(&findings)))?;
    if held.iter().any(|report| report.succeeded() == Some(false)) {
        return Ok(Outcome::Findings);
    }
    let fails_at = args.deny.map(Level::severity);
    Ok(fails_at.map_or(Outcome::Done, |severity| outcome(&findings, severity)))
}

/// Runs every drill that is due and needs nobody at hand; gives back what came of each.
fn hold_due(plans: &Plans) -> Result<Vec<Held>> {
    let mut held = Vec::new();
    for drill in plans.unattended() {
        let mut follow = Follow::new(Format::Text);
        let report = wait_for(async {
            let mut runs = Runs::open(&plans.workspace, Durability::default()).await?;
            let (last, open) = runs.last(drill).await?;
            match open {
                Some(id) => runs.resume(&id, None, &mut follow).await?,
                None if is_due(drill, last, plans.today()) => {
                    let prepared = plans.prepare(drill, &Values::new(), None)?;
                    runs.start(prepared, &mut follow).await?
                }
                None => return Ok(None),
            };
            let mut runs = Runs::open(&plans.workspace, Durability::default()).await?;
            Held::read(&mut runs, follow.id()).await.map(Some)
        })?;
        held.extend(report);
    }
    Ok(held)
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
