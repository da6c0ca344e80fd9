//! A function needs a store that can lose more data than the function can bear.
//!
//! It is the worse of what the store promises and what its last run lost. What was lost of the
//! function itself is `rpa-exceeds-rpo`'s business.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Recorded;
use crate::graph::explain::Rpo;
use crate::graph::rpo::Basis;
use crate::model::Kind;

pub const CHECK: Check = check! {
    rpo_older_than_function, "rpo-older-than-function", Error,
    "A function needs data that can be restored only to an older state than it can bear",
    clauses: ["BC-19", "BC-25", "SP 800-34 3.4", "A1.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let graph = &analysis.graph;
    for node in graph.functions() {
        let Some(rpo) = graph.rpo(node) else { continue };
        let reach = analysis.rpo.reach(&analysis.order, node);
        if reach.worst().is_none_or(|(loss, _)| loss <= rpo.0) {
            continue;
        }
        let explained = Rpo::new(analysis, node);
        // A store without a figure is `data-without-backup`'s business, not ours.
        let mut others = explained.stores.iter().filter(|store| store.node != node);
        let worst = others.find_map(|store| Some((store, store.loss?)));
        let Some((worst, loss)) = worst.filter(|(_, loss)| *loss > rpo.0) else {
            continue;
        };
        let (id, store, loss) = (graph.id(node), graph.id(worst.node), loss.words());
        let chain: Vec<_> = worst
            .chain
            .iter()
            .map(|n| format!("`{}`", graph.id(*n)))
            .collect();
        let lost = analysis.rpo.broken(graph, worst.node);
        let why = match (lost, worst.given.map(|given| given.basis)) {
            (Some(Recorded { run, on, .. }), _) => {
                format!("run `{run}` on {on} lost {loss} of its data")
            }
            (None, Some(Basis::Backup(backup))) => {
                let backup = &graph.programme.backups[backup as usize].id;
                format!("`{backup}`, its most frequent backup, is made every {loss}")
            }
            (None, _) => format!("`{store}` promises no better than {loss} here"),
        };
        let message = format!("`{id}` may lose {rpo} of data, but `{store}` can lose {loss}");
        findings.push(
            CHECK
                .finding(message)
                .at(graph.rpo_place(node))
                .also(worst.place.clone(), why)
                .about(Kind::Function, id)
                .help(format!(
                    "It is needed by way of {}. Back it up more often, replicate it, or allow \
                     `{id}` to lose more.",
                    chain.join(", then ")
                ))
                .decide(
                    format!("How is `{id}` to lose no more than {rpo} of data?"),
                    [
                        format!("Copy the data of `{store}` at least every {rpo}."),
                        format!("Accept a loss of {loss} for `{id}`."),
                    ],
                ),
        );
    }
}
