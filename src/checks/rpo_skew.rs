//! The stores of a function come back as they were at different times.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::time::Duration;

pub const CHECK: Check = check! {
    rpo_skew, "rpo-skew", Note,
    "The data of one function comes back as it was at different times",
    clauses: ["BC-19", "SP 800-34 4.3.2", "A1.3(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let graph = &analysis.graph;
    for node in graph.functions() {
        let reach = analysis.rpo.reach(&analysis.order, node);
        let (Some((most, oldest)), Some((least, newest))) = (reach.most, reach.least) else {
            continue;
        };
        let Some(skew) = reach.skew().filter(|skew| *skew > Duration::ZERO) else {
            continue;
        };
        let (id, oldest_id, newest_id) = (graph.id(node), graph.id(oldest), graph.id(newest));
        let message = format!(
            "after a restore the data of `{id}` can be {} apart: `{oldest_id}` loses up to {}, \
             `{newest_id}` up to {}",
            skew.words(),
            most.words(),
            least.words()
        );
        findings.push(
            CHECK
                .finding(message)
                .at(graph.at(node).key("depends-on"))
                .also(
                    graph.at(oldest).key("id"),
                    format!("`{oldest_id}` is the older one"),
                )
                .also(
                    graph.at(newest).key("id"),
                    format!("`{newest_id}` is the newer one"),
                )
                .about(Kind::Function, id)
                .help(
                    "Restore both to the same moment, or write into the procedure how what one \
                     knows and the other does not is found and put right.",
                ),
        );
    }
}
