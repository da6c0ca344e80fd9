//! What people hear of times that are moved, and how often.

use proptest::prelude::*;

use super::*;
use crate::schedule::{came, coming, obligations, reminders};

const SIXTH: &str = "cron: '0 2 6 3 *'";
const THIRTEENTH: &str = "cron: '0 2 13 3 *'";
const SUMMER: &str = "cron: '0 2 6 7 *'";

/// Plans with one drill, and its schedule, if it has one.
fn programme(schedule: Option<&str>) -> Programme {
    let schedule = schedule.map_or_else(String::new, |it| {
        format!(", schedule: {{zone: Europe/London, from: 2027-01-01, {it}}}")
    });
    let text = format!(
        "team: {{id: t, name: T}}\ndrills: [{{id: d, name: D, kind: functional{schedule}}}]\n"
    );
    let file = crate::load::File {
        path: "plans/t.yaml".to_owned(),
        content: Ok(text.into_bytes()),
    };
    crate::load::load(vec![file]).programme
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// What a daemon with these plans writes down at a moment, and what it tells.
fn look(register: &mut Vec<Duty>, programme: &Programme, now: DateTime<Utc>) -> Vec<String> {
    register.extend(came(programme, register, now).into_iter().map(Duty::Came));
    let remind = ["P30D", "P7D"].map(|text| text.parse().expect("a period"));
    let (all, next) = (obligations(&*register, [], now), coming(programme, now));
    let (new, overtaken) = reminders(programme, (&all, &next), (register, &remind), now);
    let moves = moves(programme, &next, register, now);
    let (told_so, new) = told_by(&moves, new);
    let reminded = new
        .iter()
        .map(|it| format!("{} {}", it.name, it.which.key()));
    let mut told: Vec<String> = reminded.collect();
    told.extend(moves.iter().map(|it| {
        let to = it.to.as_ref().map(|to| format!(" to {}", to.name()));
        format!("{} {}{}", it.name(), it.word(), to.unwrap_or_default())
    }));
    register.extend(overtaken.into_iter().map(Duty::Reminded));
    let told_so = told_so
        .into_iter()
        .map(|it| it.became(Told::Overtaken, now));
    register.extend(told_so.map(Duty::Reminded));
    let new = new.into_iter().map(|it| it.became(Told::Nobody, now));
    register.extend(new.map(Duty::Reminded));
    register.extend(moves.into_iter().map(Duty::Moved));
    told
}

/// What is told where plans are looked at then that have this schedule.
#[track_caller]
fn check(looks: &[(&str, Option<&str>)], expected: &[&str]) {
    let (mut register, mut told) = (Vec::new(), Vec::new());
    for (now, schedule) in looks {
        let (programme, now) = (programme(*schedule), moment(&format!("2027-{now}:00Z")));
        told.extend(look(&mut register, &programme, now));
        assert_eq!(look(&mut register, &programme, now), [""; 0], "told twice");
    }
    assert_eq!(told, expected);
}

#[test]
fn a_time_of_which_people_were_told_is_moved_by_the_plans() {
    check(
        &[
            ("02-10T09:00", Some(SIXTH)),
            ("02-11T09:00", Some(THIRTEENTH)),
            ("03-07T09:00", Some(THIRTEENTH)),
        ],
        &[
            "2027-03-06T02:00 P30D",
            "2027-03-06T02:00 moved to 2027-03-13T02:00",
            "2027-03-13T02:00 P7D",
        ],
    );
    // Far ahead, so that people are not reminded of it yet.
    check(
        &[
            ("02-10T09:00", Some(SIXTH)),
            ("02-11T09:00", Some(SUMMER)),
            ("03-07T09:00", Some(THIRTEENTH)),
        ],
        &[
            "2027-03-06T02:00 P30D",
            "2027-03-06T02:00 moved to 2027-07-06T02:00",
            "2027-07-06T02:00 moved to 2027-03-13T02:00",
        ],
    );
}

#[test]
fn what_nobody_was_told_of_or_what_came_is_not_moved() {
    let first = [
        ("01-10T09:00", Some(SIXTH)),
        ("01-11T09:00", Some(THIRTEENTH)),
    ];
    check(&first, &[]);
    let came = [
        ("02-10T09:00", Some(SIXTH)),
        ("03-06T02:00", Some(SIXTH)),
        ("03-06T09:00", Some(THIRTEENTH)),
    ];
    let told = [
        "2027-03-06T02:00 P30D",
        "2027-03-06T02:00 due",
        "2027-03-13T02:00 P7D",
    ];
    check(&came, &told);
    // One more time before it moves nothing.
    let more = [
        ("02-05T09:00", Some(SIXTH)),
        ("02-05T10:00", Some("cron: '0 2 6,20 2,3 *'")),
    ];
    check(&more, &["2027-03-06T02:00 P30D", "2027-02-06T02:00 P7D"]);
}

#[test]
fn what_is_withdrawn_is_told_and_so_is_that_it_comes_again() {
    check(
        &[
            ("02-10T09:00", Some(SIXTH)),
            ("02-11T09:00", None),
            ("02-11T09:59", Some(SIXTH)),
            ("02-11T10:00", Some(SIXTH)),
        ],
        &[
            "2027-03-06T02:00 P30D",
            "2027-03-06T02:00 withdrawn",
            "2027-03-06T02:00 back to 2027-03-06T02:00",
        ],
    );
}

#[test]
fn what_passed_while_nobody_was_at_work_was_moved_all_the_same() {
    check(
        &[("02-10T09:00", Some(SIXTH)), ("03-08T09:00", Some(SUMMER))],
        &[
            "2027-03-06T02:00 P30D",
            "2027-03-06T02:00 moved to 2027-07-06T02:00",
        ],
    );
}

#[test]
fn from_a_schedule_that_nobody_understands_nothing_follows() {
    let looks = [
        ("02-10T09:00", Some(SIXTH)),
        ("02-11T09:00", Some("cron: '0 2 6 13 *'")),
    ];
    check(&looks, &["2027-03-06T02:00 P30D"]);
}

/// The register of who was told of the sixth of March by another table of time zones.
fn by_another_table(at: &str) -> Vec<Duty> {
    let (plans, mut register) = (programme(Some(SIXTH)), Vec::new());
    look(&mut register, &plans, moment("2027-02-10T09:00:00Z"));
    let announced = register.iter_mut().filter_map(|duty| match duty {
        Duty::Reminded(it) => it.announced.as_mut(),
        _ => None,
    });
    for it in announced {
        (it.tzdb, it.at) = ("2020a".to_owned(), moment(at));
    }
    register
}

#[test]
fn another_table_of_time_zones_moves_the_moment_and_not_the_name() {
    let plans = programme(Some(SIXTH));
    let mut register = by_another_table("2027-03-06T01:00:00Z");
    let now = moment("2027-02-11T09:00:00Z");
    let told = look(&mut register, &plans, now);
    assert_eq!(told, ["2027-03-06T02:00 moved to 2027-03-06T02:00"]);
    let Some(Duty::Moved(it)) = register.last() else {
        panic!("it is written down");
    };
    let new = crate::schedule::tzdb();
    assert_eq!(
        it.became(),
        format!(
            "to 2027-03-06 02:00 in Europe/London (2027-03-06T02:00Z): the table of time zones \
             was 2020a and is {new}"
        )
    );
    assert_eq!(look(&mut register, &plans, now), [""; 0]);
    // Where it says the same, nothing is moved.
    let mut register = by_another_table("2027-03-06T02:00:00Z");
    assert_eq!(look(&mut register, &plans, now), [""; 0]);
}

#[test]
fn what_came_does_not_come_again_by_another_table_of_time_zones() {
    let plans = programme(Some(SIXTH));
    let now = moment("2027-03-06T05:00:00Z");
    let mut earlier = came(&plans, &[], now);
    earlier[0].at -= TimeDelta::hours(1);
    let register: Vec<Duty> = earlier.into_iter().map(Duty::Came).collect();
    assert_eq!(came(&plans, &register, now), []);
}

#[test]
fn nodes_that_never_agree_tell_ever_more_seldom() {
    let nodes = [
        programme(Some(SIXTH)),
        programme(Some(THIRTEENTH)),
        programme(None),
    ];
    let (mut register, mut told) = (Vec::new(), 0);
    let mut now = moment("2027-02-05T00:00:00Z");
    while now < moment("2027-03-05T00:00:00Z") {
        for plans in &nodes {
            told += look(&mut register, plans, now).len();
        }
        now += TimeDelta::hours(1);
    }
    // Each of two times comes again some five times, and is withdrawn as often.
    assert!((4..40).contains(&told), "{told}");
}

proptest! {
    /// Whatever the plans say, and on whichever node: nothing is told twice, and what people have
    /// heard is so, or they are told of it as soon as it is not too early.
    #[test]
    fn what_people_have_heard_is_so(
        looks in prop::collection::vec((0_i64..3_000, 0_usize..5), 1..20),
    ) {
        let plans = [None, Some(SIXTH), Some(THIRTEENTH), Some(SUMMER),
            Some("cron: '0 2 6,20 2,3 *'")].map(programme);
        let (mut register, mut now) = (Vec::new(), moment("2027-01-20T00:00:00Z"));
        for (minutes, plans_at) in looks {
            now += TimeDelta::minutes(minutes);
            let plans = &plans[plans_at];
            look(&mut register, plans, now);
            prop_assert_eq!(look(&mut register, plans, now), [""; 0]);
            let drill = plans.drills.get("d");
            let next = next(drill, now).expect("it is understood");
            for heard in heard(&register).values() {
                let stands = |it: &Announced| {
                    let own = super::next(drill, it.at - TimeDelta::seconds(1));
                    own.expect("it is understood").is_some_and(|own| it.is(&own))
                };
                let is_too_early = next.zip(drill).is_some_and(|(it, drill)| {
                    let schedule = drill.schedule.as_ref().expect("it has a next time");
                    heard.is_too_early(&Announced::new(drill, schedule, &it), now)
                });
                let wrong = heard.standing.values().find(|it| !stands(it));
                prop_assert!(wrong.is_none() || is_too_early, "{wrong:?} at {now}");
            }
        }
    }
}
