//! A system that promises nothing.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    system_without_objectives, "system-without-objectives", Warning,
    "A system lacks the objectives it has to meet",
    clauses: ["BC-17", "BC-25", "CP-2", "ISO 22301 8.2.2", "DORA 12(6)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let (graph, objectives) = (&context.analysis.graph, &context.analysis.objectives);
    for node in graph.systems() {
        let Some(system) = graph.system(node) else {
            continue;
        };
        // Whether it holds data at all is `data-not-stated`'s business, not ours.
        let no_rpo = system.rpo.is_none() && system.holds_data == Some(true);
        let (lacks, write) = match (system.rto, no_rpo) {
            (None, false) => ("no RTO", "`rto:`, the time by which it must be back"),
            (None, true) => ("neither an RTO nor an RPO", "`rto:` and `rpo:`"),
            (Some(_), true) => (
                "no RPO although it holds data",
                "`rpo:`, how much data, in time, may be lost",
            ),
            (Some(_), false) => continue,
        };
        let mut finding = CHECK
            .finding(format!("`{}` has {lacks}", system.id))
            .at(system.at().place())
            .about(Kind::System, system.id.as_str())
            .help(format!("Write {write}, and have management approve it."));
        // Without its own, what is due follows from what needs it.
        let setter = objectives.due_chain(node).pop().filter(|end| *end != node);
        if let (None, Some(due), Some(setter)) = (system.rto, objectives.due[node.at()], setter) {
            let note = format!("`{}` leaves it {} at most", graph.id(setter), due.words());
            finding = finding.also(graph.rto_place(setter), note);
        }
        findings.push(finding);
    }
}
