//! A function needs a store that can lose more data than the function can bear.

use super::{Check, Context, Run};
use crate::finding::Finding;
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
        if reach.at_least().is_none_or(|loss| loss <= rpo.0) {
            continue;
        }
        let explained = Rpo::new(analysis, node);
        // A store without a figure is `data-without-backup`'s business, not ours.
        let mut known = explained.stores.iter();
        let known = known.find_map(|store| Some((store, store.given?)));
        let Some((worst, given)) = known else {
            continue;
        };
        let (id, store, loss) = (graph.id(node), graph.id(worst.node), given.loss.words());
        let chain: Vec<_> = worst
            .chain
            .iter()
            .map(|n| format!("`{}`", graph.id(*n)))
            .collect();
        let why = match given.basis {
            Basis::Stated => format!("`{store}` promises no better than {loss} here"),
            Basis::Backup(backup) => {
                let backup = &graph.programme.backups[backup as usize].id;
                format!("`{backup}`, its most frequent backup, is made every {loss}")
            }
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
