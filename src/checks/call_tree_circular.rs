//! A call tree that goes round in a circle.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::words;
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{CallTree, Item, Kind};

pub const CHECK: Check = check! {
    call_tree_circular, "call-tree-circular", Warning,
    "A call tree goes round in a circle",
    clauses: ["SP 800-34 3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for tree in &context.programme.call_trees {
        let calls = calls(tree);
        for circle in circles(&calls) {
            let inside = |call: &&Call| circle.contains(call.from) && circle.contains(call.to);
            // The last call of the circle, as it is written, is the one that closes it.
            let Some(last) = calls.iter().rfind(inside) else {
                continue;
            };
            let names: Vec<_> = circle.iter().copied().collect();
            let message = match &names[..] {
                [only] => format!(
                    "`{only}` is to call themselves in the call tree `{}`",
                    tree.id
                ),
                _ => format!(
                    "{} call each other in a circle in the call tree `{}`",
                    words::quoted(names),
                    tree.id
                ),
            };
            findings.push(
                CHECK
                    .finding(message)
                    .at(last.at.clone())
                    .about(Kind::CallTree, tree.id.as_str())
                    .help("Remove one of these calls, so that each is called once, from above."),
            );
        }
    }
}

/// One call: who calls, whom, and where that is written.
struct Call<'p> {
    from: &'p str,
    to: &'p str,
    at: Place,
}

fn calls(tree: &Item<CallTree>) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (i, call) in tree.calls.iter().enumerate() {
        for (j, to) in call.to.iter().enumerate() {
            calls.push(Call {
                from: call.from.as_str(),
                to: to.as_str(),
                at: tree.at().key("calls").index(i).key("to").index(j),
            });
        }
    }
    calls
}

/// Those who call each other in a circle, each circle by itself.
fn circles<'p>(calls: &[Call<'p>]) -> Vec<BTreeSet<&'p str>> {
    let names: BTreeSet<_> = calls.iter().flat_map(|call| [call.from, call.to]).collect();
    let names: Vec<_> = names.into_iter().collect();
    let mut graph = DiGraph::<(), ()>::new();
    let nodes: Vec<_> = names.iter().map(|_| graph.add_node(())).collect();
    let node = |name| {
        nodes[names
            .binary_search(&name)
            .expect("every name is in the list")]
    };
    for call in calls {
        graph.add_edge(node(call.from), node(call.to), ());
    }
    let circular =
        |members: &Vec<_>| members.len() > 1 || graph.contains_edge(members[0], members[0]);
    let circles = kosaraju_scc(&graph).into_iter().filter(circular);
    circles
        .map(|members| {
            members
                .into_iter()
                .map(|node| names[node.index()])
                .collect()
        })
        .collect()
}
