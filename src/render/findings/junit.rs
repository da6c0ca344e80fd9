//! Findings as a JUnit report, which most continuous-integration servers read.
//!
//! A check is a suite and a finding a test case. JUnit knows no warnings: what fails the command
//! is a failure, all else is skipped with its message, and a check that finds nothing has passed.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Format, Report};
use crate::checks::CHECKS;
use crate::finding::Finding;

pub const FORMAT: Format = Format {
    name: "junit",
    summary: "for CI servers: what fails the command is a failed test",
    write,
};

fn write(report: &Report) -> String {
    let mut suites: BTreeMap<&str, Vec<TestCase>> =
        CHECKS.iter().map(|check| (check.id, Vec::new())).collect();
    for finding in report.findings {
        suites
            .entry(finding.check)
            .or_default()
            .push(case(report, finding));
    }
    let mut junit = quick_junit::Report::new("mainstay check");
    for (check, mut cases) in suites {
        if cases.is_empty() {
            cases.push(TestCase::new("nothing found", TestCaseStatus::success()));
        }
        let mut suite = TestSuite::new(check);
        for mut case in cases {
            case.set_classname(check);
            suite.add_test_case(case);
        }
        junit.add_test_suite(suite);
    }
    junit.to_string().expect("every text was made fit for XML")
}

fn case(report: &Report, finding: &Finding) -> TestCase {
    let fails = finding.counts() && finding.severity >= report.fails_at;
    let mut status = if fails {
        TestCaseStatus::non_success(NonSuccessKind::Failure)
    } else {
        TestCaseStatus::skipped()
    };
    status.set_type(finding.severity.word());
    status.set_message(fit(&finding.message));
    let place = report.at(finding).map(|at| {
        let path = report.path_in_repository(at);
        format!("{path}:{}:{}", at.start.line, at.start.column)
    });
    let accepted = finding.accepted.as_ref().map(|accepted| {
        format!(
            "Accepted by {} until {}: {}",
            accepted.by, accepted.until, accepted.reason
        )
    });
    let lines: Vec<String> = [place.clone(), finding.help.clone(), accepted]
        .into_iter()
        .flatten()
        .collect();
    status.set_description(fit(&lines.join("\n")));
    let name = match place {
        Some(place) => format!("{place}: {}", finding.message),
        None => finding.message.clone(),
    };
    TestCase::new(fit(&name), status)
}

/// Replaces what XML cannot hold and `quick-junit` leaves in; it removes control characters.
pub fn fit(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
