//! The graph for programs. The shape is stable: keys are added, never renamed.
//!
//! Times are seconds since the disruption, objectives seconds; what is not known is `null`.
//! `wave` counts from one. A circle is the ids of those who need each other, in its order.

use serde::Serialize;

use super::{Format, Part};
use crate::graph::{Edge, Ix};
use crate::text::json;

pub const FORMAT: Format = Format {
    name: "json",
    summary: "for programs: times in seconds",
    write,
};

/// Goes up when the meaning of a key changes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'a> {
    version: u32,
    nodes: Vec<Thing<'a>>,
    dependencies: Vec<Need<'a>>,
    circles: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Thing<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    rto: Option<u64>,
    rpo: Option<u64>,
    wave: u32,
    back_at: u64,
    due: Option<u64>,
    worst: Option<&'static str>,
}

#[derive(Serialize)]
struct Need<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    #[serde(rename = "for")]
    purpose: Option<&'a str>,
}

fn write(part: &Part) -> String {
    let analysis = part.analysis;
    let ids = |circle: Vec<Ix>| circle.iter().map(|node| analysis.graph.id(*node)).collect();
    json(&Whole {
        version: VERSION,
        nodes: part.nodes().map(|node| thing(part, node)).collect(),
        dependencies: part.edges().map(|edge| need(part, edge)).collect(),
        circles: part.circles().into_iter().map(ids).collect(),
    })
}

fn thing<'a>(part: &Part<'a>, node: Ix) -> Thing<'a> {
    let analysis = part.analysis;
    let (graph, times) = (&analysis.graph, &analysis.objectives);
    Thing {
        id: graph.id(node),
        name: graph.name(node),
        kind: graph.kind(node).word(),
        rto: graph.rto(node).map(|rto| rto.0.as_seconds()),
        rpo: graph.rpo(node).map(|rpo| rpo.0.as_seconds()),
        wave: analysis.order.wave[analysis.order.groups.of(node)] + 1,
        back_at: times.back_at[node.at()].as_seconds(),
        due: times.due[node.at()].map(|due| due.as_seconds()),
        worst: part.worst(node).map(|severity| severity.word()),
    }
}

fn need<'a>(part: &Part<'a>, edge: &Edge) -> Need<'a> {
    let graph = &part.analysis.graph;
    Need {
        from: graph.id(edge.from),
        to: graph.id(edge.to),
        kind: edge.kind.word(),
        purpose: graph.dependency(edge).purpose.as_deref(),
    }
}
