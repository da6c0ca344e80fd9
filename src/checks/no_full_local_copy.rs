//! Data without the additional full local copy.

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_full_local_copy, "no-full-local-copy", Error,
    "A system's data has no additional full local backup",
    clauses: ["BC-28", "A1.2(8)", "A1.2(11)", "CP-9"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let copies = Copies::new(context.programme);
    for system in copies::data_systems(context.programme) {
        let own = copies.of(system.id.as_str());
        // Data without any backup is `data-without-backup`'s business, not ours.
        if own.is_empty() || own.iter().any(|backup| copies::is_full_local(backup)) {
            continue;
        }
        let (id, names) = (
            &system.id,
            words::quoted(own.iter().map(|backup| backup.id.as_str())),
        );
        findings.push(
            CHECK
                .finding(format!(
                    "`{id}` has {names}, but no additional full local copy"
                ))
                .at(system.at().key("holds-data"))
                .about(Kind::System, id.as_str())
                .help("Set up a backup with `kind: full-local` and name this system under `of`."),
        );
    }
}
