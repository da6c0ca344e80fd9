//! What a drill keeps others away from, by the dependency graph.
//!
//! What it covers it has for itself: no other drill may touch that. What depends on it, directly or
//! not, may fail while it lasts, so others may be affected by it too, but may not be tested then.

use std::collections::BTreeSet;

use crate::graph::Graph;
use crate::journal::Locks;
use crate::model::Drill;

/// What a drill keeps others away from; nothing where nothing is touched.
pub fn locks(graph: &Graph, drill: &Drill) -> Locks {
    let mut locks = Locks::default();
    if !drill.touches() {
        return locks;
    }
    let scope = drill.scope.iter().filter_map(|id| graph.find(id.as_str()));
    let mut reached: Vec<_> = scope.collect();
    let own: BTreeSet<_> = reached.iter().copied().collect();
    let mut seen = own.clone();
    let mut next = 0;
    while let Some(node) = reached.get(next).copied() {
        for edge in graph.needed_by(node) {
            if seen.insert(edge.from) {
                reached.push(edge.from);
            }
        }
        next += 1;
    }
    for node in seen {
        let id = graph.id(node).to_owned();
        if own.contains(&node) {
            locks.alone.insert(id);
        } else {
            locks.together.insert(id);
        }
    }
    locks
}

/// What two drills cannot both have, if there is anything.
pub fn conflict<'l>(one: &'l Locks, other: &'l Locks) -> Option<&'l str> {
    let touched = |id: &&String| other.alone.contains(*id) || other.together.contains(*id);
    let both = one.alone.iter().find(touched);
    let both = both.or_else(|| one.together.iter().find(|id| other.alone.contains(*id)));
    both.map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing;

    const PLAN: &str = "
systems:
  - {id: disk, name: Disk}
  - {id: db, name: Database, depends-on: [{on: disk}]}
  - {id: shop, name: Shop, depends-on: [{on: db}]}
  - {id: mail, name: Mail}
drills:
  - {id: db, name: D, kind: functional, scope: [db]}
  - {id: shop, name: D, kind: functional, scope: [shop]}
  - {id: disk, name: D, kind: functional, scope: [disk]}
  - {id: mail, name: D, kind: functional, scope: [mail]}
  - {id: talk, name: D, kind: tabletop, scope: [db]}
";

    #[test]
    fn a_drill_keeps_others_from_what_it_covers_and_from_what_depends_on_it() {
        let loaded = testing::plan(PLAN);
        let graph = Graph::build(&loaded.programme);
        let of = |id: &str| locks(&graph, loaded.programme.drills.get(id).expect("declared"));
        let check = |one: &str, other: &str, expected: Option<&str>| {
            let (one, other) = (of(one), of(other));
            assert_eq!(conflict(&one, &other), expected);
            assert_eq!(conflict(&other, &one).is_some(), expected.is_some());
        };
        check("db", "db", Some("db"));
        check("db", "shop", Some("shop"));
        check("disk", "db", Some("db"));
        check("db", "mail", None);
        check("db", "talk", None);
    }
}
