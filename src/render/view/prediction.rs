//! When each function is predicted to be back, why, and what time each system really has.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::functions::ranked;
use super::readiness::in_time;
use super::sequence::{figure, named};
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::graph::doubt::Doubt;
use crate::graph::rpo::Lack;
use crate::graph::{Analysis, Ix, fix};
use crate::model::Visibility;
use crate::time::Duration;

pub const SECTION: Section = Section {
    id: "prediction",
    title: "Predicted recovery and time budgets",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-17",
        "BC-23",
        "BC-25",
        "SP 800-34 B",
        "ISO 22301 8.3",
        "A1.2",
        "CC7.5",
    ],
    keys: &["functions", "systems"],
    missing: "Nothing can be predicted: no function and no system is declared.",
    build,
};

#[derive(Serialize)]
struct Prediction {
    reaction: String,
    functions: Vec<Forecast>,
    losses: Vec<Loss>,
    late: usize,
    systems: Vec<Budget>,
}

/// When a function is back, and the chain that decides it.
#[derive(Serialize)]
struct Forecast {
    name: Named,
    rto: Option<Figure>,
    back: Option<Figure>,
    shared: Option<Figure>,
    waits: Option<String>,
    verdict: String,
    mood: Mood,
    chain: Vec<Link>,
    cheapest: Vec<String>,
}

/// One recovery on the chain.
#[derive(Serialize)]
struct Link {
    name: Named,
    own: Option<Figure>,
    back: Option<Figure>,
}

/// How much data a function can really lose, over all the stores it needs.
#[derive(Serialize)]
struct Loss {
    name: Named,
    rpo: Option<Figure>,
    loss: Option<Figure>,
    skew: Option<Figure>,
    unstated: Option<Named>,
    lacks: &'static str,
    verdict: &'static str,
    mood: Mood,
}

/// By when a system must be back, and what time that leaves it.
#[derive(Serialize)]
struct Budget {
    name: Named,
    rto: Option<Figure>,
    due: Option<Figure>,
    set_by: Named,
    budget: Option<Figure>,
    own: Option<Figure>,
    back: Option<Figure>,
    excess: Option<Figure>,
}

fn build(context: &Context) -> Option<Value> {
    let (graph, objectives) = (&context.analysis.graph, &context.analysis.objectives);
    // A system may have the id of a function, by mistake.
    let by_id: BTreeMap<&str, Ix> = graph
        .functions()
        .map(|node| (graph.id(node), node))
        .collect();
    let functions = ranked(context.programme).filter_map(|f| by_id.get(f.id.as_str()));
    let nodes: Vec<Ix> = functions.copied().collect();
    let functions: Vec<_> = nodes.iter().map(|node| forecast(context, *node)).collect();
    let mut systems: Vec<Ix> = graph.systems().collect();
    let late = systems
        .iter()
        .filter(|node| objectives.excess(**node).is_some())
        .count();
    systems.sort_by_key(|node| std::cmp::Reverse(objectives.excess(*node)));
    let prediction = Prediction {
        reaction: objectives.reaction.words(),
        late,
        systems: systems
            .into_iter()
            .map(|node| budget(context, node))
            .collect(),
        functions,
        losses: nodes.iter().map(|node| loss(context, *node)).collect(),
    };
    (!graph.nodes.is_empty()).then(|| shown(prediction))
}

fn forecast(context: &Context, node: Ix) -> Forecast {
    let objectives = &context.analysis.objectives;
    let rto = context.analysis.graph.rto(node);
    let shared = context
        .analysis
        .capacity
        .back_at(&context.analysis.order, node);
    let over = rto.and_then(|rto| shared.less(rto.0));
    let (verdict, mood) = match (rto, in_time(context, node), over) {
        (None, ..) => ("no objective to compare with".to_owned(), Mood::Gap),
        (_, true, _) => ("in time".to_owned(), Mood::Fine),
        (.., Some(over)) if over > Duration::ZERO => {
            (format!("late by {}", over.words()), Mood::Gap)
        }
        _ => (untold(context, objectives.doubt[node.at()]), Mood::Gap),
    };
    let mut chain = objectives.critical_path(node);
    chain.reverse();
    let link = |node: Ix| Link {
        name: named(context, node),
        own: figure(context, node, "own"),
        back: figure(context, node, "back"),
    };
    Forecast {
        name: named(context, node),
        rto: figure(context, node, "rto"),
        back: figure(context, node, "back"),
        shared: figure(context, node, "shared"),
        waits: waits(context, node),
        verdict,
        mood,
        chain: chain
            .into_iter()
            .filter(|step| *step != node)
            .map(link)
            .collect(),
        cheapest: rto.map_or_else(Vec::new, |rto| cheapest(context, node, rto.0)),
    }
}

/// Why it cannot be told whether something is back in time, though its figures would allow it.
pub fn untold(context: &Context, doubt: Option<Doubt>) -> String {
    let graph = &context.analysis.graph;
    let why = doubt.map(|doubt| format!(": {}", doubt.words(graph, |node| graph.name(node))));
    format!("cannot be told{}", why.unwrap_or_default())
}

/// What the recoveries of a function wait for longest, if they wait.
fn waits(context: &Context, node: Ix) -> Option<String> {
    let Analysis {
        capacity,
        order,
        footing,
        ..
    } = context.analysis;
    let (resource, time) = capacity.bottleneck(order, node)?;
    let holder = footing.resources[resource as usize].holder;
    Some(format!(
        "waits {} for {}",
        time.words(),
        holder.name(context.programme)
    ))
}

/// What would bring a late function back in time, each by itself.
fn cheapest(context: &Context, node: Ix, rto: Duration) -> Vec<String> {
    let Analysis {
        graph,
        order,
        objectives,
        ..
    } = context.analysis;
    let Some(fix) = fix::cheapest(graph, order, objectives, node, rto) else {
        return Vec::new();
    };
    let recovery = fix
        .recovery
        .map(|(step, time)| format!("bring {} back in {}", graph.name(step), time.words()));
    let dependency = fix.dependency.map(|edge| {
        format!(
            "let {} work without {}",
            graph.name(edge.from),
            graph.name(edge.to)
        )
    });
    recovery.into_iter().chain(dependency).collect()
}

fn loss(context: &Context, node: Ix) -> Loss {
    let reach = context.analysis.rpo.reach(&context.analysis.order, node);
    let promised = context.analysis.graph.rpo(node).map(|rpo| rpo.0);
    let (verdict, mood) = match (promised, reach.effective(), reach.unstated) {
        (_, None, None) => ("needs no data that is declared", Mood::Fine),
        (_, _, Some(_)) => ("nobody can say", Mood::Gap),
        (None, ..) => ("no objective to compare with", Mood::Gap),
        (Some(rpo), Some(loss), None) if loss > rpo => ("more than promised", Mood::Gap),
        (Some(_), Some(_), None) => ("as promised", Mood::Fine),
    };
    Loss {
        name: named(context, node),
        rpo: figure(context, node, "rpo"),
        loss: figure(context, node, "loss"),
        skew: figure(context, node, "skew"),
        lacks: reach.unstated.map_or("", |store| {
            let lack = context.analysis.rpo.lack[store.at()];
            lack.map_or("states nothing", Lack::words)
        }),
        unstated: reach.unstated.map(|store| named(context, store)),
        verdict,
        mood,
    }
}

fn budget(context: &Context, node: Ix) -> Budget {
    let chain = context.analysis.objectives.due_chain(node);
    Budget {
        name: named(context, node),
        rto: figure(context, node, "rto"),
        due: figure(context, node, "due"),
        set_by: named(context, *chain.last().unwrap_or(&node)),
        budget: figure(context, node, "budget"),
        own: figure(context, node, "own"),
        back: figure(context, node, "back"),
        excess: figure(context, node, "excess"),
    }
}
