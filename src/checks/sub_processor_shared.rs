//! Several vendors of ours rely on the same one behind them.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Graph;
use crate::graph::fate::SharedSupplier;
use crate::graph::single::lost_words;
use crate::model::Kind;

pub const CHECK: Check = check! {
    sub_processor_shared, "sub-processor-shared", Warning,
    "Several vendors rely on the same one behind them",
    clauses: ["BC-31", "CC9.2", "ISO 22301 8.3.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let shared = &analysis.fate.suppliers;
    findings.extend(shared.iter().map(|shared| finding(&analysis.graph, shared)));
}

fn finding(graph: &Graph, shared: &SharedSupplier) -> Finding {
    let vendors = &graph.programme.vendors;
    let supplier = &vendors[shared.supplier as usize];
    let ours = shared.vendors.iter().map(|at| &vendors[*at as usize]);
    let ids: Vec<_> = ours
        .clone()
        .map(|vendor| format!("`{}`", vendor.id))
        .collect();
    let id = &supplier.id;
    let message = format!(
        "{} rely on `{id}`, with which {}",
        ids.join(" and "),
        lost_words(graph, &shared.functions)
    );
    let mut finding = CHECK
        .finding(message)
        .at(supplier.at().key("id"))
        .about(Kind::Vendor, id.as_str())
        .help(
            "Ask each vendor how it goes on without it, count them as one when you plan \
             alternatives, or replace one of them.",
        );
    for vendor in ours {
        let direct = vendor.sub_processors.iter().position(|sub| sub == id);
        let list = vendor.at().key("sub-processors");
        let place = direct.map_or_else(|| list.clone(), |i| list.clone().index(i));
        finding = finding.also(place, format!("`{}` relies on it", vendor.id));
    }
    finding
}
