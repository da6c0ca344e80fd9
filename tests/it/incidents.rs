//! What goes wrong for real while a drill lasts.

use std::fs;
use std::path::Path;

use mainstay::drill::{Effect, Hold, Phase, StepState, UndoState};
use mainstay::journal::{Cause, Incident, Outcome, Resolution, What};
use mainstay::model::{IncidentPolicy, Sev};
use mainstay::render::run::{FORMATS, alarm, standing};

use crate::held::{Held, contents, kill, until};
use crate::paper::Paper;
use crate::story::write;
use crate::support;

/// Three people, of whom Ada leads the drill, and what was agreed with them.
const AGREED: &str = "people:
- {id: ada, name: Ada, contacts: [{by: phone, to: '+1 555 1', verified-at: 2026-11-01}]}
- {id: ben, name: Ben, contacts: [{by: phone, to: '+1 555 2', verified-at: 2026-11-01}]}
- {id: cy, name: Cy}
drills:
- id: d
  name: D
  kind: functional
  lead: ada
  primary-contact: ben
  secondary-contact: ada
  procedures: [p]
  measures: [{name: All, from: p/a, until: p/c, within: 1h}]
  incidents:
    criteria: [A real order is lost]
    opens-at: SEV3
    protocol: {channel: Bridge 7, codename: Heron, never-by-email-or-sms: [Names]}
procedures:
- id: p
  name: P
  steps:
  - id: a
    do: A
    run: {command: {argv: [sh, -c, 'echo a >> log']}}
    undo: {run: {command: {argv: [sh, -c, 'echo undo >> log']}}}
  - {id: b, do: B}
  - {id: c, do: C, run: {command: {argv: [sh, -c, 'echo c >> log']}}, undo: {none: a log}}
";

fn paper() -> Paper {
    Paper::new(support::script(AGREED))
}

fn incident(severity: Sev, cause: Cause) -> Incident {
    let text = "Orders are lost".to_owned();
    Incident {
        text,
        severity,
        cause,
    }
}

fn opened(severity: Sev, cause: Cause) -> What {
    let (incident, pause) = (incident(severity, cause), false);
    What::IncidentOpened { incident, pause }
}

fn released() -> What {
    let why = "copied".to_owned();
    What::EvidenceReleased { why }
}

fn dismissed(number: u32) -> What {
    let why = "a test order".to_owned();
    What::IncidentDismissed { number, why }
}

fn stopped(cause: Option<Cause>) -> What {
    let incident = cause.map(|cause| incident(Sev::Sev2, cause));
    let (why, undo) = ("Orders are lost".to_owned(), true);
    What::StopRequested {
        why,
        undo,
        incident,
    }
}

fn done(step: &str) -> What {
    What::StepFinished {
        step: step.to_owned(),
        attempt: 1,
        settled: mainstay::journal::Settled::Succeeded,
        facts: Vec::new(),
        at: None,
        mark: None,
        evidence: Vec::new(),
    }
}

fn begins(paper: &Paper) -> usize {
    let begins = |effect: &&Effect| matches!(effect, Effect::Begin(_));
    paper.effects.iter().filter(begins).count()
}

#[test]
fn one_that_the_drill_has_caused_holds_the_run_until_its_evidence_is_released() {
    let mut paper = paper();
    // Whoever sees it may say so, whether or not the plans name them.
    assert_eq!(
        paper.said("a guest", opened(Sev::Sev2, Cause::Drill), 10),
        None
    );
    assert_eq!(paper.effects, [Effect::Protect]);
    assert_eq!(standing(paper.run()), "paused, held by incident 1");
    paper.done("a", 20);
    assert_eq!(paper.effects, [Effect::Protect], "nothing new begins");
    let why = paper.said("ben", What::RunResumed, 30);
    assert!(why.is_some_and(|why| why.contains("drill release")));
    paper.resumed(35);
    assert_eq!(paper.effects, [Effect::Protect], "a crash lets nothing go");
    assert_eq!(standing(paper.run()), "paused, held by incident 1");
    assert_eq!(paper.said("ben", released(), 40), None);
    assert_eq!((&paper.run().phase, begins(&paper)), (&Phase::Paused, 0));
    let then = alarm(paper.run(), "d-1").pop();
    let then = then.expect("it is held");
    assert_eq!(then, "to go on: mainstay drill resume d-1 --by YOU");
    assert_eq!(paper.said("ben", What::RunResumed, 70), None);
    assert_eq!(begins(&paper), 1);
    assert_eq!(
        paper.said("ben", released(), 71).as_deref(),
        Some("no evidence is held in this run")
    );
    paper.asked(done("p/b"), 80);
    paper.done("c", 90);
    // What it caused is not dismissed: the drill did harm, whatever else it showed.
    let finished = Phase::Finished(Outcome::SucceededWithFindings);
    assert_eq!(paper.run().phase, finished);
    let report = paper.report("d-1");
    assert_eq!(report.incidents.opened[0].held_ms, Some(60_000));
    assert_eq!(report.measured[0].took_ms, Some(90_000));
    assert_eq!(report.measured[0].held_ms, 60_000);
    assert!(report.verdict.why.contains("has caused incident 1 (SEV2)"));
    assert!(alarm(paper.run(), "d-1").is_empty(), "it is over");
}

/// What comes of a run that has caused an incident, of which Ada says this.
fn ended_with(severity: Sev, said: Option<What>) -> Paper {
    let mut paper = paper();
    assert_eq!(paper.said("ben", opened(severity, Cause::Drill), 10), None);
    if let Some(what) = said {
        paper.asked(what, 15);
    }
    paper.asked(released(), 20);
    paper.asked(What::RunResumed, 30);
    paper.done("a", 40);
    paper.asked(done("p/b"), 50);
    paper.done("c", 60);
    paper
}

#[test]
fn a_drill_that_did_harm_has_not_succeeded_however_little_it_was() {
    let harmed = ended_with(Sev::Sev5, None);
    let finished = Phase::Finished(Outcome::SucceededWithFindings);
    assert_eq!(harmed.run().phase, finished);
    let why = harmed.report("d-1").verdict.why;
    assert!(why.contains("has caused incident 1 (SEV5)"), "{why}");
    let harmless = ended_with(Sev::Sev5, Some(dismissed(1)));
    let finished = Phase::Finished(Outcome::Succeeded);
    assert_eq!(harmless.run().phase, finished);
}

#[test]
fn one_that_is_dismissed_after_the_end_is_closed_and_the_outcome_stays() {
    let mut paper = ended_with(Sev::Sev2, None);
    let finished = paper.run().phase.clone();
    let again = paper.said("ada", opened(Sev::Sev2, Cause::Drill), 70);
    assert!(again.is_some(), "nothing is opened any more");
    let lead = paper.said("ada", dismissed(1), 80);
    assert!(lead.is_some_and(|why| why.contains("leads the drill")));
    assert_eq!(paper.said("cy", dismissed(1), 90), None);
    assert!(paper.effects.is_empty());
    assert_eq!(paper.run().phase, finished);
    let report = paper.report("d-1");
    assert_eq!(report.incidents.opened[0].state, "dismissed");
    assert!(report.findings.iter().all(|it| it.id != "incident-open"));
    let why = report.verdict.why;
    let told = "it has caused incident 1 (SEV2), dismissed after its end";
    assert!(why.contains(told), "{why}");
}

#[test]
fn nothing_is_taken_back_before_the_evidence_is_released() {
    for cause in [Some(Cause::Drill), None] {
        let mut paper = paper();
        paper.done("a", 10);
        if cause.is_none() {
            paper.asked(opened(Sev::Sev2, Cause::Drill), 20);
        }
        paper.asked(stopped(cause), 30);
        assert_eq!(standing(paper.run()), "stopping, held by incident 1");
        assert_eq!(begins(&paper), 0);
        paper.resumed(40);
        assert_eq!(begins(&paper), 0);
        assert_eq!(paper.run().steps[0].undo, UndoState::None);
        assert_eq!(paper.run().steps[1].state, StepState::Cancelled);
        paper.asked(released(), 50);
        assert_eq!(paper.run().steps[0].undo, UndoState::Running);
        assert_ne!(paper.run().incidents[0].hold, Hold::Now);
    }
}

#[test]
fn what_is_being_taken_back_goes_no_further_once_it_does_harm() {
    let twice = AGREED.replace("{none: a log}", "{do: Take C back}");
    let mut paper = Paper::new(support::script(&twice));
    paper.done("a", 10);
    paper.asked(done("p/b"), 20);
    paper.asked(stopped(None), 30);
    let undone = |step: &str| What::UndoFinished {
        step: step.to_owned(),
        attempt: 1,
        settled: mainstay::journal::Settled::Succeeded,
        facts: Vec::new(),
    };
    // The command of `c` ends, and a person begins to take it back.
    paper.ended("c", mainstay::journal::Settled::Cancelled, 31);
    assert_eq!(paper.run().steps[2].undo, UndoState::Running);
    paper.asked(opened(Sev::Sev1, Cause::Drill), 40);
    paper.asked(undone("p/c"), 50);
    assert_eq!(paper.run().steps[0].undo, UndoState::Owed);
    assert_eq!(
        standing(paper.run()),
        "being taken back, held by incident 1"
    );
    paper.asked(released(), 60);
    assert_eq!(paper.run().steps[0].undo, UndoState::Running);
}

#[test]
fn one_that_is_uncovered_pauses_the_run_only_when_that_is_asked_for() {
    let mut paper = paper();
    paper.asked(opened(Sev::Sev1, Cause::Uncovered), 10);
    assert_eq!(paper.run().phase, Phase::Running);
    let (incident, pause) = (incident(Sev::Sev1, Cause::Uncovered), true);
    paper.asked(What::IncidentOpened { incident, pause }, 20);
    assert_eq!(standing(paper.run()), "paused, held by incident 2");
    assert!(!paper.run().is_evidence_held() && paper.effects.is_empty());
    paper.asked(What::RunResumed, 50);
    let held: Vec<_> = paper.report("d-1").incidents.opened;
    let held: Vec<_> = held.iter().map(|line| line.held_ms).collect();
    assert_eq!(held, [None, Some(30_000)]);
    // What was there before proves nothing against the drill.
    paper.done("a", 60);
    paper.asked(done("p/b"), 70);
    paper.done("c", 80);
    assert_eq!(paper.run().phase, Phase::Finished(Outcome::Succeeded));
    assert_eq!(paper.report("d-1").findings[0].id, "incident-open");
}

/// Whether somebody may dismiss an incident of such a severity that Ben has opened.
#[track_caller]
fn check(severity: Sev, by: &str, refusal: Option<&str>) {
    check_opened_by("ben", severity, by, refusal);
}

#[track_caller]
fn check_opened_by(opener: &str, severity: Sev, by: &str, refusal: Option<&str>) {
    let mut paper = paper();
    assert_eq!(paper.said(opener, opened(severity, Cause::Drill), 10), None);
    let refused = paper.said(by, dismissed(1), 20);
    let (found, expected) = (refused.clone().unwrap_or_default(), refusal.unwrap_or(""));
    assert_eq!(refused.is_some(), refusal.is_some(), "{severity}, {by}");
    assert!(found.contains(expected), "{found}");
    assert!(
        paper.run().is_evidence_held(),
        "dismissing releases nothing"
    );
}

#[test]
fn from_the_agreed_severity_on_neither_the_lead_nor_who_opened_it_dismisses_it() {
    check(Sev::Sev3, "ada", Some("`ada` leads the drill"));
    check(Sev::Sev3, "ben", Some("`ben` opened it"));
    check(Sev::Sev3, "cy", None);
    check(Sev::Sev1, "ada", Some("from SEV3 on"));
    check(Sev::Sev3, "zelda", Some("no person `zelda`"));
    check(Sev::Sev4, "ada", None);
    check(Sev::Sev4, "ben", None);
    for spelled in ["Ben", "ben ", "ｂｅｎ", "b-e-n"] {
        check_opened_by(spelled, Sev::Sev3, "ben", Some("`ben` opened it"));
    }
    let mut paper = paper();
    let none = paper.said("cy", dismissed(1), 10);
    assert_eq!(none.as_deref(), Some("there is no incident 1 in this run"));
    paper.asked(opened(Sev::Sev5, Cause::Uncovered), 10);
    paper.asked(dismissed(1), 20);
    let again = paper.said("cy", dismissed(1), 30);
    assert!(again.is_some_and(|why| why.contains("already")));
}

#[test]
fn one_that_was_dismissed_and_still_holds_the_run_is_named_with_what_lets_go() {
    let mut paper = paper();
    paper.asked(opened(Sev::Sev5, Cause::Drill), 10);
    paper.asked(dismissed(1), 20);
    assert_eq!(standing(paper.run()), "paused, held by incident 1");
    assert_eq!(
        alarm(paper.run(), "d-1"),
        [
            "INCIDENT 1 (SEV5, caused by the drill), dismissed by ada: Orders are lost",
            "nothing is begun or taken back until the evidence is released: mainstay drill \
             release d-1 --why WHY --by YOU"
        ]
    );
}

#[test]
fn what_is_said_without_words_is_refused() {
    let (step, blank) = ("p/b".to_owned(), " \t\n".to_owned());
    let (why, resolution) = (blank.clone(), Resolution::Happened);
    let (text, severity, cause) = (blank.clone(), Sev::Sev1, Cause::Drill);
    for what in [
        What::IncidentOpened {
            incident: Incident {
                text,
                severity,
                cause,
            },
            pause: false,
        },
        What::IncidentDismissed {
            number: 1,
            why: why.clone(),
        },
        What::EvidenceReleased { why: why.clone() },
        What::StopRequested {
            why: why.clone(),
            undo: true,
            incident: None,
        },
        What::StepSkipped {
            step: step.clone(),
            why: why.clone(),
        },
        What::StepResolved {
            step: step.clone(),
            resolution,
            why: why.clone(),
        },
        What::UndoWaived { step, why },
        What::Noted { text: blank },
    ] {
        let mut paper = paper();
        paper.asked(opened(Sev::Sev5, Cause::Drill), 10);
        let told = paper.said("cy", what.clone(), 20).unwrap_or_default();
        assert!(told.starts_with("nothing says "), "{what:?}: {told}");
    }
}

#[test]
fn whoever_holds_the_role_that_leads_the_drill_leads_it() {
    let roles = "roles: [{id: head, name: Head, primary: ada, alternates: [cy]}]\n";
    let plan = format!("{roles}{}", AGREED.replace("lead: ada", "lead: head"));
    let mut paper = Paper::new(support::script(&plan));
    paper.asked(opened(Sev::Sev1, Cause::Uncovered), 10);
    let why = paper.said("cy", dismissed(1), 20);
    assert!(why.is_some_and(|why| why.contains("leads the drill")));
    assert_eq!(paper.said("ben", dismissed(1), 30), None);
}

#[test]
fn the_report_tells_of_each_in_every_format() {
    let mut paper = paper();
    paper.asked(opened(Sev::Sev2, Cause::Drill), 10);
    paper.asked(opened(Sev::Sev4, Cause::Uncovered), 20);
    assert_eq!(paper.said("cy", dismissed(1), 30), None);
    paper.asked(released(), 40);
    let report = paper.report("d-1");
    let (first, second) = (&report.incidents.opened[0], &report.incidents.opened[1]);
    assert_eq!((first.state, first.kind), ("dismissed", "incident"));
    assert_eq!((second.state, second.kind), ("observed", "observation"));
    for format in FORMATS
        .iter()
        .filter(|it| !["pdf", "svg", "ctk", "otlp"].contains(&it.name))
    {
        let text = write(&report, format.name);
        let all = match format.name {
            "junit" => &["incident: 1", "incident: 2"][..],
            _ => &[
                "Orders are lost",
                "SEV2",
                "caused by the drill",
                "a test order",
                "copied",
                "A real order is lost",
                "Heron",
                "Bridge 7",
            ],
        };
        for words in all {
            assert!(text.contains(words), "{}: {words}\n{text}", format.name);
        }
    }
    let pdf = (mainstay::render::run::format("pdf")
        .expect("a format")
        .write)(&report, &mainstay::render::document::Templates::embedded());
    let text = support::pdf_text(&pdf.expect("a document"));
    assert!(
        text.contains("Orders are lost") && text.contains("Heron"),
        "{text}"
    );
}

#[test]
fn an_incident_names_whom_to_call_and_holds_what_shows_it_until_it_is_released() {
    let held = Held::of(AGREED);
    let drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    until("people are asked", || {
        (held.states(&run)[1] == "b: runs").then_some(())
    });
    let told = held.told(&[
        "drill",
        "incident",
        &run,
        "--what",
        "Orders are lost",
        "--severity",
        "sev2",
        "--caused-by-drill",
        "--by",
        "ben",
    ]);
    assert!(told.contains("call Ben (phone +1 555 2); if nobody answers, Ada (phone +1 555 1)"));
    assert!(told.contains("call it Heron; speak of it here: Bridge 7"));
    // What people still end is kept as well.
    held.told(&[
        "step",
        "done",
        &run,
        "p/b",
        "--by",
        "cy",
        "--evidence",
        "plans/t.yaml",
    ]);
    held.told(&["drill", "stop", &run, "--why", "over", "--by", "ada"]);
    let status = held.told(&["drill", "status", &run]);
    assert!(status.contains("stopping, held by incident 1"), "{status}");
    assert!(status.contains(&format!("mainstay drill release {run}")));
    until("what shows it is read-only", || {
        let evidence = protected(&held.path(".mainstay/state/artifacts"));
        evidence.then_some(())?;
        protected(
            &held
                .path(".mainstay/state/runs")
                .join(&run)
                .join("step-1-1"),
        )
        .then_some(())
    });
    kill(drill);
    let mut drill = held.start(&["drill", "resume", &run]);
    until("another process has it", || {
        held.told(&["drill", "status", &run])
            .contains("held by incident 1")
            .then_some(())
    });
    let expected = ["a: done", "b: done", "c: may begin"];
    assert_eq!(held.states(&run), expected);
    assert_eq!(held.log(), ["a"], "nothing was taken back");
    held.told(&["drill", "release", &run, "--why", "copied", "--by", "cy"]);
    assert!(!drill.wait().expect("it ends").success());
    assert_eq!(held.log(), ["a", "undo"]);
}

/// Whether no file in a folder can be written.
fn protected(folder: &Path) -> bool {
    let read_only = |path: &Path| fs::metadata(path).is_ok_and(|it| it.permissions().readonly());
    folder.is_dir() && contents(folder).iter().all(|(path, _)| read_only(path))
}

#[test]
fn one_that_stops_the_drill_is_opened_and_stops_it_in_one_go() {
    let held = Held::of(AGREED);
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    until("people are asked", || {
        (held.states(&run)[1] == "b: runs").then_some(())
    });
    let stop = [
        "drill",
        "stop",
        &run,
        "--why",
        "Orders are lost",
        "--by",
        "ben",
        "--cause",
    ];
    let only = held.say(&[&stop[..], &["drill"]].concat());
    assert_eq!(only.status.code(), Some(2), "how severe it is is not said");
    held.told(&[&stop[..], &["drill", "--severity", "SEV1"]].concat());
    let dismiss = [
        "drill",
        "incident",
        &run,
        "--dismiss",
        "1",
        "--why",
        "nothing",
        "--by",
    ];
    let lead = held.say(&[&dismiss[..], &["ada"]].concat());
    assert_eq!(lead.status.code(), Some(6));
    held.told(&["drill", "release", &run, "--why", "copied", "--by", "cy"]);
    assert!(!drill.wait().expect("it ends").success());
    let report = held.report(&run);
    let incident = &report["incidents"]["opened"][0];
    assert_eq!(incident["text"], "Orders are lost");
    assert_eq!(incident["released"]["by"], "cy");
    assert_eq!(held.log(), ["a", "undo"]);
    let lead = held.say(&[&dismiss[..], &["ada"]].concat());
    assert_eq!(lead.status.code(), Some(6), "the rule holds after the end");
    held.told(&[&dismiss[..], &["cy"]].concat());
    let later = held.report(&run);
    assert_eq!(later["incidents"]["opened"][0]["state"], "dismissed");
    assert_eq!(later["verdict"]["word"], report["verdict"]["word"]);
}

/// What holds in the drill `d`, of an organization and a drill that say this.
fn agreed(organization: &str, drill: &str) -> IncidentPolicy {
    let plan = format!(
        "organization: {{name: O{organization}}}\n\
         drills: [{{id: d, name: D, kind: tabletop{drill}}}]\n"
    );
    let programme = support::load_text("plan.yaml", &plan).programme;
    let drill = programme.drills.get("d").expect("declared");
    drill.incidents_in(&programme)
}

#[test]
fn what_a_drill_says_goes_before_what_the_organization_says() {
    let common = ", incidents: {criteria: [Data is lost], opens-at: SEV3, \
                  protocol: {channel: Bridge, codename: Heron}}";
    let own = ", incidents: {criteria: [A guest is hurt], protocol: {codename: Stork}}";
    let alone = agreed(common, "");
    assert_eq!(alone.criteria, ["Data is lost"]);
    let both = agreed(common, own);
    assert_eq!(both.criteria, ["A guest is hurt"]);
    assert_eq!(both.threshold(), Sev::Sev3);
    let protocol = both.protocol.expect("stated");
    assert_eq!(protocol.channel.as_deref(), Some("Bridge"));
    assert_eq!(protocol.codename.as_deref(), Some("Stork"));
}

#[test]
fn where_no_severity_is_agreed_every_incident_must_be_opened() {
    let threshold = agreed("", "").threshold();
    assert!(Sev::ALL.iter().all(|sev| sev.reaches(threshold)));
    assert!(Sev::Sev1.reaches(Sev::Sev2) && !Sev::Sev3.reaches(Sev::Sev2));
}

#[test]
fn no_drill_begins_before_it_is_agreed_what_an_incident_is() {
    let held = Held::of(
        "drills: [{id: d, name: D, kind: tabletop, procedures: [p]}]\n\
         procedures: [{id: p, name: P, steps: [{id: a, do: A}]}]\n",
    );
    fs::write(
        held.path("mainstay.yaml"),
        "organization: {name: Example}\n",
    )
    .expect("room");
    for words in [["drill", "preflight", "d"], ["drill", "run", "d"]] {
        let output = held.say(&words);
        assert!(!output.status.success());
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).expect("UTF-8");
        assert!(
            told.contains("write `incidents: {criteria: […]}`"),
            "{told}"
        );
    }
    assert!(
        held.told(&["drill", "show", "d"])
            .contains("whatever its severity")
    );
    let shown = Held::of(AGREED).told(&["drill", "show", "d"]);
    let limit = "May take 1 h: All, from the beginning of p/a to the end of p/c\n";
    assert!(shown.contains(limit), "{shown}");
    let listed = held.told(&["drill", "list", "--format", "json"]);
    assert!(listed.contains("\"runs\": []"), "{listed}");
}
