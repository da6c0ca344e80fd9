//! `/metrics`: figures about the daemon and about what it has to do.
//!
//! What stands in a label comes from the plans, or is one of a few words: there are never more
//! figures than plans have drills and backups, and of those no more than the daemon tells.

use chrono::{DateTime, Utc};
use hyper::StatusCode;
use hyper::header::{ACCEPT, HeaderMap};

use crate::daemon::{Health, Seen};
use crate::serve::exposition::{Exposition, Format, Kind};
use crate::serve::{Answer, typed};

/// What becomes of what was to be done; each has a figure, also where that is nought.
const DISPOSITIONS: [&str; 9] = [
    "done",
    "due",
    "late",
    "missed",
    "moved",
    "overdue",
    "skipped",
    "waived",
    "withdrawn",
];

/// All figures, in the format that is asked for.
pub fn page(health: &Health, headers: &HeaderMap) -> Answer {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    let format = match accepts {
        Some(accept) if accept.contains("application/openmetrics-text") => Format::OpenMetrics,
        _ => Format::Prometheus,
    };
    let mut all = Exposition::new(format);
    daemon(&mut all, health);
    work(&mut all, health);
    messages(&mut all, health);
    plans(&mut all, &health.seen);
    typed(StatusCode::OK, format.media_type(), all.end())
}

/// How the daemon itself goes.
fn daemon(all: &mut Exposition, health: &Health) {
    let version = Some(("version", env!("CARGO_PKG_VERSION")));
    let help = "The version that runs; always 1.";
    all.many(Kind::Gauge, ("mainstay_build_info", help), [(version, 1.0)]);
    let one = |all: &mut Exposition, name, help, value: Option<f64>| {
        all.one(Kind::Gauge, (name, help), value);
    };
    one(
        all,
        "mainstay_last_beat_timestamp_seconds",
        "When the loop last went round.",
        health.beat.map(seconds),
    );
    one(
        all,
        "mainstay_last_look_timestamp_seconds",
        "When it was last looked what is due.",
        health.looked.map(seconds),
    );
    one(
        all,
        "mainstay_look_failed",
        "1 while it cannot be looked what is due, as after the last attempt.",
        Some(fault(health.failed.as_ref())),
    );
    one(
        all,
        "mainstay_plans_broken",
        "1 while not all plans can be read and what they said before counts.",
        Some(fault(health.plans_broken.as_ref())),
    );
    let told = health.told_outside.as_ref();
    one(
        all,
        "mainstay_watchdog_failed",
        "1 while the watchdog outside cannot be told that all is well.",
        told.map(|told| fault(told.as_ref().err())),
    );
}

/// What it does.
fn work(all: &mut Exposition, health: &Health) {
    let counters = [
        (
            "mainstay_work_begun_total",
            "Pieces of work begun.",
            health.begun,
        ),
        (
            "mainstay_work_done_total",
            "Pieces of work done, whatever they showed.",
            health.done,
        ),
        (
            "mainstay_work_failed_total",
            "Pieces of work that could not be done.",
            health.undone,
        ),
    ];
    for (name, help, count) in counters {
        all.one(Kind::Counter, (name, help), count as f64);
    }
    let gauges = [
        (
            "mainstay_work_running",
            "Pieces of work at which a process is.",
            health.running,
        ),
        (
            "mainstay_work_waiting",
            "Pieces of work that wait for others to end.",
            health.waiting,
        ),
    ];
    for (name, help, count) in gauges {
        all.one(Kind::Gauge, (name, help), count as f64);
    }
}

/// What people are told.
fn messages(all: &mut Exposition, health: &Health) {
    let help = "1 while messages cannot be delivered, whatever the channel.";
    let failed = fault(health.post_failed.as_ref());
    all.one(Kind::Gauge, ("mainstay_delivery_failed", help), failed);
    let Some(counts) = health.post else { return };
    let help = "Messages to people, by what became of them.";
    let samples = [
        ("waiting", counts.waiting),
        ("delivered", counts.delivered),
        ("failed", counts.failed),
    ];
    let samples = samples.map(|(state, count)| (Some(("state", state)), count as f64));
    all.many(Kind::Gauge, ("mainstay_messages", help), samples);
    let help = "When the oldest message was posted that waits.";
    let oldest = counts.oldest_waiting.map(seconds);
    let name = "mainstay_message_oldest_waiting_timestamp_seconds";
    all.one(Kind::Gauge, (name, help), oldest);
}

/// What the last look showed.
fn plans(all: &mut Exposition, seen: &Seen) {
    let count = |word| seen.obligations.get(word).copied().unwrap_or(0) as f64;
    let samples = DISPOSITIONS.map(|word| (Some(("disposition", word)), count(word)));
    let help = "What was to be done, by what became of it.";
    all.many(Kind::Gauge, ("mainstay_obligations", help), samples);
    let help = "When the next drill comes by its schedule.";
    let next = seen.coming.first().map(|next| seconds(next.at));
    all.one(
        Kind::Gauge,
        ("mainstay_next_due_timestamp_seconds", help),
        next,
    );
    let help = "How many entries the register of what was to be done has.";
    all.one(
        Kind::Gauge,
        ("mainstay_register_entries", help),
        seen.register as f64,
    );
    let runs = |value: fn(&crate::daemon::LastRun) -> f64| {
        let runs = seen.drills.iter();
        runs.map(move |run| (Some(("drill", run.drill.as_str())), value(run)))
    };
    let help = "1 where the last run of a drill that is over succeeded.";
    let succeeded = runs(|run| f64::from(u8::from(run.succeeded)));
    all.many(
        Kind::Gauge,
        ("mainstay_drill_last_run_succeeded", help),
        succeeded,
    );
    let help = "When the last run of a drill ended.";
    let ended = runs(|run| seconds(run.ended));
    all.many(
        Kind::Gauge,
        ("mainstay_drill_last_run_timestamp_seconds", help),
        ended,
    );
    let looks = |value: fn(&crate::daemon::LastLook) -> f64| {
        let looks = seen.backups.iter();
        looks.map(move |look| (Some(("backup", look.backup.as_str())), value(look)))
    };
    let help = "The level, from 0 to 5, that the last verification of a backup showed.";
    let levels = looks(|look| look.level.into());
    all.many(
        Kind::Gauge,
        ("mainstay_backup_last_verified_level", help),
        levels,
    );
    let help = "When a backup was last verified.";
    let at = looks(|look| seconds(look.at));
    all.many(
        Kind::Gauge,
        ("mainstay_backup_last_verified_timestamp_seconds", help),
        at,
    );
    let help = "Of how many drills and backups there is no figure, as there are too many.";
    all.one(
        Kind::Gauge,
        ("mainstay_figures_left_out", help),
        seen.left_out as f64,
    );
}

/// A moment, as seconds since 1970.
fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64 / 1_000.0
}

/// 1 where there is something to complain of.
fn fault(why: Option<&String>) -> f64 {
    f64::from(u8::from(why.is_some()))
}
