//! Schedules over all zones: what `ENGINE.md` measured of other programs is what must not happen.

use std::sync::Arc;

use chrono::NaiveTime;
use proptest::prelude::*;

use super::*;
use crate::model::{DaysOff, Resolved};

/// A schedule with more lines, from 2020 on.
fn schedule(zone: &str, stated: &str) -> Schedule {
    let text = format!("{{zone: {zone}, from: 2020-01-01, {stated}}}");
    serde_yaml::from_str(&text).expect("a schedule")
}

/// The next occurrences, as the civil time that is named, the moment, and what clocks did.
#[track_caller]
fn check(zone: &str, stated: &str, moment: &str, expected: &[&str]) {
    let schedule = schedule(zone, stated);
    let moment = moment.parse().expect("a moment");
    let all = after(&schedule, moment).expect("it is understood");
    let told = all.take(expected.len()).map(|it| {
        let dst = match it.dst {
            Dst::None => "",
            Dst::Gap => " gap",
            Dst::First => " first",
            Dst::Second => " second",
        };
        let (nominal, at) = (it.nominal.format("%F %R"), it.at.format("%FT%RZ"));
        format!("{nominal} {at}{dst}")
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "{zone}: {stated}");
}

#[test]
fn certain_days_are_found() {
    let march = "on: {nth: first, weekday: saturday, months: [march]}, at: '02:00'";
    check(
        "Europe/London",
        march,
        "2026-11-28T00:00:00Z",
        &[
            "2027-03-06 02:00 2027-03-06T02:00Z",
            "2028-03-04 02:00 2028-03-04T02:00Z",
        ],
    );
    let quarter = "on: {nth: last, weekday: working-day, months: [march, june, september, \
                   december]}, at: '18:30'";
    check(
        "Europe/Budapest",
        quarter,
        "2026-11-28T00:00:00Z",
        &[
            "2026-12-31 18:30 2026-12-31T17:30Z",
            "2027-03-31 18:30 2027-03-31T16:30Z",
        ],
    );
    // A moment in the middle of a second that is a time itself.
    check(
        "Europe/Berlin",
        "cron: '19 21 * * *'",
        "2026-11-28T20:19:00.25Z",
        &["2026-11-29 21:19 2026-11-29T20:19Z"],
    );
    // Sunday is 0 and 7, as in every crontab.
    for sunday in ["0", "7", "SUN"] {
        check(
            "UTC",
            &format!("cron: '0 2 * * {sunday}'"),
            "2026-11-28T00:00:00Z",
            &["2026-11-29 02:00 2026-11-29T02:00Z"],
        );
    }
    check(
        "UTC",
        "on: {nth: last, months: [february]}, at: '00:00'",
        "2026-11-28T00:00:00Z",
        &[
            "2027-02-28 00:00 2027-02-28T00:00Z",
            "2028-02-29 00:00 2028-02-29T00:00Z",
        ],
    );
}

#[test]
fn a_rhythm_is_counted_from_its_first_day_and_does_not_drift() {
    let text = "{zone: UTC, from: 2026-08-31, every: P1M, at: '06:00'}";
    let schedule: Schedule = serde_yaml::from_str(text).expect("a schedule");
    let moment = "2026-08-31T06:00:00Z".parse().expect("a moment");
    let all = after(&schedule, moment).expect("it is understood");
    let days: Vec<String> = all
        .take(7)
        .map(|it| it.nominal.format("%F").to_string())
        .collect();
    let expected = [
        "2026-09-30",
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ];
    assert_eq!(days, expected);
}

#[test]
fn a_time_that_does_not_exist_is_put_off_and_not_lost() {
    let yearly = "cron: '30 2 * 3 SUN#2'";
    check(
        "America/New_York",
        yearly,
        "2026-01-01T00:00:00Z",
        &[
            "2026-03-08 02:30 2026-03-08T07:30Z gap",
            "2027-03-14 02:30 2027-03-14T07:30Z gap",
        ],
    );
    check(
        "America/New_York",
        "cron: '15,45 2 * * *'",
        "2026-03-08T00:00:00Z",
        &[
            "2026-03-08 02:15 2026-03-08T07:15Z gap",
            "2026-03-08 02:45 2026-03-08T07:45Z gap",
        ],
    );
    // One that is named later comes earlier.
    check(
        "America/New_York",
        "cron: '45 2 8 3 *'",
        "2026-03-08T07:10:00Z",
        &["2026-03-08 02:45 2026-03-08T07:45Z gap"],
    );
    check(
        "America/New_York",
        "cron: '15,45 2,3 8 3 *'",
        "2026-03-08T06:00:00Z",
        &[
            "2026-03-08 03:15 2026-03-08T07:15Z",
            "2026-03-08 03:45 2026-03-08T07:45Z",
            "2027-03-08 02:15 2027-03-08T07:15Z",
        ],
    );
    check(
        "America/New_York",
        "cron: '30 2 * * *', gap: skip",
        "2026-03-07T12:00:00Z",
        &["2026-03-09 02:30 2026-03-09T06:30Z"],
    );
    check(
        "Pacific/Apia",
        "cron: '0 12 30 12 *'",
        "2011-01-01T00:00:00Z",
        &["2020-12-30 12:00 2020-12-29T22:00Z"],
    );
}

#[test]
fn a_time_that_comes_twice_is_done_as_often_as_is_said() {
    let (zone, moment) = ("America/New_York", "2026-11-01T04:00:00Z");
    check(
        zone,
        "cron: '0,30 1 * * *'",
        moment,
        &[
            "2026-11-01 01:00 2026-11-01T05:00Z first",
            "2026-11-01 01:30 2026-11-01T05:30Z first",
            "2026-11-02 01:00 2026-11-02T06:00Z",
        ],
    );
    check(
        zone,
        "cron: '30 1 * * *', fold: second",
        moment,
        &[
            "2026-11-01 01:30 2026-11-01T06:30Z second",
            "2026-11-02 01:30 2026-11-02T06:30Z",
        ],
    );
    check(
        zone,
        "cron: '0,30 1 * * *', fold: both",
        moment,
        &[
            "2026-11-01 01:00 2026-11-01T05:00Z first",
            "2026-11-01 01:30 2026-11-01T05:30Z first",
            "2026-11-01 01:00 2026-11-01T06:00Z second",
            "2026-11-01 01:30 2026-11-01T06:30Z second",
            "2026-11-02 01:00 2026-11-02T06:00Z",
        ],
    );
    // Whoever asks between both passes gets what is left, and nothing that is past.
    check(
        zone,
        "cron: '*/30 * * * *'",
        "2026-11-01T05:45:00Z",
        &[
            "2026-11-01 02:00 2026-11-01T07:00Z",
            "2026-11-01 02:30 2026-11-01T07:30Z",
        ],
    );
    check(
        zone,
        "cron: '30 1 * * *'",
        "2026-11-01T06:15:00Z",
        &["2026-11-02 01:30 2026-11-02T06:30Z"],
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for (stated, why) in [
        ("at: '02:00'", "says no time"),
        ("on: {day: 1}", "no time of day"),
        ("on: {day: 31}, at: '02:00'", "`day: 31`"),
        ("on: {weekday: monday}, at: '02:00'", "names no day"),
        (
            "every: P1D, cron: '0 2 * * *', at: '02:00'",
            "says the time twice",
        ),
        ("cron: '0 2 * * *', at: '02:00'", "leave out `at`"),
        ("cron: '0 0 2 * * *'", "five fields"),
        ("cron: '0 2 1-7 3 6'", "write `+6`"),
        ("cron: '0 2 * * MOON'", "no cron text"),
        ("cron: '@daily'", "five fields"),
    ] {
        let refused = after(&schedule("UTC", stated), DateTime::UNIX_EPOCH)
            .err()
            .unwrap_or_default();
        assert!(refused.contains(why), "{stated}: {refused}");
    }
    let both = after(
        &schedule("UTC", "cron: '0 2 1-7 3 +SAT'"),
        "2026-03-01T00:00:00Z".parse().expect("a moment"),
    );
    let next = both.expect("both are meant").next().expect("it comes");
    assert_eq!(next.nominal.to_string(), "2026-03-07 02:00:00");
}

#[test]
fn a_day_that_never_comes_ends() {
    let never = schedule("UTC", "cron: '0 0 30 2 *'");
    let moment = "2026-01-01T00:00:00Z".parse().expect("a moment");
    assert_eq!(
        after(&never, moment).expect("it is understood").next(),
        None
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Over all zones: strictly increasing, never in the past, every day has its own, and going on
    /// from any of them gives the next.
    #[test]
    fn no_day_is_lost_and_no_time_comes_twice(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        minute in 0_u32..60,
        hour in 0_u32..24,
        day in 0_i64..29_000,
        is_both in any::<bool>(),
    ) {
        let fold = if is_both { "both" } else { "first" };
        let stated = format!("cron: '{minute} {hour} * * *', fold: {fold}");
        let schedule = schedule(zone.name(), &stated);
        let first = NaiveTime::MIN;
        let start = "2020-01-03".parse::<chrono::NaiveDate>().expect("a day").and_time(first);
        let moment = (start + TimeDelta::days(day)).and_utc();
        let all = after(&schedule, moment).expect("it is understood");
        let all: Vec<Occurrence> = all.take(400).collect();
        let mut last = moment;
        for (index, it) in all.iter().enumerate() {
            prop_assert!(it.at > last, "{it:?} after {last}");
            last = it.at;
            if index % 37 == 0 {
                let next = after(&schedule, it.at).expect("it is understood").next();
                prop_assert_eq!(next, all.get(index + 1).copied().or(next));
            }
        }
        for pair in all.windows(2) {
            let days = (pair[1].nominal.date() - pair[0].nominal.date()).num_days();
            let same = pair[0].nominal == pair[1].nominal && pair[1].dst == Dst::Second;
            prop_assert!(days == 1 || same, "{pair:?}");
        }
    }
}

/// A schedule with the days off of a calendar.
fn with_calendar(zone: &str, stated: &str, days: &[&str]) -> Schedule {
    let days = days
        .iter()
        .map(|day| format!("{{date: {day}, name: 'Day {day}'}}"));
    let days = days.collect::<Vec<_>>().join(", ");
    let calendar = format!("{{id: it, name: It, days: [{days}]}}");
    let calendar = serde_yaml::from_str(&calendar).expect("a calendar");
    let mut schedule = schedule(zone, stated);
    schedule.days_off = Resolved(Some(Arc::new(DaysOff::of(&calendar))));
    schedule
}

/// The next occurrences, as the day and the day it was moved from.
#[track_caller]
fn check_moved(stated: &str, days: &[&str], expected: &[&str]) {
    let schedule = with_calendar("Europe/London", stated, days);
    let moment = "2027-01-01T00:00:00Z".parse().expect("a moment");
    let all = after(&schedule, moment).expect("it is understood");
    let told = all.take(expected.len()).map(|it| {
        let from = it
            .moved_from
            .map(|from| from.format(" from %F %R").to_string());
        format!("{}{}", it.nominal.format("%F %R"), from.unwrap_or_default())
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "{stated}");
}

#[test]
fn a_day_off_is_moved_as_is_said() {
    // 1 May 2027 is a Saturday, 3 May a holiday; 31 October is a Sunday.
    let (days, on) = (
        ["2027-05-03"],
        "on: {nth: last, months: [july, october]}, at: '06:00'",
    );
    check_moved(
        "on: {day: 1, months: [may]}, at: '06:00', business-day: following",
        &days,
        &["2027-05-04 06:00 from 2027-05-01 06:00"],
    );
    check_moved(
        "on: {day: 1, months: [may]}, at: '06:00', business-day: preceding",
        &days,
        &["2027-04-30 06:00 from 2027-05-01 06:00"],
    );
    check_moved(
        &format!("{on}, business-day: modified-following"),
        &days,
        &[
            "2027-07-30 06:00 from 2027-07-31 06:00",
            "2027-10-29 06:00 from 2027-10-31 06:00",
        ],
    );
    for stays in ["", ", business-day: none"] {
        check_moved(
            &format!("{on}{stays}"),
            &days,
            &["2027-07-31 06:00", "2027-10-31 06:00"],
        );
    }
}

#[test]
fn two_that_are_moved_onto_one_time_are_one() {
    check_moved(
        "cron: '0 6,18 * * *', business-day: following",
        &["2027-01-04"],
        &[
            // The first of January is a Friday.
            "2027-01-01 06:00",
            "2027-01-01 18:00",
            "2027-01-05 06:00",
            "2027-01-05 18:00",
            "2027-01-06 06:00",
        ],
    );
    // Asked between both, none comes back.
    let daily = with_calendar("UTC", "cron: '0 6 * * *', business-day: preceding", &[]);
    let moment = "2027-01-01T06:00:00Z".parse().expect("a moment");
    let next = after(&daily, moment).expect("it is understood").next();
    assert_eq!(
        next.expect("it comes").nominal.to_string(),
        "2027-01-04 06:00:00"
    );
}

#[test]
fn where_nobody_works_for_months_a_time_stays() {
    let mut schedule = schedule("UTC", "on: {day: 4}, at: '06:00', business-day: following");
    let calendar = "{id: never, name: Never, weekend: [working-day, saturday, sunday]}";
    let calendar = serde_yaml::from_str(calendar).expect("a calendar");
    schedule.days_off = Resolved(Some(Arc::new(DaysOff::of(&calendar))));
    let moment = "2027-01-01T00:00:00Z".parse().expect("a moment");
    let next = after(&schedule, moment).expect("it is understood").next();
    let next = next.expect("it comes");
    assert_eq!(
        (next.nominal.to_string().as_str(), next.moved_from),
        ("2027-01-04 06:00:00", None)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Over all zones: strictly increasing, every day that the rule names has its own, no other day
    /// has one, nobody is asked to come on a day off, and going on from any gives the next.
    #[test]
    fn whatever_is_moved_is_moved_once_and_nothing_is_lost(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        how in prop::sample::select(vec!["following", "preceding", "modified-following"]),
        rule in prop::sample::select(vec![
            "every: P1D, at: '02:30'", "every: P1M, at: '01:30'", "every: P9D, at: '23:59'",
            "cron: '0 2,14 * * *'", "cron: '30 0 31 * *'", "on: {nth: last}, at: '00:00'",
        ]),
        off in prop::collection::btree_set(0_i64..800, 0..150),
        start in 0_i64..400,
    ) {
        let first = "2027-01-01".parse::<chrono::NaiveDate>().expect("a day");
        let day = |days: i64| first + TimeDelta::days(days);
        let off: Vec<String> = off.into_iter().map(|days| day(days).to_string()).collect();
        let off: Vec<&str> = off.iter().map(String::as_str).collect();
        let stated = format!("{rule}, business-day: {how}");
        let schedule = with_calendar(zone.name(), &stated, &off);
        let days_off = schedule.days_off.0.clone().expect("it was given");
        let moment = day(start).and_time(NaiveTime::MIN).and_utc();
        let all: Vec<Occurrence> =
            after(&schedule, moment).expect("it is understood").take(120).collect();
        let mut last = moment;
        for (index, it) in all.iter().enumerate() {
            prop_assert!(it.at > last, "{it:?} after {last}");
            last = it.at;
            prop_assert_eq!(days_off.why(it.nominal.date()), None, "{:?}", it);
            if index % 17 == 0 {
                let next = after(&schedule, it.at).expect("it is understood").next();
                prop_assert_eq!(next, all.get(index + 1).copied().or(next));
            }
        }
        // The same rule, where nothing is moved, names what each must come from.
        let plain = self::schedule(zone.name(), rule);
        let to = all.last().expect("it comes").nominal;
        let named = after(&plain, moment).expect("it is understood");
        let named = named.skip_while(|it| it.at < moment + TimeDelta::days(70));
        for it in named.take_while(|it| it.nominal + TimeDelta::days(70) < to) {
            let put = expected(it.nominal.date(), how, &days_off).and_time(it.nominal.time());
            prop_assert!(all.iter().any(|it| it.nominal == put), "{} is lost", it.nominal);
        }
        for it in &all {
            let from = it.moved_from.unwrap_or(it.nominal);
            let put = expected(from.date(), how, &days_off).and_time(from.time());
            prop_assert_eq!(put, it.nominal);
        }
    }
}

/// Where a day is put, said another way than the code says it.
fn expected(named: chrono::NaiveDate, how: &str, days_off: &DaysOff) -> chrono::NaiveDate {
    let (mut later, mut earlier) = (named, named);
    while days_off.why(later).is_some() {
        later = later.succ_opt().expect("a day");
    }
    while days_off.why(earlier).is_some() {
        earlier = earlier.pred_opt().expect("a day");
    }
    let is_other_month = later.format("%Y-%m").to_string() != named.format("%Y-%m").to_string();
    match how {
        "following" => later,
        "modified-following" if !is_other_month => later,
        _ => earlier,
    }
}
