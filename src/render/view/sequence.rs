//! The order in which things come back: waves, and circles that must be opened.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::systems;
use super::value::{Figure, Named};
use super::{Part, Section, shown};
use crate::graph::{Edge, Ix, order::Cycle};
use crate::model::{Kind, Visibility};

pub const SECTION: Section = Section {
    id: "sequence",
    title: "Recovery sequence",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-17",
        "BC-23",
        "SP 800-34 4.1",
        "ISO 22301 8.4.5",
        "DORA 12(6)",
    ],
    keys: &["systems"],
    missing: "There is nothing to bring back: no function and no system is declared.",
    build,
};

#[derive(Serialize)]
struct Sequence {
    waves: Vec<Wave>,
    cycles: Vec<CycleView>,
}

/// Things that can come back at the same time, once everything in the waves before is back.
#[derive(Serialize)]
struct Wave {
    number: usize,
    members: Vec<Member>,
}

#[derive(Serialize)]
struct Member {
    name: Named,
    kind: &'static str,
    owner: Option<Named>,
    strategy: Option<String>,
    procedure: Option<Named>,
    own: Option<Figure>,
    back: Option<Figure>,
}

/// Things that need each other in a circle.
#[derive(Serialize)]
struct CycleView {
    chain: Vec<Named>,
    members: Vec<Named>,
    relax: Vec<Relax>,
}

/// A dependency that opens the circle when it is marked soft or bootstrap.
#[derive(Serialize)]
struct Relax {
    from: Named,
    to: Named,
}

fn build(context: &Context) -> Option<Value> {
    let graph = &context.analysis.graph;
    let waves: Vec<_> = (1..)
        .zip(context.analysis.order.waves())
        .map(|(number, nodes)| Wave {
            number,
            members: nodes
                .into_iter()
                .map(|node| member(context, node))
                .collect(),
        })
        .collect();
    let cycles = context.analysis.order.cycles(graph);
    let cycles = cycles.iter().map(|cycle| circle(context, cycle)).collect();
    (!waves.is_empty()).then(|| shown(Sequence { waves, cycles }))
}

/// The name of a node.
pub(super) fn named(context: &Context, node: Ix) -> Named {
    context.named(
        context.analysis.graph.kind(node),
        context.analysis.graph.id(node),
    )
}

/// A figure of a node.
pub(super) fn figure(context: &Context, node: Ix, what: &str) -> Option<Figure> {
    let graph = &context.analysis.graph;
    context.figure(&format!(
        "{}.{}.{what}",
        graph.kind(node).word(),
        graph.id(node)
    ))
}

fn member(context: &Context, node: Ix) -> Member {
    let graph = &context.analysis.graph;
    let (system, function) = (graph.system(node), graph.function(node));
    let owner = system.and_then(|system| systems::owner(context, system));
    let procedure = system.and_then(|system| system.procedure.as_ref());
    Member {
        name: named(context, node),
        kind: graph.kind(node).word(),
        owner: owner.or_else(|| context.party_of(function.and_then(|f| f.owner.as_ref()))),
        strategy: system
            .and_then(|s| s.recovery.as_ref())
            .map(|r| r.strategy.clone()),
        procedure: procedure.map(|id| context.named(Kind::Procedure, id.as_str())),
        own: figure(context, node, "own"),
        back: figure(context, node, "back"),
    }
}

fn circle(context: &Context, cycle: &Cycle) -> CycleView {
    let mut chain: Vec<Named> = cycle
        .shortest
        .iter()
        .map(|e| named(context, e.from))
        .collect();
    chain.extend(chain.first().cloned());
    let relax = |edge: &Edge| Relax {
        from: named(context, edge.from),
        to: named(context, edge.to),
    };
    CycleView {
        chain,
        members: cycle
            .members
            .iter()
            .map(|node| named(context, *node))
            .collect(),
        relax: cycle.relax.iter().map(relax).collect(),
    }
}
