//! Functions need a vendor for which there is no substitute.

use super::supplied::Supplied;
use super::{Check, Context, Run, needed};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    vendor_without_alternative, "vendor-without-alternative", Warning,
    "A function needs a vendor, and there is nothing to turn to when it is gone",
    clauses: ["BC-06", "BC-08", "CC9.2(9)", "ISO 22301 8.3.2", "DORA RTS 26(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    let (needed, supplied) = (needed::by_functions(graph), Supplied::new(graph));
    for vendor in context
        .programme
        .vendors
        .iter()
        .filter(|v| !v.states(|v| v.alternative.is_some()))
    {
        let systems = supplied.by(vendor.id.as_str()).iter();
        let first = systems
            .filter_map(|node| Some((*node, needed[node.at()]?)))
            .next();
        let Some((node, function)) = first else {
            continue;
        };
        let (id, system, function_id) = (&vendor.id, graph.id(node), graph.id(function));
        let message = format!(
            "`{function_id}` needs `{system}` from `{id}`, and nothing says what to turn to when \
             `{id}` is gone"
        );
        findings.push(
            CHECK
                .finding(message)
                .at(vendor.at().place())
                .also(
                    graph.at(node).key("vendor"),
                    format!("`{id}` supplies `{system}`"),
                )
                .about(Kind::Vendor, id.as_str())
                .help("Write `alternative:`, another vendor or another way, and what it takes."),
        );
    }
}
