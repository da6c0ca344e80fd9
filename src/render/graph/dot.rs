//! The graph for Graphviz.

use std::fmt::Write;

use super::{Format, Part};
use crate::model::{DependencyKind, Kind};

pub const FORMAT: Format = Format {
    name: "dot",
    summary: "for Graphviz",
    write,
};

fn write(part: &Part) -> String {
    let graph = &part.analysis.graph;
    let mut text = String::from("digraph dependencies {\n  rankdir=LR;\n");
    for node in part.nodes() {
        let shape = if graph.kind(node) == Kind::Function { "oval" } else { "box" };
        let (id, name) = (quoted(graph.id(node)), quoted(graph.name(node)));
        let weight = if part.focus == Some(node) { ", penwidth=2" } else { "" };
        writeln!(text, "  {id} [label={name}, shape={shape}{weight}];")
            .expect("a string takes all");
    }
    for edge in part.edges() {
        let (from, to) = (quoted(graph.id(edge.from)), quoted(graph.id(edge.to)));
        let style = match edge.kind {
            DependencyKind::Hard => "solid",
            DependencyKind::Soft => "dashed",
            DependencyKind::Bootstrap => "dotted",
        };
        writeln!(text, "  {from} -> {to} [style={style}];").expect("a string takes all");
    }
    text.push_str("}\n");
    text
}

/// A quoted string: Graphviz reads `\"`, and gives meaning to every other backslash.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(char::is_control, " ");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_quotes() {
        assert_eq!(quoted(r#"a "b" \n\"#), r#""a \"b\" \\n\\""#);
        assert_eq!(quoted("a\nb"), "\"a b\"");
    }
}
