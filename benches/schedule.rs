//! How long it takes to find the next times of many schedules.
//!
//! `cargo bench --no-default-features --bench schedule`. 10,000 of them, the next three of each;
//! the goal is one second. A quarter each comes yearly, monthly, by cron once a day and every five
//! minutes, in four zones, of which one is about to put its clocks back.

use chrono::{DateTime, Utc};
use mainstay::model::Schedule;
use mainstay::schedule::after;

const COUNT: usize = 10_000;
const EACH: usize = 3;
const STATED: [&str; 4] = [
    "on: {nth: first, weekday: saturday, months: [march]}, at: '02:00'",
    "every: P1M, at: '06:30'",
    "cron: '15 2 * * *'",
    "cron: '*/5 * * * *', fold: both",
];
const ZONES: [&str; 4] = [
    "America/New_York",
    "Europe/London",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
];

fn main() {
    divan::main();
}

fn schedules() -> Vec<Schedule> {
    let one = |number: usize| {
        let (stated, zone) = (STATED[number % 4], ZONES[number / 4 % 4]);
        let text = format!("{{zone: {zone}, from: 2020-01-01, {stated}}}");
        serde_yaml::from_str(&text).expect("a schedule")
    };
    (0..COUNT).map(one).collect()
}

#[divan::bench]
fn next_three_of_10_000(bencher: divan::Bencher) {
    let schedules = schedules();
    let now: DateTime<Utc> = "2026-11-01T04:00:00Z".parse().expect("a moment");
    bencher.bench_local(|| {
        let found = schedules.iter().map(|schedule| {
            let all = after(schedule, now).expect("it is understood");
            all.take(EACH).count()
        });
        assert_eq!(found.sum::<usize>(), COUNT * EACH);
    });
}
