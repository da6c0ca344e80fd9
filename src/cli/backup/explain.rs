//! `mainstay backup explain`: why a backup stands where it stands, and what would take it higher.

use std::fmt::Write;

use super::{Within, chosen};
use crate::app::{Backups, Plans};
use crate::cli::Outcome;
use crate::cli::options::{Moment, open};
use crate::cli::output::print;
use crate::error::Result;
use crate::graph::copies::Copies;
use crate::model::Backup;
use crate::proof::{Level, Standing, Verification};
use crate::record::Record;

#[derive(clap::Args)]
pub struct Args {
    /// The backup
    backup: String,
    #[command(flatten)]
    within: Within,
    #[command(flatten)]
    moment: Moment,
}

pub fn run(args: &Args) -> Result<Outcome> {
    let plans = open(&args.within.path, args.moment.now)?;
    let any = |_: &Backup| true;
    let record = plans.record();
    let verifications = Backups::look(&plans.workspace)?.verifications()?;
    let programme = &plans.loaded.programme;
    for backup in chosen(&plans, std::slice::from_ref(&args.backup), (any, "verify"))? {
        let standing = record.standing(programme, backup, plans.today());
        print(&told(backup, standing.as_ref(), &verifications))?;
        print(&policies(&plans, &record, backup))?;
    }
    Ok(Outcome::Done)
}

/// What policy demands of the systems whose data it holds, and how that stands.
fn policies(plans: &Plans, record: &Record, backup: &Backup) -> String {
    let programme = &plans.loaded.programme;
    let copies = Copies::new(programme);
    let mut told = String::new();
    for id in &backup.of {
        let system = programme.systems.get(id.as_str());
        let of = system.map(|system| (system, copies.of(id.as_str())));
        let joint = of.and_then(|of| record.joint(programme, of, plans.today()));
        if let Some(joint) = joint {
            writeln!(told, "  {id}: {}", joint.words()).expect("a string takes all");
        }
    }
    told
}

fn told(backup: &Backup, standing: Option<&Standing>, verifications: &[Verification]) -> String {
    let Some(standing) = standing else {
        return match &backup.verify {
            None => format!(
                "{}: level 0 unknown. The plan does not say how it is verified: write `verify`.\n",
                backup.id
            ),
            Some(_) => format!(
                "{id}: level 0 unknown. It was never verified here: \
                 `mainstay backup verify {id}`.\n",
                id = backup.id
            ),
        };
    };
    let (by, until, last) = (standing.by, standing.until, standing.last);
    let mut told = format!("{}: level {}\n", backup.id, standing.level);
    let mut line = |text: String| writeln!(told, "{text}").expect("a string takes all");
    line(format!(
        "  shown by {} on {}, counts until {until}",
        by.id, by.day
    ));
    if last.id != by.id {
        line(format!(
            "  last looked at by {} on {}: level {}",
            last.id, last.day, last.level
        ));
    }
    let Some(last) = verifications.iter().find(|it| it.id == last.id) else {
        return told;
    };
    for level in Level::RUNGS {
        let own = last.trials.iter().filter(|trial| trial.level == level);
        let own: Vec<_> = own.collect();
        line(format!("  {level}"));
        for trial in &own {
            line(format!(
                "    {:4}  {}",
                trial.verdict.word(),
                trial.sentence()
            ));
        }
        if own.is_empty() {
            line("    ?     nothing was looked at".to_owned());
        }
    }
    for note in &last.notes {
        line(format!("  note: {note}"));
    }
    told
}
