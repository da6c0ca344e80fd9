//! The report as JUnit, which most continuous-integration servers read.
//!
//! The run is a suite; its verdict, each incident, measure, rehearsal and step are test cases. An
//! incident fails as long as it is open. A step that was left out or never done is skipped; that
//! this fails the drill is said by the verdict.

use std::time::Duration;

use chrono::DateTime;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::ReportFormat;
use crate::drill::StepState;
use crate::render::findings::fit;
use crate::render::run::Report;
use crate::render::run::view::{
    IncidentLine, LossLine, MeasuredLine, RehearsalLine, RowLine, StepLine,
};
use crate::render::view::Mood;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "junit",
    extension: "junit.xml",
    summary: "for CI servers: a test case for each step, rehearsal and measure",
    write: |report, _| Ok(written(report).into_bytes()),
};

fn written(report: &Report) -> String {
    let mut suite = TestSuite::new(fit(&report.run));
    let began = report.began.as_deref();
    if let Some(began) = began.and_then(|began| DateTime::parse_from_rfc3339(began).ok()) {
        suite.set_timestamp(began);
    }
    if let Some(took) = report.took_ms {
        suite.set_time(Duration::from_millis(took));
    }
    let measures = report.measured.iter().map(measure);
    let measures = measures.chain(report.lost.iter().map(loss));
    let rows = report.restores.iter().flat_map(|all| &all.rows).map(row);
    let measures = measures.chain(rows);
    let rehearsals = report.rehearsals.iter().map(rehearsal);
    let steps = rehearsals.chain(report.steps.iter().map(step));
    let incidents = report.incidents.opened.iter().map(incident);
    let cases = [verdict(report)].into_iter().chain(incidents);
    for mut case in cases.chain(measures).chain(steps) {
        case.set_classname(fit(&report.drill));
        suite.add_test_case(case);
    }
    let mut junit = quick_junit::Report::new("mainstay drill");
    junit.add_test_suite(suite);
    junit.to_string().expect("every text was made fit for XML")
}

fn verdict(report: &Report) -> TestCase {
    let verdict = &report.verdict;
    let mut status = match report.succeeded {
        Some(true) => TestCaseStatus::success(),
        Some(false) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        None => TestCaseStatus::skipped(),
    };
    if report.succeeded != Some(true) {
        status.set_message(fit(&verdict.why));
    }
    case("verdict", status, report.took_ms)
}

fn incident(line: &IncidentLine) -> TestCase {
    let status = match line.mood {
        Mood::Gap => judged(line.mood, line.state, &line.told()),
        _ => TestCaseStatus::success(),
    };
    case(&format!("incident: {}", line.number), status, line.held_ms)
}

fn measure(line: &MeasuredLine) -> TestCase {
    let status = judged(line.mood, line.outcome, &line.told());
    case(&format!("measure: {}", line.name), status, line.took_ms)
}

fn row(line: &RowLine) -> TestCase {
    let status = judged(line.mood, line.outcome, &line.told());
    case(&format!("system: {}", line.system), status, line.took_ms)
}

fn loss(line: &LossLine) -> TestCase {
    let status = judged(line.mood, line.outcome, &line.told());
    case(&format!("loss: {}", line.name), status, None)
}

fn judged(mood: Mood, outcome: &str, told: &str) -> TestCaseStatus {
    if mood == Mood::Fine {
        return TestCaseStatus::success();
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(outcome);
    status.set_message(fit(told));
    status
}

fn rehearsal(line: &RehearsalLine) -> TestCase {
    let mut status = match line.mood {
        Mood::Fine => TestCaseStatus::success(),
        Mood::Gap => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Mood::Attention => TestCaseStatus::skipped(),
    };
    if line.mood != Mood::Fine {
        status.set_message(fit(&line.told()));
        status.set_description(fit(&line.facts.join("\n")));
    }
    case(&format!("rehearsal: {}", line.step), status, line.took_ms)
}

fn step(line: &StepLine) -> TestCase {
    let mut status = match (line.mood, line.state.as_str()) {
        (_, needless) if needless == StepState::Omitted.words() => TestCaseStatus::skipped(),
        (Mood::Fine, _) | (Mood::Attention, "done") => TestCaseStatus::success(),
        (Mood::Gap, _) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (Mood::Attention, _) => TestCaseStatus::skipped(),
    };
    if !matches!(status, TestCaseStatus::Success { .. }) {
        status.set_message(fit(&line.state));
        let facts = line.trials.iter().flat_map(|trial| {
            let facts = trial.facts.iter();
            facts.map(|fact| format!("{}: {fact}", trial.label))
        });
        status.set_description(fit(&facts.collect::<Vec<_>>().join("\n")));
    }
    case(&line.step, status, line.took_ms)
}

fn case(name: &str, status: TestCaseStatus, took_ms: Option<u64>) -> TestCase {
    let mut case = TestCase::new(fit(name), status);
    if let Some(took) = took_ms {
        case.set_time(Duration::from_millis(took));
    }
    case
}
