//! The report of a drill in every format, from journals that are made by hand.

use std::collections::BTreeSet;
use std::fs;

use mainstay::journal::{Cause, Incident, Outcome, Resolution, Settled, What};
use mainstay::model::{IncidentProtocol, Sev};
use mainstay::render::document::Templates;
use mainstay::render::run::{FORMATS, Report};
use serde_json::Value;

use crate::cli::{done, fails, mainstay};
use crate::held::{Held, quick};
use crate::story::{Story, golden, write};
use crate::support::{self, script};

const PLAN: &str = "\
drills:
  - id: d
    name: Restore of the shop
    kind: functional
    lead: ada
    procedures: [p]
    objectives: [The shop is back from its copy.]
    success-criteria: [Every order is there again., No customer noticed.]
    incidents:
      criteria: [A real order is lost.]
      opens-at: SEV3
      protocol: {channel: The bridge, codename: Heron, never-by-email-or-sms: [Names of customers]}
    measures:
      - {name: Recovery, from: p/tell, until: p/check, within: 10m}
      - {name: Whole, from: p/tell, until: p/serve, within: 30m}
procedures:
  - id: p
    name: P
    steps:
      - {id: tell, do: Tell everybody, role: lead, expected: 5m}
      - {id: copy, do: Fetch the copy, expected: 1m, retry: {times: 2},
         run: {command: {argv: [fetch]}}, undo: {run: {command: {argv: [drop]}}}}
      - {id: restore, do: Restore it, expected: 2m,
         run: {command: {argv: [restore]}}, undo: {do: Put the old one back}}
      - {id: check, do: Count the orders, role: auditor, undo: {none: only looks}}
      - {id: inform, do: Inform the customers, role: press, undo: {none: a message}}
      - {id: serve, do: Open the shop, run: {command: {argv: [serve]}}, undo: {none: stays closed}}
";

/// A drill that fails at its end, in which all happens that can.
fn eventful() -> Story {
    let mut story = Story::new(script(PLAN));
    let step = |place: usize, story: &Story| story.name(place);
    story.begin(0, 1);
    let tell = step(0, &story);
    story.after(30_000, "ada", What::StepAcknowledged { step: tell });
    story.end(210_000, "ada", (0, 1), Settled::Succeeded);
    story.begin(1, 1);
    story.end(40_500, "", (1, 1), Settled::Failed);
    story.after(
        1_000,
        "",
        What::ClockSet {
            micros: -7_200_000_000,
        },
    );
    story.begin(1, 2);
    story.end(75_250, "", (1, 2), Settled::Succeeded);
    story.begin(2, 1);
    story.after(20_000, "", What::OwnerChanged { epoch: 1 });
    let in_doubt = What::StepInDoubt {
        step: step(2, &story),
        attempt: 1,
        facts: vec!["its shim is gone".to_owned()],
    };
    story.after(0, "", in_doubt);
    let incident = Incident {
        text: "The copy was written over real orders".to_owned(),
        severity: Sev::Sev2,
        cause: Cause::Drill,
    };
    let pause = false;
    story.after(5_000, "ben", What::IncidentOpened { incident, pause });
    let why = "the orders were copied out".to_owned();
    story.after(60_000, "cy", What::EvidenceReleased { why });
    story.after(5_000, "ada", What::RunResumed);
    let incident = Incident {
        text: "A mail told real customers of the drill".to_owned(),
        severity: Sev::Sev4,
        cause: Cause::Uncovered,
    };
    story.after(0, "ada", What::IncidentOpened { incident, pause });
    let (number, why) = (2, "they were told that it was one".to_owned());
    story.after(0, "ada", What::IncidentDismissed { number, why });
    let resolved = What::StepResolved {
        step: step(2, &story),
        resolution: Resolution::Happened,
        why: "the tables are there".to_owned(),
    };
    story.after(20_000, "grace", resolved);
    story.begin(3, 1);
    story.end(400, "grace", (3, 1), Settled::Succeeded);
    story.begin(4, 1);
    let note = What::Noted {
        text: "The press officer is on leave.".to_owned(),
    };
    story.after(5_000, "ada", note);
    story.end(61_000, "ada", (4, 1), Settled::Succeeded);
    story.begin(5, 1);
    story.end(2_000, "", (5, 1), Settled::Failed);
    let stop = What::StopRequested {
        why: "`p/serve` failed".to_owned(),
        undo: true,
        incident: None,
    };
    story.after(0, "", stop);
    take_back(&mut story);
    story
}

fn take_back(story: &mut Story) {
    let (restore, copy) = (story.name(2), story.name(1));
    story.after(0, "", What::UndoBegan);
    let finished = |step: &str, settled| What::UndoFinished {
        step: step.to_owned(),
        attempt: 1,
        settled,
        facts: vec!["the old one is broken".to_owned()],
    };
    let started = |step: &str| What::UndoStarted {
        step: step.to_owned(),
        attempt: 1,
    };
    story.after(0, "", started(&restore));
    story.after(50_000, "grace", finished(&restore, Settled::Failed));
    story.after(0, "", started(&copy));
    story.after(3_000, "", finished(&copy, Settled::Succeeded));
    let outcome = Outcome::RollbackIncomplete;
    story.after(0, "", What::RunFinished { outcome });
}

#[test]
fn an_eventful_run_reads_as_expected() {
    let report = eventful().report();
    golden("drill-report.md", &write(&report, "md"));
    golden("drill-report.json", &write(&report, "json"));
    golden("drill-report.txt", &write(&report, "text"));
    golden("drill-report.svg", &write(&report, "svg"));
}

#[test]
fn the_journal_itself_shows_what_is_wrong() {
    let report = eventful().report();
    let found: BTreeSet<(&str, Option<&str>)> = report
        .findings
        .iter()
        .map(|finding| (finding.id, finding.about.as_deref()))
        .collect();
    let expected = [
        ("clock-set", None),
        ("incident-open", None),
        ("measure-not-ended", Some("Whole")),
        ("owner-changed", None),
        ("step-failed", Some("p/serve")),
        ("step-slower-than-expected", Some("p/copy")),
        ("step-tried-again", Some("p/copy")),
        ("step-was-in-doubt", Some("p/restore")),
        ("time-too-round", Some("p/check")),
        ("time-too-round", Some("p/tell")),
        ("undo-failed", Some("p/restore")),
    ];
    assert_eq!(found, BTreeSet::from(expected));
    assert_eq!(
        report.verdict.why,
        "the run failed, and could not be taken back in whole; the engine stopped it: `p/serve` \
         failed; it has caused incident 1 (SEV2); not taken back: `p/restore`."
    );
}

#[test]
fn a_run_whose_steps_are_done_in_time_has_passed_and_one_that_goes_on_has_not() {
    let plan = "drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
                procedures:\n  - id: p\n    name: P\n    steps: [{id: a, do: A, role: r}]\n";
    let mut story = Story::new(script(plan));
    let open = story.report();
    assert_eq!((open.succeeded, open.verdict.word), (None, "Not over"));
    assert_eq!(open.roles_unanswered, ["r"]);
    for format in FORMATS {
        let bytes = (format.write)(&open, &Templates::embedded());
        let is_written = bytes.is_ok_and(|bytes| !bytes.is_empty());
        // A span is sent when it is over.
        assert_eq!(is_written, format.name != "otlp", "{}", format.name);
    }
    story.begin(0, 1);
    story.end(1_500, "ada", (0, 1), Settled::Succeeded);
    let outcome = Outcome::Succeeded;
    story.after(0, "", What::RunFinished { outcome });
    let passed = story.report();
    assert_eq!(
        passed.verdict.why,
        "the only step was done, and no time was measured."
    );
    assert!(passed.roles_unanswered.is_empty());
    // What nobody stated is said to be missing, in each document.
    for name in ["html", "md"] {
        let text = write(&passed, name);
        assert!(
            text.contains("nobody wrote down what was to count"),
            "{name}"
        );
        assert!(text.contains("not stated"), "{name}");
    }
}

/// What ends an element, an attribute, a cell, a section of character data or a line.
const HOSTILE: &str = "</td></svg><script>alert(1)</script>\"'|`x`]]>{{run}} ![a](javascript:b)\r\n\
                       # no heading\u{1b}[31m\u{7}\u{0}\u{202e}\u{ffff}&lt;";

/// The eventful run with hostile text wherever people or machines can put some.
fn hostile() -> Report {
    let mut script = script(PLAN);
    let long = "x".repeat(20_000);
    script.name = HOSTILE.to_owned();
    script.objectives = vec![HOSTILE.to_owned(), long.clone()];
    script.success_criteria = vec![HOSTILE.to_owned()];
    script.incidents.criteria = vec![HOSTILE.to_owned()];
    script.incidents.protocol = Some(IncidentProtocol {
        codename: Some(HOSTILE.to_owned()),
        ..IncidentProtocol::default()
    });
    script.measures[0].name = HOSTILE.to_owned();
    for task in &mut script.tasks {
        task.text = HOSTILE.to_owned();
    }
    script.tasks[5].name = HOSTILE.to_owned();
    let mut story = Story::new(script);
    let step = |place: usize, story: &Story| story.name(place);
    for place in 0..6 {
        story.begin(place, 1);
        let finished = What::StepFinished {
            step: step(place, &story),
            attempt: 1,
            settled: if place == 5 {
                Settled::Failed
            } else {
                Settled::Succeeded
            },
            facts: vec![HOSTILE.to_owned(), long.clone(), String::new()],
            at: None,
            mark: None,
            evidence: Vec::new(),
        };
        story.after(1_234, if place == 1 { "" } else { HOSTILE }, finished);
    }
    let text = HOSTILE.to_owned();
    story.after(0, HOSTILE, What::Noted { text });
    let incident = Incident {
        text: HOSTILE.to_owned(),
        severity: Sev::Sev1,
        cause: Cause::Drill,
    };
    let pause = false;
    story.after(0, HOSTILE, What::IncidentOpened { incident, pause });
    let (number, why) = (1, HOSTILE.to_owned());
    story.after(0, "ben", What::IncidentDismissed { number, why });
    let why = HOSTILE.to_owned();
    story.after(0, HOSTILE, What::EvidenceReleased { why });
    let (why, undo) = (HOSTILE.to_owned(), false);
    story.after(
        0,
        HOSTILE,
        What::StopRequested {
            why,
            undo,
            incident: None,
        },
    );
    let outcome = Outcome::FailedLeftAsIs;
    story.after(0, "", What::RunFinished { outcome });
    story.report()
}

#[test]
fn hostile_text_is_only_text_in_every_format() {
    let report = hostile();
    for format in FORMATS.iter().filter(|format| format.name != "pdf") {
        let text = write(&report, format.name);
        let moves = |letter: char| letter.is_control() && letter != '\n';
        assert!(!text.contains(moves), "{}", format.name);
    }
    let page = write(&report, "html");
    assert!(!page.contains("<script") && !page.contains("\u{202e}"));
    well_formed(&page);
    let text = write(&report, "md");
    let outside_code: String = text.split('`').step_by(2).collect();
    assert!(!outside_code.contains('<'), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("# no")));
    columns_agree(&text);
    let json: Value = serde_json::from_str(&write(&report, "json")).expect("JSON");
    assert_eq!(json["name"], HOSTILE);
    let junit = quick_junit::Report::deserialize_from_str(&write(&report, "junit"));
    assert_eq!(junit.expect("JUnit").tests, 11);
}

/// Every row of a table has as many cells as its head.
#[track_caller]
fn columns_agree(markdown: &str) {
    let mut head = None;
    for line in markdown.lines() {
        if !line.starts_with('|') {
            head = None;
            continue;
        }
        let cells = line.replace("\\|", "").matches('|').count();
        assert_eq!(*head.get_or_insert(cells), cells, "{line}");
    }
}

/// Every element is closed where it should be, ids are unique, and what is referred to is there.
#[track_caller]
fn well_formed(page: &str) {
    const EMPTY: [&str; 2] = ["meta", "!doctype"];
    let body = page.split_once("</style>").expect("a style").1;
    let mut open: Vec<&str> = vec!["html", "head"];
    let mut ids = BTreeSet::new();
    for piece in body.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("a tag ends");
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .expect("a name");
        if tag.starts_with('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "…<{}",
                &piece[..piece.len().min(80)]
            );
        } else if !tag.ends_with('/') && !EMPTY.contains(&name) {
            open.push(name);
        }
        for part in tag.split(" id=\"").skip(1) {
            let id = part.split('"').next().expect("an id");
            assert!(ids.insert(id), "{id} stands twice");
        }
    }
    assert_eq!(open, Vec::<&str>::new());
    let referred = |attribute: &str| {
        let parts = body.split(attribute).skip(1);
        let names = parts.filter_map(|part| part.split(['"', ')']).next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    for id in [" aria-labelledby=\"", " href=\"#", "url(#"]
        .iter()
        .flat_map(|a| referred(a))
    {
        assert!(ids.contains(id.as_str()), "{id} is nowhere");
    }
}

#[test]
fn the_page_has_every_part_and_a_row_for_each_step() {
    let report = eventful().report();
    let page = write(&report, "html");
    well_formed(&page);
    for id in [
        "verdict",
        "stated",
        "measured",
        "timeline",
        "steps",
        "decisions",
        "people",
        "taken-back",
        "findings",
        "clocks",
        "proof",
        "signatures",
    ] {
        assert!(
            page.contains(&format!("<section class=\"section\" id=\"{id}\"")),
            "{id}"
        );
    }
    for step in &report.steps {
        assert!(
            page.contains(&format!("<th scope=\"row\">{}<", step.step)),
            "{}",
            step.step
        );
        assert!(
            page.contains(&format!("<g><title>{}: ", step.step)),
            "{}",
            step.step
        );
    }
    assert!(page.contains(&report.hash) && page.contains(&report.plans));
    assert!(page.contains("must not be the lead"));
    assert!(page.contains("role=\"img\" aria-label=\"Steps of Restore of the shop over time\""));
}

/// A phone shows no header above a figure.
#[test]
fn each_cell_of_the_page_says_what_it_is() {
    let page = write(&eventful().report(), "html");
    let cells = page.split("<td").skip(1).map(|cell| cell.split('>').next());
    for cell in cells.flatten() {
        let says = cell.contains("data-label=\"") || cell.contains("colspan=\"");
        assert!(says, "{cell}");
    }
}

#[test]
fn junit_has_a_case_for_the_verdict_and_each_measure_and_step() {
    let text = write(&eventful().report(), "junit");
    let junit = quick_junit::Report::deserialize_from_str(&text).expect("JUnit");
    assert_eq!((junit.tests, junit.failures), (12, 4));
    let suite = &junit.test_suites[0];
    assert_eq!(suite.name.as_str(), "d-2026-11-22");
    assert_eq!(suite.time.map(|time| time.as_millis()), Some(588_150));
    let case = |name: &str| {
        let found = suite
            .test_cases
            .iter()
            .find(|case| case.name.as_str() == name);
        found.unwrap_or_else(|| panic!("no case {name}"))
    };
    let copy = case("p/copy");
    assert_eq!(copy.time.map(|time| time.as_millis()), Some(75_250));
    assert_eq!(case("p/serve").classname.as_deref(), Some("d"));
    assert!(text.contains("attempt 1: no such host"), "{text}");
    assert!(matches!(
        case("measure: Whole").status,
        quick_junit::TestCaseStatus::NonSuccess { .. }
    ));
}

/// Every format is written to `target/documents/`, to be looked at.
#[test]
fn the_same_journal_gives_the_same_bytes() {
    let folder = support::root().join("target/documents");
    fs::create_dir_all(&folder).expect("make the folder");
    for format in FORMATS {
        let write = || (format.write)(&eventful().report(), &Templates::embedded());
        let bytes = write().expect("written");
        assert_eq!(bytes, write().expect("written"), "{}", format.name);
        let file = folder.join(format!("drill-report.{}", format.extension));
        fs::write(file, bytes).expect("write the document");
    }
}

/// A run of so many steps, one after the other.
fn long(steps: usize) -> Story {
    let step = |i| format!("      - {{id: s{i}, do: Do it, run: {{wait: {{lasting: 1s}}}}}}\n");
    let steps: String = (0..steps).map(step).collect();
    let plan = format!(
        "drills: [{{id: d, name: D, kind: functional, procedures: [p]}}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n{steps}"
    );
    let mut story = Story::new(script(&plan));
    for place in 0..story.script.tasks.len() {
        story.begin(place, 1);
        story.end(1_000, "", (place, 1), Settled::Succeeded);
    }
    let outcome = Outcome::Succeeded;
    story.after(0, "", What::RunFinished { outcome });
    story
}

#[test]
fn the_picture_has_a_row_for_each_of_three_hundred_steps() {
    let picture = write(&long(300).report(), "svg");
    assert_eq!(picture.matches("<g><title>p/s").count(), 300);
    assert!(picture.contains(">1 min</text>") && picture.contains(">5 min</text>"));
    assert!(
        picture.contains("viewBox=\"0 0 720 6686\""),
        "{}",
        &picture[..400]
    );
}

#[cfg(feature = "pdf")]
#[test]
fn the_pdf_says_the_same_and_holds_hostile_text_and_long_lines() {
    let pdf = |report: &Report| {
        let write = mainstay::render::run::format("pdf")
            .expect("a format")
            .write;
        let bytes = write(report, &Templates::embedded());
        support::pdf_text(&bytes.unwrap_or_else(|error| panic!("{error}")))
    };
    let text = pdf(&eventful().report());
    for said in [
        "Restore of the shop",
        "could not be taken back in whole",
        "the tables are there",
        "Approver of the result",
        "10 min",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // Where long words may break.
    let hostile = pdf(&hostile()).replace('\u{200B}', "");
    assert!(hostile.contains("{{run}}"), "{hostile}");
    assert!(hostile.contains("(16000 more letters)"), "{hostile}");
    let mut script = script(PLAN);
    script.name = "x".repeat(200);
    let named = pdf(&Story::new(script).report());
    assert!(
        named.contains(&format!("Report of a drill · {}…", "x".repeat(40))),
        "{named}"
    );
}

#[test]
fn a_report_is_written_where_it_is_asked_for() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    let (run, folder) = (held.run(), held.0.path());
    let report = ["drill", "report", &run, "--format"];
    let page = done(folder, &[&report[..], &["html"]].concat());
    well_formed(&page);
    let said = done(
        folder,
        &[&report[..], &["html", "--out", "new/r.html"]].concat(),
    );
    assert_eq!(said, "wrote new/r.html\n");
    assert_eq!(
        fs::read_to_string(held.path("new/r.html")).expect("there"),
        page
    );
    fs::write(held.path("taken"), "a file").expect("written");
    let said = fails(
        folder,
        3,
        &[&report[..], &["md", "--out", "taken/r.md"]].concat(),
    );
    assert!(said.contains("taken/r.md"), "{said}");
    assert_eq!(
        mainstay(folder, &[&report[..], &["nonsense"]].concat()).status,
        2
    );
}

#[test]
fn the_main_job_leaves_the_report_of_a_drill_in_every_format() {
    let held = Held::new(&[&quick("a")]);
    let plan = fs::read_to_string(held.path("plans/t.yaml")).expect("there");
    let plan = plan.replace(
        "kind: functional",
        "kind: functional, every: P1M, unattended: true",
    );
    fs::write(held.path("plans/t.yaml"), plan).expect("written");
    done(held.0.path(), &["run", "--format", "html,md"]);
    let run = held.run();
    let files = fs::read_dir(held.path("out")).expect("there");
    let names = files.map(|file| file.expect("readable").file_name().into_string());
    let names: BTreeSet<String> = names.map(|name| name.expect("UTF-8")).collect();
    let extensions = ["html", "json", "junit.xml", "md", "txt"];
    let mut expected = BTreeSet::from(extensions.map(|end| format!("drill-{run}.{end}")));
    expected.extend(["plan.html".to_owned(), "plan.md".to_owned()]);
    assert_eq!(names, expected);
}
