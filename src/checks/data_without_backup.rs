//! Data that nobody copies.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::model::Kind;

pub const CHECK: Check = check! {
    data_without_backup, "data-without-backup", Error,
    "A system holds data that no backup copies",
    clauses: ["BC-19", "BC-26", "BC-28", "A1.2(8)", "CP-9", "DORA 12(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let copies = Copies::new(context.programme);
    let systems = copies::data_systems(context.programme);
    for system in systems.filter(|system| copies.of(system.id.as_str()).is_empty()) {
        findings.push(
            CHECK
                .finding(format!("no backup copies the data of `{}`", system.id))
                .at(system.at().key("holds-data"))
                .about(Kind::System, system.id.as_str())
                .help("Name it under `of` in the backup that holds it, or set one up."),
        );
    }
}
