//! What a check complains of, why that matters, and an example of each kind.

use serde::Serialize;

use crate::checks::{self, CHECKS, Check};
use crate::cli::options::Format;
use crate::error::{Error, Result};
use crate::load::closest;
use crate::text::json;

#[derive(Serialize)]
struct Entry {
    check: &'static str,
    severity: &'static str,
    title: &'static str,
    clauses: &'static [&'static str],
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    entry: Entry,
    explanation: &'static str,
    bad: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    bad_runs: &'static str,
    good: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    good_runs: &'static str,
}

/// Lists every check.
pub fn list(format: Format) -> String {
    if format == Format::Json {
        return json(&CHECKS.iter().map(entry).collect::<Vec<_>>());
    }
    let width = CHECKS
        .iter()
        .map(|check| check.id.len())
        .max()
        .unwrap_or_default();
    let line = |check: &Check| {
        let severity = check.severity.word();
        format!("{:width$}  {severity:7}  {}\n", check.id, check.title)
    };
    CHECKS.iter().map(line).collect()
}

/// Explains one check.
pub fn one(id: &str, format: Format) -> Result<String> {
    let check = find(id)?;
    Ok(match format {
        Format::Json => json(&Whole {
            entry: entry(check),
            explanation: check.explanation,
            bad: check.bad,
            bad_runs: check.bad_runs,
            good: check.good,
            good_runs: check.good_runs,
        }),
        Format::Text => page(check),
    })
}

/// The check with this id, or an error that says which was meant.
pub fn find(id: &str) -> Result<&'static Check> {
    checks::find(id).ok_or_else(|| {
        let error = Error::not_found(format!("find the check `{id}`"));
        match closest(id, CHECKS.iter().map(|check| check.id)) {
            Some(near) => error.hint(format!("Did you mean `{near}`?")),
            None => error.hint("`mainstay explain` lists every check."),
        }
    })
}

fn entry(check: &Check) -> Entry {
    Entry {
        check: check.id,
        severity: check.severity.word(),
        title: check.title,
        clauses: check.clauses,
    }
}

fn page(check: &Check) -> String {
    let Check {
        id,
        title,
        explanation,
        bad,
        bad_runs,
        good,
        good_runs,
        ..
    } = check;
    let (severity, clauses) = (check.severity.word(), check.clauses.join(", "));
    let (bad, good) = (example(bad, bad_runs), example(good, good_runs));
    format!(
        "{severity}[{id}]: {title}\n\n{explanation}\nServes: {clauses}\n\n\
         A plan that breaks the rule:\n\n{bad}\nThe same plan, mended:\n\n{good}"
    )
}

/// A plan, and what was run before it where that makes a difference.
fn example(plan: &str, runs: &str) -> String {
    match runs {
        "" => indented(plan),
        _ => format!("{}\nafter this:\n\n{}", indented(plan), indented(runs)),
    }
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}").trim_end().to_owned() + "\n")
        .collect()
}
