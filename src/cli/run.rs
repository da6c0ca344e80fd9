//! `mainstay run`: the main job in one command.

use super::check::{Level, OF_EACH_MAX, outcome, summary, tell};
use super::drill::{Follow, Held};
use super::options::{Format, Source};
use super::output::{print, tell_lost, warn};
use super::render::{self, Output};
use super::{Outcome, backup, progress};
use crate::app::{Backups, Duties, How, Plans, Runs, Work, wait_for};
use crate::drill::Values;
use crate::error::Result;
use crate::finding::{Counts, Severity};
use crate::id::{BackupId, DrillId};
use crate::model::{Backup, Item, Visibility};
use crate::proof::Verification;
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
    // At another time than now nothing is done, only looked at. Whoever wants nothing done may have
    // no permission to write anything down.
    let is_looked_at = args.source.moment.now.is_some() || args.no_drills && args.no_backups;
    let (held, verified) = match is_looked_at {
        true => Default::default(),
        false => do_due(&plans, &args)?,
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

/// Does everything that is due and needs nobody at hand; gives back what came of each.
fn do_due(plans: &Plans, args: &Args) -> Result<(Vec<Held>, Vec<Verification>)> {
    let (mut held, mut verified) = (Vec::new(), Vec::new());
    let mut record = plans.record_to_act_on()?;
    tell_lost(&record);
    Duties::open(&plans.workspace)?.tick(plans, &mut record)?;
    if !args.no_backups {
        clear(plans)?;
    }
    for work in plans.work(&record, plans.now.instant())? {
        match &work {
            Work::Resume(..) | Work::Hold(_) if args.no_drills => {}
            Work::Take(_) | Work::Verify(_) if args.no_backups => {}
            Work::Resume(_, run) => held.push(resume(plans, run)?),
            Work::Hold(drill) => held.push(hold(plans, drill)?),
            Work::Take(backup) => take(plans, backup)?,
            Work::Verify(backup) => verified.push(verify(plans, backup)?),
        }
    }
    // What was done just now settles what was to be done.
    Duties::open(&plans.workspace)?.tick(plans, &mut plans.record_to_act_on()?)?;
    Ok((held, verified))
}

/// Removes what verifications that died have left, where any may have.
fn clear(plans: &Plans) -> Result<()> {
    let leaves = |backup: &Item<Backup>| {
        let verify = backup.verify.as_ref();
        verify.is_some_and(|it| it.unattended || it.keep_on_fail.is_some())
    };
    if plans.loaded.programme.backups.iter().any(leaves)
        && let Err(error) = Backups::open(&plans.workspace)?.clear()
    {
        warn(&error.to_string());
    }
    Ok(())
}

fn hold(plans: &Plans, drill: &DrillId) -> Result<Held> {
    let drill = plans.loaded.programme.drills.get(drill.as_str());
    let drill = drill.expect("work is made from the plans");
    let prepared = plans.prepare(drill, &Values::new(), None)?;
    let mut follow = Follow::new(Format::Text);
    wait_for(async {
        let runs = Runs::open(&plans.workspace, Durability::default()).await?;
        runs.start(prepared, &mut follow).await?;
        read(plans, &follow).await
    })
}

fn resume(plans: &Plans, run: &str) -> Result<Held> {
    let mut follow = Follow::new(Format::Text);
    wait_for(async {
        let runs = Runs::open(&plans.workspace, Durability::default()).await?;
        runs.resume(run, None, &mut follow).await?;
        read(plans, &follow).await
    })
}

async fn read(plans: &Plans, follow: &Follow) -> Result<Held> {
    let mut runs = Runs::open(&plans.workspace, Durability::default()).await?;
    Held::read(&mut runs, follow.id()).await
}

/// Makes a backup. One that cannot be made is seen when it is verified: it is too old then.
fn take(plans: &Plans, backup: &BackupId) -> Result<()> {
    match Backups::open(&plans.workspace)?.take(plans, named(plans, backup)) {
        Ok(taken) => print(&backup::told_taken(&taken)),
        Err(error) => {
            warn(&error.to_string());
            Ok(())
        }
    }
}

fn verify(plans: &Plans, backup: &BackupId) -> Result<Verification> {
    let how = How::default();
    let mut backups = Backups::open(&plans.workspace)?;
    let found = backups.verify(plans, named(plans, backup), &how, &|_| {})?;
    print(&verification(&found))?;
    Ok(found)
}

fn named<'p>(plans: &'p Plans, backup: &BackupId) -> &'p Backup {
    let backup = plans.loaded.programme.backups.get(backup.as_str());
    backup.expect("work is made from the plans")
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
