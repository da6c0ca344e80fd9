//! The newest recovery point that anybody has seen is older than it may be.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies;
use crate::model::{Backup, Kind};
use crate::proof::{Level, open_fault};
use crate::time::{Date, Duration};

pub const CHECK: Check = check! {
    backup_older_than_rpo, "backup-older-than-rpo", Warning,
    "Nobody has seen a recovery point that is new enough",
    clauses: ["BC-19", "BC-25", "A1.2(8)", "CP-9", "DORA 12(6)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for backup in &context.programme.backups {
        let Some(seen) = seen(context, backup) else {
            continue;
        };
        // An age that was a fault when it was seen is `backup-fault-found`'s business.
        let fault = open_fault(context.record.verified(backup));
        let is_told = fault.is_some_and(|fault| fault.ceiling < Level::Fresh);
        let Some(may) = age_max(context, backup).filter(|_| !is_told) else {
            continue;
        };
        let age = age(seen.newest, context.now);
        if age <= may.max(A_DAY) {
            continue;
        }
        let (id, day) = (&backup.id, seen.newest.format("%Y-%m-%d %H:%M"));
        findings.push(
            CHECK
                .finding(format!(
                    "the newest recovery point of `{id}` that anybody has seen is of {day} UTC, \
                     and may be {} old; it was last looked at on {}",
                    may.words(),
                    seen.looked
                ))
                .at(backup.at().key(match backup.every {
                    Some(_) => "every",
                    None => "verify",
                }))
                .about(Kind::Backup, id.as_str())
                .help(format!(
                    "`mainstay backup verify {id} --level 2` looks for a newer one without \
                     reading any data; let it look as often as the backup is made."
                )),
        );
    }
}

/// A check knows the day and not the hour, so what is of yesterday is never too old.
const A_DAY: Duration = Duration::hours(24);

/// What is known of how new a backup is.
struct Seen {
    newest: DateTime<Utc>,
    looked: Date,
}

fn seen(context: &Context, backup: &Backup) -> Option<Seen> {
    let verified = || context.record.verified(backup);
    let points = verified().flat_map(|it| [it.as_of, it.newest]).flatten();
    Some(Seen {
        newest: points.max()?,
        looked: verified().map(|it| it.day).max()?,
    })
}

/// How old the newest recovery point may be: by how often it is made, else by what may be lost.
fn age_max(context: &Context, backup: &Backup) -> Option<Duration> {
    let grace = backup.verify.as_ref().and_then(|verify| verify.grace);
    let every = backup.every.map(|every| every + grace.unwrap_or_default());
    every.or_else(|| Some(copies::promised(context.programme, backup).1?.0))
}

/// How old something surely is on a day, counted to where the day begins.
fn age(of: DateTime<Utc>, on: Date) -> Duration {
    let age = on.0.and_time(NaiveTime::MIN).and_utc() - of;
    let seconds = age.max(TimeDelta::zero()).num_seconds();
    Duration::seconds(seconds.unsigned_abs())
}
