//! A circle is opened by a promise that nobody wrote down.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{DependencyKind, Kind};

pub const CHECK: Check = check! {
    bootstrap_without_procedure, "bootstrap-without-procedure", Warning,
    "Something needs itself in order to start, and nothing says how to start it another way",
    clauses: ["BC-05", "BC-17", "SP 800-34 4.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    // A bootstrap dependency that holds nobody up is one that closes a circle.
    let holds = context.analysis.order.holds.iter();
    let edges = graph.edges.iter().zip(holds);
    let circular = edges.filter(|(edge, holds)| edge.kind == DependencyKind::Bootstrap && !**holds);
    // What needs itself directly is `dependency-on-itself`'s business, not ours.
    for (edge, _) in circular.filter(|(edge, _)| edge.from != edge.to) {
        // A function is not started, so only systems are asked for a way to start.
        let Some(system) = graph.system(edge.from) else {
            continue;
        };
        if system.procedure.is_some() {
            continue;
        }
        let (needs, needed) = (graph.id(edge.from), graph.id(edge.to));
        let message = format!(
            "`{needs}` needs `{needed}` to start, `{needed}` needs `{needs}` in turn, and no \
             procedure says how to start `{needs}` without it"
        );
        findings.push(
            CHECK
                .finding(message)
                .at(graph.place(edge))
                .about(Kind::System, needs)
                .help(format!(
                    "Write the steps that start `{needs}` when `{needed}` is down, and name them \
                     as the `procedure` of `{needs}`."
                )),
        );
    }
}
