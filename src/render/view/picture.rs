//! The dependency diagram of the programme, and what of it is drawn when it is too large to read.

use super::context::Context;
use crate::finding::Severity;
use crate::graph::{Graph, Ix};
use crate::model::{DependencyKind, Kind};
use crate::render::diagram::{Diagram, Edge, EdgeKind, Mood, Node, NodeKind};

/// The most boxes that are still easy to read on one page.
const BOXES_MAX: usize = 300;

/// A diagram with a word on what was left out of it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What to draw.
    pub diagram: Diagram,
    /// What it leaves out, if anything.
    pub left_out: Option<String>,
}

/// The diagram of the whole programme, or of what decides when the functions are back.
pub fn picture(context: &Context) -> Option<Picture> {
    let graph = &context.analysis.graph;
    let all: Vec<Ix> = graph.all().collect();
    let total = all.len();
    let (chosen, what) = if total <= BOXES_MAX {
        (all, "")
    } else {
        let what = "the functions and the chains that decide when they are back";
        (critical(context), what)
    };
    if chosen.is_empty() || chosen.len() > BOXES_MAX {
        return None;
    }
    let left_out = total.checked_sub(chosen.len()).filter(|left| *left > 0);
    let left_out = left_out.map(|left| {
        format!("Drawn are {what}; {left} further functions and systems are in the table only.")
    });
    let diagram = diagram(context, graph, &chosen);
    Some(Picture { diagram, left_out })
}

fn critical(context: &Context) -> Vec<Ix> {
    let functions = context.analysis.graph.functions();
    let chains = functions.flat_map(|f| context.analysis.objectives.critical_path(f));
    let mut nodes: Vec<Ix> = chains.collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

fn diagram(context: &Context, graph: &Graph, chosen: &[Ix]) -> Diagram {
    let place = |node: Ix| chosen.binary_search(&node).ok();
    let edges = graph.edges.iter().filter_map(|edge| {
        Some(Edge {
            from: place(edge.from)?,
            to: place(edge.to)?,
            kind: kind(edge.kind),
            mood: if crate::graph::objectives::contradicts(graph, edge) {
                Mood::Alarm
            } else {
                Mood::Plain
            },
        })
    });
    let functions = graph.functions().count();
    Diagram {
        title: "Dependency diagram".to_owned(),
        description: format!(
            "{functions} critical functions and the systems they need, as boxes; an arrow goes \
             from what needs to what is needed. The table of dependencies says the same in words."
        ),
        nodes: chosen
            .iter()
            .map(|node| self::node(context, graph, *node))
            .collect(),
        edges: edges.collect(),
    }
}

fn node(context: &Context, graph: &Graph, node: Ix) -> Node {
    let kind = graph.kind(node);
    Node {
        id: graph.id(node).to_owned(),
        label: graph.name(node).to_owned(),
        note: graph
            .rto(node)
            .map_or_else(|| "no RTO".to_owned(), |rto| format!("RTO {rto}")),
        kind: if kind == Kind::Function {
            NodeKind::Function
        } else {
            NodeKind::System
        },
        mood: mood(context, kind, graph.id(node)),
    }
}

/// The worst open finding about a thing.
fn mood(context: &Context, kind: Kind, id: &str) -> Mood {
    let about = context.input.findings.iter().filter(|finding| {
        let subject = finding.subject.as_ref();
        finding.counts() && subject.is_some_and(|s| s.kind == kind && s.id == id)
    });
    match about.map(|finding| finding.severity).max() {
        Some(Severity::Error) => Mood::Alarm,
        Some(Severity::Warning) => Mood::Attention,
        Some(Severity::Note) | None => Mood::Plain,
    }
}

fn kind(kind: DependencyKind) -> EdgeKind {
    match kind {
        DependencyKind::Hard => EdgeKind::Hard,
        DependencyKind::Soft => EdgeKind::Soft,
        DependencyKind::Bootstrap => EdgeKind::Bootstrap,
    }
}
