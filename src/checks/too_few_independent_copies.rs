//! A system has fewer independent copies that are proven than policy demands.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::model::Kind;

pub const CHECK: Check = check! {
    too_few_independent_copies, "too-few-independent-copies", Error,
    "A system has fewer independent copies that are proven than policy demands",
    clauses: ["BC-28", "SP 800-34 5.1.2", "A1.2(11)", "CP-9(3)", "DORA 12(3)"],
    run: Run::Programme(run),
    runs: beside,
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Context {
        programme,
        record,
        now,
        ..
    } = *context;
    let copies = Copies::new(programme);
    for system in copies::data_systems(programme) {
        // Data without any backup is `data-without-backup`'s business, not ours.
        let own = copies.of(system.id.as_str());
        let joint = record.joint(programme, (system, own), now);
        let Some(joint) = joint.filter(|joint| joint.short.is_some()) else {
            continue;
        };
        let stated = system.at_where(|declared| declared.independent_copies.is_some());
        let key = match system.independent_copies {
            Some(_) => "independent-copies",
            None => "holds-data",
        };
        findings.push(
            CHECK
                .finding(format!("of `{}` {}", system.id, joint.words()))
                .at(stated.key(key))
                .about(Kind::System, system.id.as_str())
                .help(
                    "State `site`, `credential` and `verify` of its copies, keep them apart in all \
                     three, and verify each: `mainstay backup verify`.",
                ),
        );
    }
}
