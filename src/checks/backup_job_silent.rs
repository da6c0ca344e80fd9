//! A job that makes a backup is not heard of any more.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::proof::{Silence, silence};
use crate::time::TimeZone;

pub const CHECK: Check = check! {
    backup_job_silent, "backup-job-silent", Warning,
    "The job that makes a backup has not told that it ended well for longer than it may",
    clauses: ["BC-19", "A1.2(1)", "CP-9", "ISO 27001 A.8.13", "DORA 12(1)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let organization = context.programme.organization.as_ref();
    let zone = organization.and_then(|organization| organization.time_zone);
    let zone = zone.unwrap_or(TimeZone(chrono_tz::UTC));
    for backup in &context.programme.backups {
        // That it does not say how often is `backup-without-schedule`'s business.
        let (Some(_), Some(every)) = (&backup.ping, backup.every) else {
            continue;
        };
        let grace = backup.verify.as_ref().and_then(|verify| verify.grace);
        let longest = every + grace.unwrap_or_default();
        let pinged = context.record.pinged.iter();
        let own = pinged.filter(|pinged| pinged.backup == backup.id);
        let Some(silence) = silence(own, longest, (context.now, zone)) else {
            continue;
        };
        let words = words(backup.id.as_str(), &silence);
        findings.push(
            CHECK
                .finding(format!("{words}; it may be silent for {}", longest.words()))
                .at(backup.at().key("ping"))
                .about(Kind::Backup, backup.id.as_str())
                .help(
                    "See whether the job still runs and what it says, and whether `mainstay backup \
                     listen` runs where the job pings.",
                ),
        );
    }
}

fn words(id: &str, silence: &Silence) -> String {
    let badly = silence.badly.map_or_else(String::new, |badly| {
        format!(", and ended badly on {}", badly.day)
    });
    match silence.well {
        Some(well) => format!("the job of `{id}` last ended well on {}{badly}", well.day),
        None => format!("the job of `{id}` never told that it ended well{badly}"),
    }
}
