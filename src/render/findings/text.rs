//! Findings for people: the message, an excerpt with a caret, and what to do.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use rayon::prelude::*;

use super::{Colour, Format, Report};
use crate::finding::{Finding, Severity};
use crate::load::Located;
use crate::text::visible;

pub const FORMAT: Format = Format {
    name: "text",
    summary: "for people: excerpts with carets",
    write,
};

/// How many lines are shown before and after the one that matters.
const AROUND: usize = 1;
/// How much is shown before and after the place that matters, in bytes.
const BESIDE_MAX: usize = 400;

fn write(report: &Report) -> String {
    let renderer = match report.colour {
        Colour::Terminal => Renderer::styled(),
        Colour::Plain => Renderer::plain(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let findings = report.findings.par_iter();
    findings
        .map(|finding| renderer.render(&[group(report, finding)]) + "\n\n")
        .collect()
}

fn group<'a>(report: &Report<'a>, finding: &'a Finding) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let level = if finding.accepted.is_some() {
        level.with_name("accepted")
    } else {
        level
    };
    let mut group = level
        .primary_title(&finding.message)
        .id(finding.check)
        .elements(
            report
                .at(finding)
                .into_iter()
                .flat_map(|at| excerpt(at, AnnotationKind::Primary, "")),
        );
    for (place, note) in &finding.related {
        if let Some(at) = report.located.get(place) {
            group = group.elements(excerpt(at, AnnotationKind::Context, note));
        }
    }
    if let Some(accepted) = &finding.accepted {
        let note = format!(
            "by `{}` until {}: {}",
            accepted.by, accepted.until, accepted.reason
        );
        let note = visible(&note).into_owned();
        group = group.element(Level::NOTE.with_name("accepted").message(note));
    }
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(visible(help))),
        None => group,
    }
}

/// The lines around a place; the rest of a long file or line is never looked at.
fn excerpt<'a>(at: &Located<'a>, kind: AnnotationKind, label: &'a str) -> Vec<Element<'a>> {
    let (text, path) = (&at.source.text, visible(&at.source.path));
    if text.is_empty() {
        return vec![Origin::path(path).into()];
    }
    let shown = window(text, &at.span);
    let end = at.span.end.min(shown.end).max(at.span.start);
    // Carriage returns would be drawn, and counted, as characters of their own.
    let clean = |bytes: Range<usize>| at.source.shown(bytes).replace('\r', "");
    let (before, marked) = (clean(shown.start..at.span.start), clean(at.span.start..end));
    let above = before.matches('\n').count();
    let annotation = kind.span(before.len()..before.len() + marked.len());
    let annotation = if label.is_empty() {
        annotation
    } else {
        annotation.label(visible(label))
    };
    let snippet = Snippet::source([before, marked, clean(end..shown.end)].concat())
        .line_start(at.start.line - above)
        .annotation(annotation);
    if starts_a_line(text, shown.start) {
        return vec![snippet.path(path).into()];
    }
    // The excerpt begins in the middle of a line, so its columns are not those of the file.
    let origin = Origin::path(path)
        .line(at.start.line)
        .char_column(at.start.column);
    vec![origin.into(), snippet.into()]
}

/// The bytes to show for a span: its first line and those around it, or the middle of a long line.
fn window(text: &str, span: &Range<usize>) -> Range<usize> {
    let least = text.floor_char_boundary(span.start.saturating_sub(BESIDE_MAX));
    let most = text.ceil_char_boundary((span.start + BESIDE_MAX).min(text.len()));
    let start = line_start(text, span.start, least);
    let end = line_end(text, span.start, most);
    let mut shown = start..end;
    for _ in 0..AROUND {
        if starts_a_line(text, shown.start) && shown.start > 0 {
            let above = line_start(text, shown.start - 1, least);
            if starts_a_line(text, above) {
                shown.start = above;
            }
        }
        if shown.end < most {
            shown.end = line_end(text, shown.end + 1, most);
        }
    }
    shown
}

fn starts_a_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

/// The start of the line, looked for as far back as `least`.
fn line_start(text: &str, at: usize, least: usize) -> usize {
    let before = &text.as_bytes()[least..at];
    let newline = before.iter().rposition(|byte| *byte == b'\n');
    newline.map_or(least, |newline| least + newline + 1)
}

/// The end of the line, looked for as far as `most`.
fn line_end(text: &str, at: usize, most: usize) -> usize {
    let rest = &text.as_bytes()[at..most];
    let newline = rest.iter().position(|byte| *byte == b'\n');
    newline.map_or(most, |newline| at + newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, span: Range<usize>, expected: &str) {
        assert_eq!(&text[window(text, &span)], expected);
    }

    #[test]
    fn the_lines_around_a_place_are_shown() {
        check("a\nb\nc\nd\n", 2..3, "a\nb\nc");
        check("a\nb\nc\nd\n", 0..1, "a\nb");
        check("a\nb", 2..3, "a\nb");
        check("a\nb\n", 4..4, "b\n");
        check("", 0..0, "");
    }

    #[test]
    fn only_the_middle_of_a_very_long_line_is_shown() {
        let text = format!("above\n{}x{}\nbelow", "ő".repeat(5_000), "é".repeat(5_000));
        let at = text.find('x').expect("written above");
        let shown = window(&text, &(at..at + 1));
        assert!(shown.contains(&at) && shown.len() <= 2 * BESIDE_MAX + 2);
        let first = text.find('ő').expect("written above");
        assert!(text[window(&text, &(first..first + 2))].starts_with("above\nő"));
    }
}
