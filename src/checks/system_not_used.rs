//! Nothing needs a system.

use std::collections::HashSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::SystemId;
use crate::model::{Kind, Programme};

pub const CHECK: Check = check! {
    system_not_used, "system-not-used", Note,
    "Nothing in the plans needs a system",
    clauses: ["BC-09", "BC-17", "SP 800-34 B"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    let used = used(context.programme);
    for node in graph.systems() {
        // What needs only itself is still needed by nothing.
        let needed = graph.needed_by(node).any(|edge| edge.from != node);
        let Some(system) = graph.system(node) else {
            continue;
        };
        if needed || used.contains(system.id.as_str()) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nothing needs `{}`", system.id))
                .at(system.at().place())
                .about(Kind::System, system.id.as_str())
                .help("Name it under `depends-on` of what needs it, or remove it if it is gone."),
        );
    }
}

/// The systems that are needed otherwise than by `depends-on`: to reach people, to follow a
/// procedure, to keep something in.
fn used(programme: &Programme) -> HashSet<&str> {
    let people = programme.people.iter().flat_map(|person| &person.contacts);
    let vendors = programme.vendors.iter().flat_map(|vendor| &vendor.contacts);
    let steps = programme
        .procedures
        .iter()
        .flat_map(|procedure| &procedure.steps);
    let escalations = programme
        .vendors
        .iter()
        .flat_map(|vendor| &vendor.escalation);
    let higher = escalations.filter_map(|step| step.contact.as_ref());
    let organization = programme.organization.iter();
    let distribution = organization.flat_map(|o| &o.distribution);
    let contacts = people.chain(vendors).chain(higher);
    let all = contacts
        .filter_map(|contact| contact.needs.as_ref())
        .chain(steps.clone().flat_map(|step| &step.tools))
        .chain(steps.filter_map(|step| step.tell.as_ref()?.needs.as_ref()))
        .chain(
            programme
                .communications
                .iter()
                .filter_map(|c| c.needs.as_ref()),
        )
        .chain(
            programme
                .credentials
                .iter()
                .filter_map(|c| c.kept_in.as_ref()),
        )
        .chain(programme.backups.iter().filter_map(|b| b.kept_on.as_ref()))
        .chain(distribution.filter_map(|copy| copy.system.as_ref()));
    all.map(SystemId::as_str).collect()
}
