//! What was measured in runs comes back in checks and in the document.

use std::fs;

use mainstay::graph::Actuals;
use mainstay::model::{Programme, Visibility};
use mainstay::record::{Record, Verdict};

use crate::documents::{document, view_after};
use crate::held::{Held, quick};
use crate::support;

/// A run of the drill `d` on a day.
fn run(kind: &str, day: &str, verdict: &str, more: &str) -> String {
    format!(
        "  - {{id: d-{day}, drill: d, kind: {kind}, day: {day}, began: {day}T09:00:00Z, \
         ended: {day}T10:00:00Z, verdict: {verdict}{more}}}\n"
    )
}

fn record(runs: &[String]) -> Record {
    support::record(&format!("runs:\n{}", runs.concat()))
}

/// The messages of one check about a plan after these runs.
#[track_caller]
fn check(id: &str, plan: &str, runs: &[String], expected: &[&str]) {
    let loaded = support::load_text("plan.yaml", plan);
    let found = support::findings_after(&loaded, &record(runs));
    let found = found.iter().filter(|finding| finding.check == id);
    let messages: Vec<&str> = found.map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, expected, "{runs:?}");
}

const DRILL: &str = "drills: [{id: d, name: D, kind: functional}]";

#[test]
fn a_drill_that_was_run_to_its_end_was_held() {
    let never = "`d` was never held, and no day is planned for it";
    let ran = |verdict| vec![run("functional", "2026-11-01", verdict, "")];
    check("drill-never-held", DRILL, &[], &[never]);
    check("drill-never-held", DRILL, &ran("succeeded"), &[]);
    check("drill-never-held", DRILL, &ran("failed"), &[]);
    check("drill-never-held", DRILL, &ran("stopped"), &[never]);
    check("drill-never-held", DRILL, &ran("open"), &[never]);
}

#[test]
fn only_what_was_really_done_tests_the_plan() {
    let plan = "
organization: {name: Example, cadences: {drill: P12M}}
drills: [{id: d, name: D, kind: functional, held: [{on: 2025-10-01, result: passed}]}]";
    let overdue = "the plan was last tested by a functional or full-scale drill on 2025-10-01 and \
                   was due again on 2026-10-01";
    let ran = |kind, verdict| vec![run(kind, "2026-11-01", verdict, "")];
    check("drill-overdue", plan, &[], &[overdue]);
    check("drill-overdue", plan, &ran("functional", "failed"), &[]);
    check(
        "drill-overdue",
        plan,
        &ran("tabletop", "succeeded"),
        &[overdue],
    );
    check(
        "drill-overdue",
        plan,
        &ran("walkthrough", "succeeded"),
        &[overdue],
    );
    check(
        "drill-overdue",
        plan,
        &ran("full-scale", "stopped"),
        &[overdue],
    );
}

#[test]
fn a_run_that_failed_is_learned_from_or_repeated() {
    let failed =
        "`d` failed on 2026-11-01 (run `d-2026-11-01`), and nothing is to be done about it";
    let late = failed.replace(
        "failed on",
        "went to its end, but not all that was measured was within its limits on",
    );
    let ran = |verdict| run("functional", "2026-11-01", verdict, "");
    let id = "drill-without-action";
    check(id, DRILL, &[ran("failed")], &[failed]);
    check(id, DRILL, &[ran("late")], &[&late]);
    check(id, DRILL, &[ran("succeeded")], &[]);
    check("drill-failed-last-time", DRILL, &[ran("failed")], &[]);
    let again = run("functional", "2026-11-02", "succeeded", "");
    check(id, DRILL, &[again, ran("failed")], &[]);
    let held = |held: &str| DRILL.replace("functional", &format!("functional, held: [{held}]"));
    let passed = held("{on: 2026-11-02, result: passed}");
    check(id, &passed, &[ran("failed")], &[]);
    let same_day = held("{on: 2026-11-01, result: failed, learned: Much.}");
    check(id, &same_day, &[ran("failed")], &[failed]);
}

#[test]
fn a_run_that_was_stopped_is_learned_from_or_repeated() {
    let stopped = "`d` was stopped on 2026-11-01 (run `d-2026-11-01`), and nothing says what was \
                   learned";
    let ran = run("functional", "2026-11-01", "stopped", "");
    let id = "drill-failed-last-time";
    check(id, DRILL, std::slice::from_ref(&ran), &[stopped]);
    check(
        "drill-without-action",
        DRILL,
        std::slice::from_ref(&ran),
        &[],
    );
    let learned = DRILL.replace(
        "functional",
        "functional, held: [{on: 2026-11-01, result: aborted, learned: Much.}]",
    );
    check(id, &learned, &[ran], &[]);
}

#[test]
fn an_action_follows_from_a_run_that_failed_when_it_names_it_or_was_open_then() {
    let failed =
        "`d` failed on 2026-11-01 (run `d-2026-11-01`), and nothing is to be done about it";
    let follows = |action: &str, expected: &[&str]| {
        let plan = format!("{DRILL}\nactions: [{{id: a, name: A, {action}}}]");
        let runs = [run("functional", "2026-11-01", "failed", "")];
        check("drill-without-action", &plan, &runs, expected);
    };
    follows("run: d-2026-11-01", &[]);
    follows("run: d-2026-11-01, closed: {on: 2026-11-02, by: p}", &[]);
    follows("drill: d", &[]);
    follows("drill: d, closed: {on: 2026-11-02, by: p}", &[]);
    follows("drill: d, closed: {on: 2026-10-31, by: p}", &[failed]);
    follows("run: d-2026-10-01", &[failed]);
    follows("drill: another", &[failed]);
}

#[test]
fn an_action_is_closed_by_a_later_run_that_succeeded_or_with_a_reason() {
    let runs = [
        run("functional", "2026-11-03", "open", ""),
        run("functional", "2026-11-02", "succeeded", ""),
        run("functional", "2026-11-01", "failed", ""),
        run("functional", "2026-10-01", "succeeded", ""),
    ];
    let closed = |closed: &str, expected: &[&str]| {
        let action = format!("id: a, name: A, run: d-2026-11-01, closed: {{{closed}}}");
        let plan = format!("{DRILL}\nactions: [{{{action}}}]");
        let said = expected
            .iter()
            .map(|why| format!("`a` is said to be closed, but {why}"));
        let said: Vec<String> = said.collect();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        check("action-closed-unproven", &plan, &runs, &said);
    };
    let on = "on: 2026-11-04, by: p";
    closed(&format!("{on}, run: d-2026-11-02"), &[]);
    closed(&format!("{on}, why: The list was printed again."), &[]);
    let neither = "nothing says which run showed that it works, or why there is none";
    closed(on, &[neither]);
    let runs = [
        (
            "d-2026-11-01",
            "`d-2026-11-01` is the run in which it was observed",
        ),
        ("d-2026-11-03", "run `d-2026-11-03` is not over"),
        ("d-2026-12-01", "run `d-2026-12-01` is not recorded"),
        (
            "d-2026-10-01",
            "run `d-2026-10-01` of 2026-10-01 is older than `d-2026-11-01`, in which it was \
             observed",
        ),
    ];
    for (run, why) in runs {
        closed(&format!("{on}, run: {run}, why: So it is."), &[why]);
    }
}

#[test]
fn an_action_that_is_closed_in_the_future_is_open() {
    let plan =
        "actions: [{id: a, name: A, due: 2026-11-01, closed: {on: 2036-11-02, by: p, why: W}}]";
    let overdue = "`a` (A) was to be done by 2026-11-01 and is not closed";
    check("action-overdue", plan, &[], &[overdue]);
    let future = "2036-11-02 has not come yet, so nothing was done on that day";
    check("date-in-future", plan, &[], &[future]);
}

#[test]
fn a_recovery_that_was_recorded_beats_one_that_was_written_down_before() {
    let system = "
systems:
  - id: s
    name: S
    rto: 2h
    recovery: {strategy: Restore, worst: 30m, measured: {took: 1h, on: MEASURED}}";
    let ran = |micros: u64| {
        let timed = format!(
            ", measured: [{{name: M, of: s, took-micros: {micros}, within: 1h, in-time: true}}]"
        );
        vec![run("functional", "2026-11-01", "late", &timed)]
    };
    let slow = ran(3 * 3_600_000_000);
    let before = system.replace("MEASURED", "2026-10-01");
    let message = "`s` must be back in 2 h (proposed), but recovering took 3 h in run \
                   `d-2026-11-01` on 2026-11-01";
    check("rta-exceeds-rto", &before, &slow, &[message]);
    check("rta-exceeds-rto", &before, &ran(1), &[]);
    let after = system.replace("MEASURED", "2026-11-02");
    check("rta-exceeds-rto", &after, &slow, &[]);
    let talked = slow[0].replace("functional", "tabletop");
    check("rta-exceeds-rto", &before, &[talked], &[]);
}

#[test]
fn of_a_run_that_does_not_say_what_it_did_nobody_knows_whether_the_drill_has_changed() {
    let id = "changed-since-last-drill";
    let ran = |content| run("functional", "2026-11-01", "succeeded", content);
    check(id, DRILL, &[ran("")], &[]);
    let changed = "what is done in `d` has changed since it was last run, on 2026-11-01 \
                   (run `d-2026-11-01`)";
    check(id, DRILL, &[ran(", content: another")], &[changed]);
}

#[test]
fn what_happened_later_is_not_known_yet() {
    let runs = [
        run("functional", "2026-11-02", "failed", ""),
        run("functional", "2026-11-01", "succeeded", ""),
    ];
    let known = record(&runs).until("2026-11-01".parse().expect("a day"));
    let verdicts: Vec<_> = known.runs.iter().map(|run| run.verdict).collect();
    assert_eq!(verdicts, [Verdict::Succeeded]);
}

#[test]
fn of_several_times_in_the_last_run_the_longest_counts() {
    let timed =
        |micros| format!("{{name: M, of: s, took-micros: {micros}, within: 1h, in-time: true}}");
    let two = format!(", measured: [{}, {}]", timed(61_000_001), timed(5_000_000));
    let one = format!(", measured: [{}]", timed(900_000_000));
    let actuals = record(&[
        run("functional", "2026-11-02", "succeeded", &two),
        run("functional", "2026-11-01", "succeeded", &one),
    ])
    .actuals(&Programme::default(), support::now());
    let last = &actuals.rta["s"];
    assert_eq!(last.time.as_seconds(), 62, "what has begun counts");
    assert_eq!(last.words(), "measured in run d-2026-11-02 on 2026-11-02");
}

/// A system, and the drill that shows how fast it is back.
const STORE: &str = "
organization: {name: Example}
functions:
  - {id: f, name: Selling, rto: 30m, depends-on: [{on: s}]}
systems:
  - {id: s, name: Store, rto: 10m, visibility: public}
drills:
  - {id: d, name: Restore the store, kind: functional}";

#[test]
fn the_document_shows_what_was_measured_and_how_old_that_is() {
    let loaded = support::load_text("plan.yaml", STORE);
    let timed = |of, micros: u64| {
        format!(
            "{{name: M, of: {of}, took-micros: {micros}, technical-micros: 5000000, within: 1h, \
             in-time: true}}"
        )
    };
    let two = [timed("s", 720_000_000), timed("f", 900_000_000)].join(", ");
    let record = record(&[
        run(
            "functional",
            "2026-11-01",
            "succeeded",
            &format!(", measured: [{two}]"),
        ),
        run("functional", "2026-05-02", "failed", ""),
    ]);
    let view = view_after(&loaded, &record, Visibility::Internal);
    let text = document(&view, "markdown");
    for line in [
        "Of the recoveries this rests on, 1 of 1 were ever measured; the oldest proof is of 1 \
         November 2026, 21 days ago.",
        "- Recovered in 12 min, measured in run d-2026-11-01 on 2026-11-01, 21 days ago",
        "- Recovered in 15 min, measured in run d-2026-11-01 on 2026-11-01, 21 days ago",
        "| 1 November 2026, 21 days ago | Restore the store | d-2026-11-01 | ● succeeded | \
         M: 12 min (5.000 s without people) of 1 h: in time; RTO of Store (10 min, proposed): \
         missed. M: 15 min (5.000 s without people) of 1 h: in time; RTO of Selling (30 min, \
         proposed): kept |",
        "| 2 May 2026, 6 months ago | Restore the store | d-2026-05-02 | ■ failed | nothing |",
    ] {
        assert!(text.contains(line), "{line}\n---\n{text}");
    }
    let html = document(&view, "html");
    assert!(html.contains("data-fact=\"system.s.rta\" value=\"720\""));
    let public = document(&view_after(&loaded, &record, Visibility::Public), "html");
    assert!(public.contains("Store"));
    for internal in ["d-2026-11-01", "12 min", "21 days ago"] {
        assert!(!public.contains(internal), "{internal}");
    }
}

/// The same with a copy of the store, and a drill that shows how much it loses.
fn copied() -> String {
    let store = "{id: s, name: Store, rpo: 10m, holds-data: true, visibility: public}";
    let plan = STORE.replace("{id: s, name: Store, rto: 10m, visibility: public}", store);
    let plan = plan.replace("rto: 30m", "rpo: 11m");
    plan + "\nbackups: [{id: b, name: Copy, of: [s], every: 5m}]"
}

/// Two runs of it; the last one lost so much.
fn lost(minutes: u64) -> Vec<String> {
    let one = |minutes: u64| {
        let micros = minutes * 60_000_000;
        format!(
            ", lost: [{{name: Orders, of: s, lost-micros: {micros}, within: 15m, in-bounds: true}}]"
        )
    };
    vec![
        run("functional", "2026-11-01", "succeeded", &one(minutes)),
        run("functional", "2026-05-02", "succeeded", &one(60)),
    ]
}

#[test]
fn the_document_shows_what_was_lost_beside_what_is_promised() {
    let loaded = support::load_text("plan.yaml", &copied());
    let view = |minutes, who| view_after(&loaded, &record(&lost(minutes)), who);
    let shows = |minutes: u64, lines: &[&str]| {
        let text = document(&view(minutes, Visibility::Internal), "markdown");
        for line in lines {
            assert!(text.contains(line), "{line}\n---\n{text}");
        }
    };
    let more = [
        "- Lost 12 min of data, measured in run d-2026-11-01 on 2026-11-01, 21 days ago",
        "Orders: 12 min lost, at most 15 min may be: no more than may be; RPO of Store (10 min, \
         proposed): missed |",
        "12 min, set by Store, measured in run d-2026-11-01 on 2026-11-01 |",
    ];
    shows(12, &more);
    let less = [
        "- Lost 1 min of data, ",
        "RPO of Store (10 min, proposed): kept |",
        "10 min, set by Store |",
    ];
    shows(1, &less);
    let html = document(&view(12, Visibility::Internal), "html");
    assert!(html.contains("data-fact=\"system.s.rpa\" value=\"720\""));
    let public = document(&view(12, Visibility::Public), "html");
    assert!(public.contains("Store") && !public.contains("12 min"));
}

#[test]
fn what_a_run_lost_is_held_against_what_may_be() {
    let plan = copied();
    let said = "`s` may lose 10 min of data (proposed), but 12 min were lost in run `d-2026-11-01` \
                on 2026-11-01";
    check("rpa-exceeds-rpo", &plan, &lost(12), &[said]);
    check("rpa-exceeds-rpo", &plan, &lost(10), &[]);
    let talked = lost(12).into_iter();
    let talked: Vec<_> = talked
        .map(|run| run.replace("functional", "tabletop"))
        .collect();
    check("rpa-exceeds-rpo", &plan, &talked, &[]);
    let said = "`f` may lose 11 min of data, but `s` can lose 12 min";
    check("rpo-older-than-function", &plan, &lost(12), &[said]);
    check("rpo-older-than-function", &plan, &lost(1), &[]);
}

#[test]
fn the_document_does_not_hide_that_a_proof_is_lost() {
    let loaded = support::load_text("plan.yaml", STORE);
    let record = support::record("broken: [{run: d-1, drill: d, why: entry 3 is missing}]");
    let text = document(
        &view_after(&loaded, &record, Visibility::Internal),
        "markdown",
    );
    assert!(text.contains("The journals of 1 more run cannot be relied upon."));
    assert!(text.contains("What happened in a run cannot be relied upon"));
}

/// A drill `d` that restores the system `s` in one step, as it is typed.
fn held(step: &str) -> Held {
    let held = Held::new(&[step]);
    let plan = held.path("plans/t.yaml");
    let text = fs::read_to_string(&plan).expect("there");
    let measured = "procedures: [p], \
                    measures: [{name: Back, from: p/a, until: p/a, within: 1m, of: s}]";
    let text = text.replace("procedures: [p]", measured);
    fs::write(&plan, text + "systems: [{id: s, name: Store, rto: 10m}]\n").expect("room");
    held
}

/// What the checks about runs say.
fn said(held: &Held) -> Vec<String> {
    let only = "drill-never-held,changed-since-last-drill,journal-broken,rta-exceeds-rto";
    let output = held.say(&["check", "--only", only, "--format", "json"]);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = said["findings"].as_array().expect("a list").iter();
    let check = |finding: &serde_json::Value| finding["check"].as_str().map(str::to_owned);
    let mut checks: Vec<String> = findings.filter_map(check).collect();
    checks.sort();
    checks
}

#[test]
fn a_run_comes_back_in_checks_and_in_the_document() {
    let held = held(&quick("a"));
    assert_eq!(said(&held), ["drill-never-held"]);
    assert!(!held.path(".mainstay").exists(), "looking makes nothing");
    held.told(&["drill", "run", "d"]);
    assert_eq!(said(&held), [""; 0]);
    held.told(&["render", "--format", "md"]);
    let text = fs::read_to_string(held.path("out/plan.md")).expect("written");
    let proof = format!("- Recovered in 1 s, measured in run {} on ", held.run());
    assert!(text.contains(&proof), "{proof}\n---\n{text}");
    assert!(
        text.contains("ever measured; the oldest proof is of"),
        "{text}"
    );
    let explained = held.told(&["explain", "rto", "s"]);
    assert!(explained.contains("measured in run d-"), "{explained}");

    let plan = held.path("plans/t.yaml");
    let text = fs::read_to_string(&plan).expect("there");
    fs::write(&plan, text.replace("echo a", "echo b")).expect("room");
    assert_eq!(said(&held), ["changed-since-last-drill"]);
    assert_eq!(
        held.say(&[
            "check",
            "--now",
            "2020-01-01",
            "--only",
            "changed-since-last-drill"
        ])
        .status
        .code(),
        Some(0),
        "then it had not happened yet"
    );
}

#[test]
fn a_journal_that_was_tampered_with_is_a_finding() {
    let held = held(&quick("a"));
    held.told(&["drill", "run", "d"]);
    let file = held.path(".mainstay/state/journal.db");
    held.tamper("UPDATE event SET text = replace(text, 'succeeded', 'failed')");
    assert_eq!(said(&held), ["drill-never-held", "journal-broken"]);
    held.told(&["render", "--format", "md"]);
    fs::write(&file, "no database").expect("room");
    assert_eq!(said(&held), ["drill-never-held", "journal-broken"]);
}

#[test]
fn a_journal_whose_end_is_missing_is_a_finding() {
    let held = held(&quick("a"));
    held.told(&["drill", "run", "d"]);
    held.tamper("DELETE FROM event WHERE seq > 3");
    assert_eq!(said(&held), ["drill-never-held", "journal-broken"]);
}

#[test]
fn a_run_of_steps_that_are_others_now_proves_nothing_and_one_that_failed_is_not_in_order() {
    let timed = "{name: M, of: s, took-micros: 1000000, within: 1h, in-time: true}";
    let of = |content: &str, verdict: &str| {
        let more = format!(", content: '{content}', measured: [{timed}]");
        record(&[run("functional", "2026-11-02", verdict, &more)])
    };
    let loaded = support::load_text("plan.yaml", STORE);
    let programme = &loaded.programme;
    let drill = programme.drills.get("d").expect("declared");
    let current = mainstay::drill::content(programme, drill);
    let actuals = of(&current, "succeeded").actuals(programme, support::now());
    assert!(actuals.rta.contains_key("s"));
    assert!(of(&current, "succeeded").last_test(programme).is_some());
    let actuals = of("another", "succeeded").actuals(programme, support::now());
    assert_eq!(actuals, Actuals::default());
    assert!(of("another", "succeeded").last_test(programme).is_none());
    let text = STORE.replace(
        "{name: Example}",
        "{name: Example, cadences: {drill: P12M}}",
    );
    let loaded = support::load_text("plan.yaml", &text);
    let told = |verdict: &str| {
        let view = view_after(&loaded, &of(&current, verdict), Visibility::Internal);
        document(&view, "markdown")
    };
    assert!(told("failed").contains("the last one, run d-2026-11-02, failed"));
    assert!(!told("succeeded").contains("the last one"));
}
