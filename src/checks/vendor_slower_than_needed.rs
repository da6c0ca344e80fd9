//! A vendor promises to restore its service later than it is needed.

use super::supplied::Supplied;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Ix;
use crate::model::{Item, Kind, Vendor};
use crate::time::Duration;

pub const CHECK: Check = check! {
    vendor_slower_than_needed, "vendor-slower-than-needed", Error,
    "A vendor promises to restore its service later than it is needed",
    clauses: ["BC-17", "BC-31", "CP-2(7)", "CC9.2(1)", "ISO 22301 8.3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let supplied = Supplied::new(&context.analysis.graph);
    let due = &context.analysis.objectives.due;
    for vendor in &context.programme.vendors {
        let Some(promised) = vendor.restores_within else {
            continue;
        };
        let systems = supplied.by(vendor.id.as_str()).iter();
        let due = systems.filter_map(|node| Some((due[node.at()]?, *node)));
        // Where those who need it leave no time at all, they are at fault and not the vendor.
        let possible = due.filter(|(due, _)| *due > Duration::ZERO);
        // The system that is needed first is the measure; what suits it suits the others.
        let first = possible.min();
        if let Some((due, node)) = first.filter(|(due, _)| promised > *due) {
            findings.push(late(context, vendor, promised, (due, node)));
        }
    }
}

fn late(
    context: &Context,
    vendor: &Item<Vendor>,
    promised: Duration,
    (due, node): (Duration, Ix),
) -> Finding {
    let (graph, objectives) = (&context.analysis.graph, &context.analysis.objectives);
    let (id, system) = (&vendor.id, graph.id(node));
    let (promised, due) = (promised.words(), due.words());
    let setter = objectives.due_chain(node).pop().unwrap_or(node);
    let note = match graph.rto(setter) {
        Some(rto) => format!("`{}` must be back in {rto}", graph.id(setter)),
        None => format!("`{}` needs it by then", graph.id(setter)),
    };
    CHECK
        .finding(format!(
            "`{system}` must be back in {due}, but `{id}` restores it within {promised}"
        ))
        .at(vendor.at().key("restores-within"))
        .also(
            graph.at(node).key("vendor"),
            format!("`{id}` supplies `{system}`"),
        )
        .also(graph.rto_place(setter), note)
        .about(Kind::Vendor, id.as_str())
        .help(format!(
            "Agree on {due} with `{id}`, prepare to do without it for longer, or allow more time."
        ))
        .decide(
            format!("How is `{system}` to be back in {due} when `{id}` promises {promised}?"),
            [
                format!("Pay `{id}` or another vendor for a restoration within {due}."),
                format!("Prepare a way to work without `{system}` for {promised}."),
                format!("Accept {promised} for `{system}`."),
            ],
        )
}
