//! The graph as a picture.

use super::{Format, Part};
use crate::finding::Severity;
use crate::graph::{Edge, Ix, objectives};
use crate::model::{DependencyKind, Kind};
use crate::render::diagram::{self, Diagram, EdgeKind, Mood, NodeKind, Theme, svg};

pub const FORMAT: Format = Format {
    name: "svg",
    summary: "a picture",
    write,
};

fn write(part: &Part) -> String {
    svg(&diagram(part), Theme::Print)
}

/// The picture of a part of the graph, for any format that can hold one.
pub fn diagram(part: &Part) -> Diagram {
    let graph = &part.analysis.graph;
    let nodes: Vec<Ix> = part.nodes().collect();
    let place = |node: Ix| nodes.binary_search(&node).expect("an edge joins nodes of the part");
    let edges = part.edges().map(|edge| diagram::Edge {
        from: place(edge.from),
        to: place(edge.to),
        kind: kind(edge),
        mood: if contradicts(part, edge) { Mood::Alarm } else { Mood::Plain },
    });
    let title = match part.focus {
        None => "Dependencies".to_owned(),
        Some(focus) => format!("Dependencies of {}", graph.name(focus)),
    };
    Diagram {
        title,
        description: format!("What functions and systems need: {} boxes.", nodes.len()),
        nodes: nodes.iter().map(|node| tile(part, *node)).collect(),
        edges: edges.collect(),
    }
}

fn tile(part: &Part, node: Ix) -> diagram::Node {
    let graph = &part.analysis.graph;
    diagram::Node {
        id: graph.id(node).to_owned(),
        label: graph.name(node).to_owned(),
        note: graph.rto(node).map_or(String::new(), |rto| format!("RTO {rto}")),
        kind: match graph.kind(node) {
            Kind::Function => NodeKind::Function,
            _ => NodeKind::System,
        },
        mood: match part.worst(node) {
            Some(Severity::Error) => Mood::Alarm,
            Some(Severity::Warning) => Mood::Attention,
            Some(Severity::Note) | None => Mood::Plain,
        },
    }
}

fn kind(edge: &Edge) -> EdgeKind {
    match edge.kind {
        DependencyKind::Hard => EdgeKind::Hard,
        DependencyKind::Soft => EdgeKind::Soft,
        DependencyKind::Bootstrap => EdgeKind::Bootstrap,
    }
}

fn contradicts(part: &Part, edge: &Edge) -> bool {
    objectives::contradicts(&part.analysis.graph, edge)
}
