//! A step needs what is down in the very scenario it serves.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::paradox::{Means, Paradox};
use crate::graph::{Graph, Ix};
use crate::model::Kind;

pub const CHECK: Check = check! {
    step_tool_down, "step-tool-down", Error,
    "A step of a procedure needs what is down in the scenario it serves",
    clauses: ["BC-07", "BC-27", "BC-30", "ISO 22301 8.4.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let mut all: Vec<&Paradox> = context.analysis.paradoxes.iter().collect();
    // One finding for each place, whatever the number of scenarios.
    all.sort_by(|a, b| a.place.cmp(&b.place));
    let same = all.chunk_by(|a, b| a.place == b.place);
    findings.extend(same.map(|paradoxes| finding(&context.analysis.graph, paradoxes)));
}

fn finding(graph: &Graph, paradoxes: &[&Paradox]) -> Finding {
    let paradox = paradoxes[0];
    let procedure = &paradox.procedure.id;
    let step = &paradox.procedure.steps[paradox.step].id;
    let scenarios: Vec<_> = paradoxes
        .iter()
        .map(|p| format!("`{}`", p.scenario.id))
        .collect();
    let scenarios = scenarios.join(" and ");
    let message = format!(
        "step `{step}` of `{procedure}` {} in {scenarios}",
        missing(graph, &paradox.means)
    );
    let mut finding = CHECK
        .finding(message)
        .at(paradox.place.clone())
        .about(Kind::Procedure, procedure.as_str())
        .help(
            "Say how the step is done without it, have it back first (`depends-on`), or keep a \
             copy that needs none of our systems.",
        );
    if let Some(chain) = chain(&paradox.means) {
        for pair in chain.windows(2) {
            let (from, to) = (graph.id(pair[0]), graph.id(pair[1]));
            let place = graph
                .needs(pair[0])
                .find(|e| e.to == pair[1])
                .map(|e| graph.place(e));
            let place = place.unwrap_or_else(|| graph.at(pair[0]).place());
            finding = finding.also(place, format!("`{from}` needs `{to}`, which is down"));
        }
    }
    finding.also(
        paradox.scenario.at().key("takes-down"),
        "this is what happens",
    )
}

/// What the step lacks.
fn missing(graph: &Graph, means: &Means) -> String {
    let programme = graph.programme;
    match means {
        Means::Tool(chain) => format!("needs `{}`, which is down", graph.id(chain[0])),
        Means::Channel(chain) => {
            format!(
                "tells somebody by way of `{}`, which is down",
                graph.id(chain[0])
            )
        }
        Means::Credential(at) => {
            let id = &programme.credentials[*at as usize].id;
            format!("needs the credential `{id}`, which cannot be used")
        }
        Means::KeptIn(at, chain) => {
            let id = &programme.credentials[*at as usize].id;
            format!(
                "needs `{id}`, which is kept in `{}`, which is down",
                graph.id(chain[0])
            )
        }
        Means::Role(at) => {
            format!(
                "has nobody left in the role `{}`",
                programme.roles[*at as usize].id
            )
        }
    }
}

fn chain(means: &Means) -> Option<&[Ix]> {
    match means {
        Means::Tool(chain) | Means::Channel(chain) | Means::KeptIn(_, chain) => Some(chain),
        Means::Credential(_) | Means::Role(_) => None,
    }
}
