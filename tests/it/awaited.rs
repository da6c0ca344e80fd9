//! For whom a run waits, on paper.

use mainstay::drill::{Asks, Attempt, Effect, Message};
use mainstay::journal::Part;

use crate::paper::Paper;
use crate::support::script;

const PLAN: &str = "
people: [{id: ada, name: A}, {id: ben, name: B}, {id: eve, name: E}]
roles: [{id: keys, name: Keys, primary: ada, alternates: [ben]}]
drills: [{id: d, name: D, kind: functional, lead: eve, procedures: [p], absences: 1}]
procedures:
  - id: p
    name: P
    steps:
      - {id: a, do: A, role: keys, after: [], timeout: 1h}
      - {id: b, do: B, after: []}
      - {id: go, do: Go, after: [], confirm: {by: [ada, ben, eve]}}
      - id: m
        do: M
        after: []
        role: keys
        run: {command: {argv: ['true']}}
        verify: {tcp: {host: h, port: 1}}
        undo: {none: nothing}
";

fn last(paper: &Paper, step: &str) -> Attempt {
    let place = paper.run().place(&format!("p/{step}"));
    let place = place.expect("it is there");
    Attempt {
        place,
        part: Part::Step,
        number: paper.run().step(place).attempts,
    }
}

#[test]
fn those_have_to_act_whose_step_it_is_and_who_are_there() {
    let paper = Paper::new(script(PLAN));
    let check = |step: &str, asks: fn(Asks) -> bool, people: &[&str]| {
        let attempt = last(&paper, step);
        assert!(paper.run().asks(attempt).is_some_and(asks), "{step}");
        let awaited: Vec<&str> = paper.run().awaited(attempt).into_iter().collect();
        assert_eq!(awaited, people, "{step}");
    };
    // Ada was drawn to be absent.
    check("a", |asks| asks == Asks::Do, &["ben"]);
    check("b", |asks| asks == Asks::Do, &["eve"]);
    check(
        "go",
        |asks| matches!(asks, Asks::Answer(_)),
        &["ben", "eve"],
    );
    let ends = paper.run().time_ends(last(&paper, "a")).expect("an hour");
    assert_eq!(ends.to_rfc3339(), "2026-11-22T10:00:00+00:00");
    // What a machine does waits for nobody.
    assert_eq!(paper.run().asks(last(&paper, "m")), None);
}

#[test]
fn people_are_asked_what_a_step_in_doubt_is_taken_for_once_its_probe_cannot_tell() {
    let mut paper = Paper::new(script(PLAN));
    let attempt = last(&paper, "m");
    let place = attempt.place;
    let facts = Vec::new();
    paper.turn(Message::Lost { attempt, facts }, 10);
    assert!(paper.effects.contains(&Effect::Probe { place }));
    assert!(!paper.effects.contains(&Effect::Ask(attempt)));
    let (happened, facts) = (None, Vec::new());
    let probed = Message::Probed {
        place,
        happened,
        facts,
    };
    paper.turn(probed, 20);
    assert!(paper.effects.contains(&Effect::Ask(attempt)));
    assert_eq!(paper.run().asks(attempt), Some(Asks::Decide));
    // Whoever takes the run over asks again, as nobody may have heard of it.
    paper.resumed(30);
    assert!(paper.effects.contains(&Effect::Ask(attempt)));
}
