//! The graph for Mermaid, which many wikis and code hosts draw.

use std::fmt::Write;

use super::{Format, Part};
use crate::model::{DependencyKind, Kind};

pub const FORMAT: Format = Format {
    name: "mermaid",
    summary: "for wikis and code hosts that draw Mermaid",
    write,
};

fn write(part: &Part) -> String {
    let graph = &part.analysis.graph;
    let mut text = String::from("flowchart LR\n");
    for node in part.nodes() {
        let (open, close) = match graph.kind(node) {
            Kind::Function => ("([", "])"),
            _ => ("[", "]"),
        };
        // Numbers, because words such as `end` have a meaning of their own.
        let (number, label) = (node.0, label(graph.name(node)));
        writeln!(text, "  n{number}{open}\"{label}\"{close}").expect("a string takes all");
    }
    for edge in part.edges() {
        let arrow = match edge.kind {
            DependencyKind::Hard => "-->",
            DependencyKind::Soft => "-.->",
            DependencyKind::Bootstrap => "-. to start .->",
        };
        writeln!(text, "  n{} {arrow} n{}", edge.from.0, edge.to.0).expect("a string takes all");
    }
    if let Some(focus) = part.focus {
        writeln!(text, "  style n{} stroke-width:4px", focus.0).expect("a string takes all");
    }
    text
}

/// A label in quotes: what Mermaid or its HTML would read becomes a character code.
fn label(text: &str) -> String {
    let mut label = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | ';' | '`' | '\\' => {
                write!(label, "#{};", u32::from(c)).expect("a string takes all");
            }
            c if c.is_control() => label.push(' '),
            c => label.push(c),
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_label_or_becomes_markup() {
        assert_eq!(label("a \"b\" <i>#1;\n"), "a #34;b#34; #60;i#62;#35;1#59; ");
        assert_eq!(label("株式会社 Ő"), "株式会社 Ő");
    }
}
