//! Findings as workflow commands, which GitHub Actions shows beside the lines they are about.

use std::fmt::Write;

use super::{Format, Report};
use crate::finding::{Finding, Severity};

pub const FORMAT: Format = Format {
    name: "github",
    summary: "for GitHub Actions: annotations beside the lines",
    write,
};

fn write(report: &Report) -> String {
    let mut text = String::new();
    for finding in report.findings {
        text.push_str(&command(report, finding));
        text.push('\n');
    }
    text
}

fn command(report: &Report, finding: &Finding) -> String {
    let word = match finding.severity {
        // What somebody accepts must be seen, and must not look like a fault.
        _ if !finding.counts() => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = String::new();
    if let Some(at) = report.at(finding) {
        let path = property(&report.path_in_repository(at));
        let (start, end) = (at.start, at.end);
        write!(properties, "file={path},line={},endLine={}", start.line, end.line)
            .expect("a string takes all");
        // Columns are only read where the annotation stays on one line.
        if start.line == end.line && start.column < end.column {
            write!(properties, ",col={},endColumn={}", start.column, end.column)
                .expect("a string takes all");
        }
        properties.push(',');
    }
    let title = match &finding.accepted {
        None => finding.check.to_owned(),
        Some(accepted) => {
            format!("{}, accepted by {} until {}", finding.check, accepted.by, accepted.until)
        }
    };
    let help = finding.help.iter().flat_map(|help| ["\n", help.as_str()]);
    let message: String = [finding.message.as_str()].into_iter().chain(help).collect();
    format!("::{word} {properties}title={}::{}", property(&title), data(&message))
}

/// Escapes the text of a command, which ends with its line.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            // A log must not move the cursor of who reads it.
            c if c.is_control() => escaped.extend(c.escape_unicode()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Escapes a property, which also ends at a comma or at the colons before the text.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_the_command_or_begins_another() {
        assert_eq!(data("50 %\r\n::error::x"), "50 %25%0D%0A::error::x");
        assert_eq!(property("a,b::c\n"), "a%2Cb%3A%3Ac%0A");
        assert_eq!(data("\u{1b}[31m"), "\\u{1b}[31m");
        assert_eq!(data("עברית"), "עברית");
    }
}
