//! A function would be in time, but its recoveries wait for one person or link.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::footing::Holder;
use crate::graph::{Analysis, Ix};
use crate::model::{Kind, Origin, Programme};

pub const CHECK: Check = check! {
    bottleneck, "bottleneck", Warning,
    "A function comes back late only because recoveries wait for one person or link",
    clauses: ["BC-20", "BC-26", "A1.1", "ISO 22301 8.3.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for node in analysis.graph.functions() {
        let Some(rto) = analysis.graph.rto(node) else {
            continue;
        };
        let back = analysis.objectives.back_at[node.at()];
        let with_waiting = analysis.capacity.back_at(&analysis.order, node);
        // What is late without any waiting is `predicted-too-late`'s business, not ours.
        if back <= rto.0 && with_waiting > rto.0 {
            findings.extend(finding(analysis, node));
        }
    }
}

fn finding(analysis: &Analysis, node: Ix) -> Option<Finding> {
    let programme = analysis.graph.programme;
    let (place, waited) = analysis.capacity.bottleneck(&analysis.order, node)?;
    let resource = analysis.footing.resources[place as usize];
    let load = analysis.capacity.loads()[place as usize];
    let (id, who) = (analysis.graph.id(node), resource.holder.id(programme));
    let back = analysis.capacity.back_at(&analysis.order, node).words();
    let alone = analysis.objectives.back_at[node.at()].words();
    let rto = analysis.graph.rto(node)?.0.words();
    let message = format!(
        "`{id}` is back after {back} instead of {alone}, because recoveries on its way wait {} \
         for `{who}`; it must be back in {rto}",
        waited.words()
    );
    let carries = format!(
        "`{who}` works on {} at one time and is needed for {} in all",
        match resource.parallel {
            1 => "one recovery".to_owned(),
            several => format!("{several} recoveries"),
        },
        load.busy.words()
    );
    Some(
        CHECK
            .finding(message)
            .at(analysis.graph.rto_place(node))
            .also(origin(programme, resource.holder).key("id"), carries)
            .about(Kind::Function, id)
            .help(format!(
                "Have somebody or something else do part of it, let `{who}` do more at one time \
                 (`parallel`), or recover what `{id}` needs before the rest."
            ))
            .decide(
                format!("How is `{id}` to be back in {rto}, when so much hangs on `{who}`?"),
                [
                    format!("Train or provide another beside `{who}`."),
                    format!("Accept {back} for `{id}`."),
                ],
            ),
    )
}

fn origin(programme: &Programme, holder: Holder) -> Origin {
    match holder {
        Holder::Person(at) => programme.people[at as usize].at(),
        Holder::Role(at) => programme.roles[at as usize].at(),
        Holder::Capacity(at) => programme.capacities[at as usize].at(),
    }
}
