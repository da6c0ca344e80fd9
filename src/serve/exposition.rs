//! Figures as text: in the format of Prometheus, or in OpenMetrics for whoever asks for that.
//!
//! They differ in the name of a counter and in the last line. `prometheus-client` writes only the
//! second, which `promtool check metrics` does not read.

use std::fmt::Write;

/// In which format figures are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// That of Prometheus, 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

impl Format {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// What kind of figure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows while the process lives; its name ends in `_total`.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// A figure with its label, where it has one.
pub type Sample<'s> = (Option<(&'s str, &'s str)>, f64);

/// Figures, as they are written.
#[derive(Debug)]
pub struct Exposition {
    format: Format,
    text: String,
}

impl Exposition {
    /// None yet.
    pub fn new(format: Format) -> Self {
        Exposition {
            format,
            text: String::new(),
        }
    }

    /// One figure; nothing where it is not known.
    pub fn one(&mut self, kind: Kind, names: (&str, &str), value: impl Into<Option<f64>>) {
        self.many(kind, names, value.into().map(|value| (None, value)));
    }

    /// Figures of one name, with what they mean; nothing where there are none.
    pub fn many<'s>(
        &mut self,
        kind: Kind,
        (name, help): (&str, &str),
        samples: impl IntoIterator<Item = Sample<'s>>,
    ) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        let (family, word) = match (kind, self.format) {
            (Kind::Gauge, _) => (name, "gauge"),
            (Kind::Counter, Format::Prometheus) => (name, "counter"),
            (Kind::Counter, Format::OpenMetrics) => (name.trim_end_matches("_total"), "counter"),
        };
        self.line(format_args!("# HELP {family} {help}"));
        self.line(format_args!("# TYPE {family} {word}"));
        for (label, value) in samples {
            match label {
                None => self.line(format_args!("{name} {value}")),
                Some((label, text)) => {
                    let text = escaped(text);
                    self.line(format_args!("{name}{{{label}=\"{text}\"}} {value}"));
                }
            }
        }
    }

    /// All of it.
    pub fn end(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.line(format_args!("# EOF"));
        }
        self.text
    }

    fn line(&mut self, line: std::fmt::Arguments) {
        // Nothing fails that writes into memory.
        let _ = writeln!(self.text, "{line}");
    }
}

/// The value of a label, as it stands between quotes.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    text.replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: Format, expected: &str) {
        let mut all = Exposition::new(format);
        all.one(Kind::Counter, ("done_total", "Done."), 2.0);
        all.one(Kind::Gauge, ("unknown", "Nothing."), None);
        let samples = [(Some(("of", "a\"\\\n")), 0.5)];
        all.many(Kind::Gauge, ("share", "A share."), samples);
        assert_eq!(all.end(), expected);
    }

    #[test]
    fn a_counter_has_another_name_in_each_format() {
        let gauge = "# HELP share A share.\n# TYPE share gauge\nshare{of=\"a\\\"\\\\\\n\"} 0.5\n";
        check(
            Format::Prometheus,
            &format!("# HELP done_total Done.\n# TYPE done_total counter\ndone_total 2\n{gauge}"),
        );
        check(
            Format::OpenMetrics,
            &format!("# HELP done Done.\n# TYPE done counter\ndone_total 2\n{gauge}# EOF\n"),
        );
    }
}
