//! Every backup of a system is lost together with it.

use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::graph::Graph;
use crate::graph::fate::{Fate, Shared};
use crate::model::{Backup, Item, Kind};

pub const CHECK: Check = check! {
    backup_shares_fate, "backup-shares-fate", Error,
    "What destroys a system destroys its backup too",
    clauses: ["BC-19", "BC-28", "SP 800-34 5.1.2", "A1.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let graph = &context.analysis.graph;
    let fates = &context.analysis.fate.backups;
    // A copy that shares nothing with the system saves it; the near one is then for speed.
    let alone: Vec<&Fate> = fates
        .iter()
        .filter(|fate| fate.saved_by.is_none())
        .collect();
    for same in alone.chunk_by(|a, b| (a.backup, a.shared[0]) == (b.backup, b.shared[0])) {
        findings.push(finding(graph, same));
    }
}

fn finding(graph: &Graph, fates: &[&Fate]) -> Finding {
    let backup = &graph.programme.backups[fates[0].backup as usize];
    let systems: Vec<_> = fates
        .iter()
        .map(|f| format!("`{}`", graph.id(f.system)))
        .collect();
    let (systems, shared) = (systems.join(", "), fates[0].shared[0]);
    let id = &backup.id;
    let message = format!(
        "`{id}` is lost together with {systems}: {}",
        why(graph, shared)
    );
    let first = fates[0].system;
    CHECK
        .finding(message)
        .at(place(backup, shared))
        .also(
            graph.at(first).key("id"),
            "and no other copy is independent of this system",
        )
        .about(Kind::Backup, id.as_str())
        .help(help(shared))
}

fn why(graph: &Graph, shared: Shared) -> String {
    let programme = graph.programme;
    match shared {
        Shared::System => "it is kept where it is lost with them".to_owned(),
        Shared::Site(at) => format!("both are at `{}`", programme.sites[at as usize].id),
        Shared::Vendor(at) => format!("both rely on `{}`", programme.vendors[at as usize].id),
        Shared::Credential(at) => {
            format!("`{}` opens both", programme.credentials[at as usize].id)
        }
        Shared::Person(at) => {
            format!("only `{}` can reach both", programme.people[at as usize].id)
        }
    }
}

fn place(backup: &Item<Backup>, shared: Shared) -> Place {
    let key = match shared {
        Shared::System => "kept-on",
        Shared::Site(_) if backup.site.is_some() => "site",
        Shared::Vendor(_) if backup.vendor.is_some() => "vendor",
        Shared::Site(_) | Shared::Vendor(_) => "kept-on",
        Shared::Credential(_) | Shared::Person(_) => "credential",
    };
    backup.at().key(key)
}

fn help(shared: Shared) -> &'static str {
    match shared {
        Shared::System => "Keep a copy on something that works without the system.",
        Shared::Site(_) => "Keep a copy at a site that is not lost with this one.",
        Shared::Vendor(_) => "Keep a copy with somebody who does not rely on the same vendor.",
        Shared::Credential(_) => "Give the copy a credential of its own that can only add to it.",
        Shared::Person(_) => "Let somebody else reach the copy, and show it in a drill.",
    }
}
