//! What people decide in drills: questions with a quorum, and what follows from the answers.

use mainstay::journal::What;
use mainstay::render::document::Templates;
use mainstay::render::run::{Report, format};

use crate::held::{Held, until};
use crate::paper::Paper;
use crate::story::write;
use crate::support::{self, script};

/// A drill whose procedure has these steps, with three people and two roles.
fn held(more: &str, steps: &[&str]) -> Held {
    let mut plan = format!(
        "people: [{{id: ada, name: A}}, {{id: ben, name: B}}, {{id: cy, name: C}}]\n\
         roles: [{{id: lead, name: Lead, primary: ada, alternates: [ben, cy]}}]\n\
         drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n{more}\
         procedures:\n  - id: p\n    name: P\n    steps:\n"
    );
    for step in steps {
        plan += &format!("      - {step}\n");
    }
    Held::of(&plan)
}

/// What is said when something is refused.
#[track_caller]
fn refused(held: &Held, words: &[&str]) -> String {
    let output = held.say(words);
    assert_eq!(output.status.code(), Some(6), "{words:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn as_many_as_are_asked_for_must_say_the_same_and_nobody_twice() {
    let held = held(
        "",
        &[
            "{id: go, do: Go, role: lead, confirm: {quorum: 2}}",
            "{id: b, do: B}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let yes = |by| ["step", "answer", &run, "p/go", "yes", "--by", by];
    held.told(&yes("ada"));
    held.told(&yes("ada"));
    assert_eq!(held.states(&run), ["go: runs", "b: waits for others"]);
    assert!(refused(&held, &yes("zelda")).contains("no person `zelda`"));
    let maybe = ["step", "answer", &run, "p/go", "maybe", "--by", "ben"];
    assert!(refused(&held, &maybe).contains("no, yes"));
    let done = ["step", "done", &run, "p/go", "--by", "ben"];
    assert!(refused(&held, &done).contains("step answer"));
    held.told(&yes("ben"));
    assert_eq!(held.states(&run), ["go: done", "b: runs"]);
    held.told(&["step", "done", &run, "p/b", "--by", "cy"]);
    assert!(drill.wait().expect("it ends").success());
}

#[test]
fn a_no_stops_the_drill_and_what_was_done_is_taken_back() {
    let held = held(
        "",
        &[
            "{id: a, do: A, run: {command: {argv: [sh, -c, 'echo a >> log']}}, \
             undo: {run: {command: {argv: [sh, -c, 'echo undo >> log']}}}}",
            "{id: go, do: Go, confirm: {by: [ada, ben], quorum: 2}}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    until("the question is asked", || {
        (held.states(&run)[1] == "go: runs").then_some(())
    });
    // One no is enough where only two may answer, and both must say yes.
    held.told(&["step", "answer", &run, "p/go", "yes", "--by", "ben"]);
    held.told(&[
        "step", "answer", &run, "p/go", "no", "--by", "ada", "--why", "too late",
    ]);
    assert!(!drill.wait().expect("it ends").success());
    assert_eq!(held.states(&run), ["a: done", "go: failed"]);
    assert_eq!(held.log(), ["a", "undo"]);
}

#[test]
fn whoever_did_a_step_may_not_approve_it() {
    let held = held(
        "",
        &[
            "{id: work, do: Work}",
            "{id: go, do: Go, confirm: {by: [lead], not-by: [work]}}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    held.told(&["step", "done", &run, "p/work", "--by", "ada"]);
    let yes = |by| ["step", "answer", &run, "p/go", "yes", "--by", by];
    assert!(refused(&held, &yes("ada")).contains("`ada` did `p/work`"));
    held.told(&yes("ben"));
    assert!(drill.wait().expect("it ends").success());
}

#[test]
fn what_is_decided_says_which_steps_are_needed() {
    let held = held(
        "",
        &[
            "{id: where, do: Where, decide: {answers: [dublin, cork], by: [ada]}}",
            "{id: d, do: D, when: {step: where, is: dublin}}",
            "{id: c, do: C, after: [where], when: {step: where, is: cork}}",
            "{id: after-d, do: E, after: [d, c]}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    held.told(&["step", "answer", &run, "p/where", "cork", "--by", "ada"]);
    let expected = [
        "where: done",
        "d: not needed",
        "c: runs",
        "after-d: waits for others",
    ];
    assert_eq!(held.states(&run), expected);
    held.told(&["step", "done", &run, "p/c", "--by", "ada"]);
    held.told(&["step", "done", &run, "p/after-d", "--by", "ada"]);
    assert!(
        drill.wait().expect("it ends").success(),
        "not needed is no failure"
    );
    let picture = held.told(&["drill", "report", &run, "--format", "svg"]);
    assert!(picture.contains(">not needed</text>"), "{picture}");
}

#[test]
fn people_have_as_long_as_the_step_says() {
    let held = held(
        "",
        &[
            "{id: a, do: A, timeout: 1s, on-failure: continue}",
            "{id: b, do: B, timeout: 1s, on-failure: continue}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    assert!(!drill.wait().expect("it ends").success());
    assert_eq!(held.states(&run), ["a: failed", "b: failed"]);
}

#[test]
fn a_question_nobody_may_answer_keeps_the_drill_from_beginning() {
    let check = |step: &str, why: &str| {
        let held = held("", &["{id: a, do: A}", step]);
        let said = refused(&held, &["drill", "show", "d"]);
        assert!(said.contains(why), "{said}");
    };
    check(
        "{id: go, do: Go, confirm: {quorum: 4, by: [lead]}}",
        "needs 4 people",
    );
    check("{id: go, do: Go, confirm: {quorum: 2}}", "needs 2 people");
    check("{id: go, do: Go, confirm: {answers: [a]}}", "`decide`");
    check("{id: go, do: Go, decide: {answers: [a]}}", "two `answers`");
    check("{id: go, do: Go, when: {step: a, is: x}}", "asks nothing");
    check("{id: go, do: Go, run-procedure: p}", "runs itself");
    check(
        "{id: go, do: Go, confirm: {}, run: {wait: {lasting: 1s}}}",
        "does one thing",
    );
}

#[test]
fn whoever_is_drawn_absent_cannot_act_and_the_alternate_does() {
    let held = held(
        "    absences: 1\n",
        &[
            "{id: a, do: A, role: lead}",
            "{id: go, do: Go, role: lead, confirm: {quorum: 2}}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d", "--seed", "7"]);
    let run = held.run();
    // Only the primary holder of the one role can be drawn.
    let done = |by| ["step", "done", &run, "p/a", "--by", by];
    assert!(refused(&held, &done("ada")).contains("drawn to be absent"));
    held.told(&done("ben"));
    for by in ["ben", "cy"] {
        held.told(&["step", "answer", &run, "p/go", "yes", "--by", by]);
    }
    assert!(drill.wait().expect("it ends").success());
}

#[test]
fn who_is_needed_in_a_procedure_within_another_can_be_drawn_absent_too() {
    let held = Held::of(
        "people: [{id: ada, name: A}, {id: ben, name: B}]\n\
         roles: [{id: lead, name: Lead, primary: ada, alternates: [ben]}]\n\
         drills: [{id: d, name: D, kind: functional, procedures: [p], absences: 1}]\n\
         procedures:\n\
         - {id: p, name: P, steps: [{id: sub, do: S, run-procedure: q}]}\n\
         - {id: q, name: Q, steps: [{id: x, do: X, role: lead}]}\n",
    );
    let shown = held.told(&["drill", "show", "d", "--format", "json"]);
    let script: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(script["absent"], serde_json::json!(["ada"]));
}

#[test]
fn a_card_is_put_on_the_table_where_the_seed_says() {
    let steps = ["{id: a, do: A}", "{id: b, do: B}", "{id: c, do: C}"];
    let held = held(
        "    injects: [{id: press, card: A journalist calls, expected: The speaker talks}]\n",
        &steps,
    );
    let after = |seed: &str| {
        let shown = held.told(&["drill", "show", "d", "--seed", seed, "--format", "json"]);
        let script: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        let card = script["tasks"]
            .as_array()
            .and_then(|tasks| tasks.last())
            .expect("a card");
        assert_eq!(card["name"], "card/press");
        card["before"][0].as_u64().expect("a place")
    };
    assert_eq!(after("1"), after("1"));
    let places: std::collections::BTreeSet<u64> =
        ["1", "2", "3", "4", "5", "6", "7", "8"].map(after).into();
    assert!(places.len() > 1, "{places:?}");
}

#[test]
fn a_procedure_runs_another_in_the_place_of_a_step() {
    let plan = "drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
         procedures:\n\
         - id: p\n  name: P\n  steps:\n\
         \x20 - {id: a, do: A, run: {command: {argv: [sh, -c, 'echo a >> log']}}, undo: NONE}\n\
         \x20 - {id: sub, do: S, run-procedure: q}\n\
         \x20 - {id: z, do: Z, run: {command: {argv: [sh, -c, 'echo z >> log']}}, undo: NONE}\n\
         - id: q\n  name: Q\n  steps:\n\
         \x20 - {id: x, do: X, run: {command: {argv: [sh, -c, 'echo x >> log']}}, undo: NONE}\n\
         \x20 - {id: y, do: Y, run: {command: {argv: [sh, -c, 'echo y >> log']}}, undo: NONE}\n";
    let held = Held::of(&plan.replace("NONE", "{none: a log}"));
    held.told(&["drill", "run", "d"]);
    assert_eq!(held.log(), ["a", "x", "y", "z"]);
    let run = held.run();
    assert_eq!(held.states(&run)[1..3], ["sub/x: done", "sub/y: done"]);
}

#[test]
fn what_somebody_hands_in_is_kept_and_a_change_of_it_is_noticed() {
    let held = held("", &["{id: a, do: A}"]);
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    std::fs::write(held.path("photo.txt"), "a photo").expect("room");
    let done = ["step", "done", &run, "p/a", "--by", "ada", "--evidence"];
    let missing = held.say(&[&done[..], &["nowhere.txt"]].concat());
    assert_eq!(missing.status.code(), Some(3));
    held.told(&[&done[..], &["photo.txt"]].concat());
    assert!(drill.wait().expect("it ends").success());
    let kept = held.report(&run)["steps"][0]["evidence"][0].clone();
    assert_eq!(
        (&kept["name"], &kept["bytes"]),
        (&"photo.txt".into(), &7.into())
    );
    let sha256 = kept["sha256"].as_str().expect("a hash");
    let file = held.path(".mainstay/state/artifacts").join(sha256);
    assert_eq!(std::fs::read_to_string(&file).expect("kept"), "a photo");
    std::fs::write(&file, "another").expect("room");
    let report = held.say(&["drill", "report", &run]);
    let said = String::from_utf8(report.stdout).expect("UTF-8");
    assert!(
        said.contains("`photo.txt` was changed since it was kept"),
        "{said}"
    );
}

#[test]
fn what_a_command_writes_is_kept_under_its_hash() {
    let run = "{command: {argv: [sh, -c, 'echo hello']}}";
    let held = held(
        "",
        &[&format!("{{id: a, do: A, run: {run}, undo: {{none: x}}}}")],
    );
    held.told(&["drill", "run", "d"]);
    let kept = held.report(&held.run())["steps"][0]["evidence"][0].clone();
    assert_eq!(kept["name"], "output");
    // That of `hello` and the end of a line.
    let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    assert_eq!(kept["sha256"], sha256);
    assert!(held.path(".mainstay/state/artifacts").join(sha256).exists());
}

#[test]
fn a_step_that_is_left_out_early_lets_nothing_overtake_and_a_question_is_not_left_out_by_others() {
    let held = held(
        "",
        &[
            "{id: a, do: A}",
            "{id: go, do: Go, confirm: {by: [ada]}}",
            "{id: b, do: B}",
            "{id: c, do: C}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let skip = |step, by| ["step", "skip", &run, step, "--by", by, "--note", "no time"];
    assert!(refused(&held, &skip("p/go", "ben")).contains("may not answer"));
    held.told(&skip("p/b", "ben"));
    held.told(&skip("p/go", "ada"));
    let waits = [
        "a: runs",
        "go: left out",
        "b: left out",
        "c: waits for others",
    ];
    assert_eq!(held.states(&run), waits);
    held.told(&["step", "done", &run, "p/a", "--by", "ben"]);
    held.told(&["step", "done", &run, "p/c", "--by", "ben"]);
    assert!(!drill.wait().expect("it ends").success());
}

#[test]
fn a_question_that_too_few_may_answer_ends_at_once() {
    let held = held(
        "",
        &[
            "{id: a, do: A}",
            "{id: go, do: Go, confirm: {quorum: 2, by: [ada, ben], not-by: [a]}}",
        ],
    );
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    held.told(&["step", "done", &run, "p/a", "--by", "ada"]);
    assert!(!drill.wait().expect("it ends").success());
    assert_eq!(held.states(&run), ["a: done", "go: failed"]);
}

#[test]
fn what_is_done_before_is_not_measured_until() {
    let measure = "    measures: [{name: M, from: p/b, until: p/a, within: 1h}]\n";
    let held = held(measure, &["{id: a, do: A}", "{id: b, do: B}"]);
    let said = refused(&held, &["drill", "show", "d"]);
    assert!(said.contains("which is done before"), "{said}");
}

/// What the report says after one person has answered for a role that Ada holds.
fn answered(by: &str) -> Report {
    let mut paper = Paper::new(script(
        "people: [{id: ada, name: A}, {id: cy, name: C}]\n\
         roles: [{id: leader, name: Leader, primary: ada}]\n\
         drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
         procedures:\n- id: p\n  name: P\n  steps:\n  \
         - {id: go, do: Go, role: leader, confirm: {by: [ada, cy]}}\n",
    ));
    let (step, answer, why) = ("p/go".to_owned(), "yes".to_owned(), String::new());
    let what = What::StepAnswered { step, answer, why };
    assert_eq!(paper.said(by, what, 10), None);
    paper.report("d-1")
}

#[test]
fn whoever_answers_without_the_role_of_the_step_is_not_taken_for_one_who_holds_it() {
    let held = answered("ada");
    assert_eq!(held.steps[0].role_words.as_deref(), Some("role leader"));
    assert!(held.roles_unanswered.is_empty());
    let other = answered("cy");
    assert_eq!(other.roles_unanswered, ["leader"]);
    for name in ["html", "md"] {
        let text = write(&other, name);
        let told = "for the role leader, which cy does not hold";
        assert!(text.contains(told), "{name}: {text}");
        assert!(!text.contains("role leader)"), "{name}: {text}");
    }
    let pdf = (format("pdf").expect("a format").write)(&other, &Templates::embedded());
    let pdf = support::pdf_text(&pdf.expect("a document"));
    let words: Vec<&str> = pdf.split_whitespace().collect();
    assert!(words.join(" ").contains("which cy does not hold"), "{pdf}");
}
