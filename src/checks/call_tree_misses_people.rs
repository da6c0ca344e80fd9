//! The call trees reach only some of those who hold a role.

use std::collections::{BTreeMap, HashSet};

use super::words;
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Kind, Programme};

pub const CHECK: Check = check! {
    call_tree_misses_people, "call-tree-misses-people", Warning,
    "Somebody who holds a role is in no call tree",
    clauses: ["BC-07", "BC-29", "SP 800-34 3.2"],
    run: Run::Programme(run),
};

/// The most of those who are missed whose place is shown.
const SHOWN_MAX: usize = 5;

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // No call tree at all is `call-tree-missing`'s business, not ours.
    let Some(tree) = context.programme.call_trees.first() else {
        return;
    };
    let missed = missed(context.programme);
    if missed.is_empty() {
        return;
    }
    let names: Vec<_> = missed.keys().copied().collect();
    let holders = match names.len() {
        1 => "who holds a role".to_owned(),
        many => format!("{} who hold roles", words::count(many, "person", "people")),
    };
    let mut finding = CHECK
        .finding(format!(
            "no call tree reaches {}, {holders}",
            words::quoted(names)
        ))
        .at(tree.at().key("calls"))
        .about(Kind::CallTree, tree.id.as_str())
        .help("Add each under `to` of somebody who can call them, as a person or as a role.");
    finding.related = missed.into_values().take(SHOWN_MAX).collect();
    findings.push(finding);
}

/// The primaries of roles whom nobody calls and who call nobody, each with where it says so.
fn missed(programme: &Programme) -> BTreeMap<&str, (Place, String)> {
    let calls = programme.call_trees.iter().flat_map(|tree| &tree.calls);
    let parties = calls.flat_map(|call| call.to.iter().chain([&call.from]));
    let reached: HashSet<_> = parties
        .flat_map(|party| programme.people_behind(party))
        .collect();
    let mut missed = BTreeMap::new();
    for role in &programme.roles {
        let Some(primary) = programme.primary(role) else {
            continue;
        };
        if !reached.contains(primary) && programme.people.has(primary.as_str()) {
            let place = (
                role.at().key("primary"),
                format!("primary of `{}`", role.id),
            );
            missed.entry(primary.as_str()).or_insert(place);
        }
    }
    missed
}
