//! `mainstay run`: the main job in one command.

use super::check::{Level, OF_EACH_MAX, outcome, summary, tell};
use super::drill::{Follow, Held};
use super::options::{Format, Source};
use super::output::{print, warn};
use super::render::{self, Output};
use super::{Outcome, backup, progress};
use crate::app::{Backups, Duties, How, Plans, Runs, wait_for};
use crate::drill::{self, Values};
use crate::error::Result;
use crate::finding::{Counts, Severity};
use crate::model::{Backup, Item, Visibility};
use crate::proof::{Verification, is_due};
use crate::render::proof::verification;
use crate::render::view::View;
use crate::store::Durability;

const EXAMPLES: &str = "\
Examples:
  mainstay run
  mainstay run --deny errors
  mainstay run continuity --out board --format pdf

Drills that are due and may run unattended are run, and backups that are due and may be made or
verified unattended are, unless --now names another time. A drill that does not succeed and a backup
that is not as it has to be fail the command; a backup that could not be looked at does not.
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
    /// Make and verify no backup, also where one is due that needs nobody at hand
    #[arg(long)]
    no_backups: bool,
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
    let verified = if args.no_backups || args.source.moment.now.is_some() {
        Vec::new()
    } else {
        backups_due(&plans)?
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
    let backups = backup::outcome(&verified);
    if backups == Outcome::Inconclusive {
        warn("not every backup could be looked at; `mainstay backup list` says why");
    }
    let failed = held.iter().any(|report| report.succeeded() == Some(false));
    if failed || backups == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    let fails_at = args.deny.map(Level::severity);
    Ok(fails_at.map_or(Outcome::Done, |severity| outcome(&findings, severity)))
}

/// Runs every drill that is due and needs nobody at hand; gives back what came of each.
fn hold_due(plans: &Plans) -> Result<Vec<Held>> {
    let mut held = Vec::new();
    Duties::open(&plans.workspace)?.tick(plans)?;
    for drill in plans.unattended() {
        let mut follow = Follow::new(Format::Text);
        let report = wait_for(async {
            let mut runs = Runs::open(&plans.workspace, Durability::default()).await?;
            let (last, open) = runs.last(drill).await?;
            match open {
                Some(id) => runs.resume(&id, None, &mut follow).await?,
                None if drill::is_due(drill, last, (plans.now.instant(), plans.today())) => {
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

/// Makes and verifies every backup for which that is due and needs nobody at hand; gives back what
/// was verified.
fn backups_due(plans: &Plans) -> Result<Vec<Verification>> {
    let programme = &plans.loaded.programme;
    let unattended = |backup: &&Item<Backup>| {
        let take = backup.take.as_ref().is_some_and(|take| take.unattended);
        take || backup
            .verify
            .as_ref()
            .is_some_and(|verify| verify.unattended)
    };
    let chosen: Vec<_> = programme.backups.iter().filter(unattended).collect();
    let keeps = |backup: &Item<Backup>| {
        let keep = backup.verify.as_ref().and_then(|it| it.keep_on_fail);
        keep.is_some()
    };
    if chosen.is_empty() && !programme.backups.iter().any(keeps) {
        return Ok(Vec::new());
    }
    let record = plans.record();
    let mut backups = Backups::open(&plans.workspace)?;
    if let Err(error) = backups.clear() {
        warn(&error.to_string());
    }
    let mut verified = Vec::new();
    for backup in chosen {
        if backups.is_due_to_be_taken(backup, plans.now.instant())? {
            // One that cannot be made is seen when it is verified: it is too old then.
            match backups.take(plans, backup) {
                Ok(taken) => print(&backup::told_taken(&taken))?,
                Err(error) => warn(&error.to_string()),
            }
        }
        let may = backup
            .verify
            .as_ref()
            .is_some_and(|verify| verify.unattended);
        if may && is_due(programme, backup, &record.verified, plans.today()) {
            let how = How::default();
            let found = backups.verify(plans, backup, &how, &|_| {})?;
            print(&verification(&found))?;
            verified.push(found);
        }
    }
    Ok(verified)
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
