//! Findings for people: the message, an excerpt with a caret, and what to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

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

fn write(report: &Report) -> String {
    let renderer = match report.colour {
        Colour::Terminal => Renderer::styled(),
        Colour::Plain => Renderer::plain(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for finding in report.findings {
        text.push_str(&renderer.render(&[group(report, finding)]));
        text.push_str("\n\n");
    }
    text
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
                .map(|at| excerpt(at, AnnotationKind::Primary, "")),
        );
    for (place, note) in &finding.related {
        if let Some(at) = report.located.get(place) {
            group = group.element(excerpt(at, AnnotationKind::Context, note));
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

/// The lines around a place; the rest of a long file is never looked at.
fn excerpt<'a>(at: &Located<'a>, kind: AnnotationKind, label: &'a str) -> Element<'a> {
    let text = &at.source.text;
    if text.is_empty() {
        return annotate_snippets::Origin::path(visible(&at.source.path)).into();
    }
    let (mut from, mut to) = (
        line_start(text, at.span.start),
        line_end(text, at.span.start),
    );
    for _ in 0..AROUND {
        from = line_start(text, from.saturating_sub(1));
        to = line_end(text, (to + 1).min(text.len()));
    }
    let (to, end) = (
        to.max(line_end(text, at.span.end.min(to))),
        at.span.end.min(to),
    );
    let line = at.start.line - text[from..at.span.start].matches('\n').count();
    let annotation = kind.span(at.span.start - from..end.max(at.span.start) - from);
    let annotation = if label.is_empty() {
        annotation
    } else {
        annotation.label(visible(label))
    };
    Snippet::source(&text[from..to])
        .line_start(line)
        .path(visible(&at.source.path))
        .annotation(annotation)
        .into()
}

fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |newline| newline + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    rest.iter()
        .position(|b| *b == b'\n')
        .map_or(text.len(), |newline| at + newline)
}
