//! Functions need a system, and nobody wrote down how to bring it back.

use super::{Check, Context, Run, needed};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    system_without_procedure, "system-without-procedure", Error,
    "A function needs a system that no procedure brings back",
    clauses: ["BC-05", "BC-20", "SP 800-34 4.2", "ISO 22301 8.4.4", "DORA 11(3)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    let needed = needed::by_functions(graph);
    for node in graph.systems() {
        let (Some(system), Some(function)) = (graph.system(node), needed[node.at()]) else {
            continue;
        };
        // How a vendor restores its service is `vendor-without-restoration-plan`'s business.
        if system.states(|system| system.procedure.is_some() || system.vendor.is_some()) {
            continue;
        }
        let (id, function_id) = (&system.id, graph.id(function));
        let message = format!("`{function_id}` needs `{id}`, which no procedure brings back");
        findings.push(
            CHECK
                .finding(message)
                .at(system.at().place())
                .also(graph.at(function).place(), format!("this needs `{id}`"))
                .about(Kind::System, id.as_str())
                .help("Write the steps as a procedure, and name it as the system's `procedure`."),
        );
    }
}
