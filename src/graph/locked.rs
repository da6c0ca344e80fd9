//! Credentials that are locked in: kept where nobody can get at them when they are needed.
//!
//! A credential with a second copy is never locked in. One that is only kept in a system is, for
//! each recovery that needs it, when that system waits for the recovery, or when a scenario takes
//! both down and nothing in the plan has the system back first.

use super::footing::{At, Footing};
use super::lost::Lost;
use super::order::Order;
use super::spread::Spread;
use super::target::Target;
use super::{Graph, Ix};

/// A credential that a recovery cannot get at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The credential, by its place in the programme's list.
    pub credential: At,
    /// The system it is kept in.
    pub safe: Ix,
    /// The system whose recovery needs it.
    pub system: Ix,
    /// Its place among the credentials of that recovery.
    pub index: usize,
    /// Why it cannot be got at.
    pub why: Why,
}

/// Why a credential cannot be got at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The system it is kept in needs it to come back, or comes back together with what does.
    Itself,
    /// The system it is kept in comes back only after the one that needs it.
    Before,
    /// Both are down in this scenario, and the one it is kept in need not be back first.
    Scenario(At),
}

/// Every credential that a recovery cannot get at, by credential and system.
pub fn locked(graph: &Graph, order: &Order, footing: &Footing) -> Vec<Locked> {
    let kept = kept(graph, footing);
    let spreads = spreads(graph, footing, &kept);
    let why = |safe: Ix, system: Ix| {
        let (safe_group, group) = (order.groups.number(safe), order.groups.number(system));
        if safe_group == group {
            Some(Why::Itself)
        } else if order.all_before(safe).contains(&group) {
            Some(Why::Before)
        } else if order.all_before(system).contains(&safe_group) {
            None
        } else {
            let both = |spread: &Spread| spread.is_down(safe) && spread.is_down(system);
            let scenario = (0u32..).zip(&spreads).find(|(_, spread)| both(spread));
            scenario.map(|(at, _)| Why::Scenario(at))
        }
    };
    let locked = kept
        .into_iter()
        .filter_map(|(credential, safe, system, index)| {
            Some(Locked {
                credential,
                safe,
                system,
                index,
                why: why(safe, system)?,
            })
        });
    locked.collect()
}

/// Each credential that exists only in a system, with that system and each recovery it is for.
fn kept(graph: &Graph, footing: &Footing) -> Vec<(At, Ix, Ix, usize)> {
    let programme = graph.programme;
    let mut kept = Vec::new();
    for (place, system) in programme.systems.iter().enumerate() {
        for credential in footing.credentials.at(place) {
            let item = &programme.credentials[*credential as usize];
            let safe = item.kept_in.as_ref().filter(|_| item.second_copy.is_none());
            let safe = safe.and_then(|id| programme.systems.position(id.as_str()));
            let list = system
                .recovery
                .iter()
                .flat_map(|recovery| &recovery.credentials);
            let index = list.into_iter().position(|id| *id == item.id);
            if let (Some(safe), Some(index)) = (safe, index) {
                let (safe, system) = (graph.system_node(safe), graph.system_node(place));
                kept.push((*credential, safe, system, index));
            }
        }
    }
    kept.sort_unstable();
    kept
}

/// What each scenario takes down, if there is anything to ask about it.
fn spreads(graph: &Graph, footing: &Footing, kept: &[(At, Ix, Ix, usize)]) -> Vec<Spread> {
    let scenarios = graph
        .programme
        .scenarios
        .iter()
        .filter(|_| !kept.is_empty());
    let lost = scenarios.map(|s| Lost::new(graph.programme, footing, Target::Scenario(s)));
    lost.map(|lost| Spread::new(graph, footing, lost)).collect()
}

#[cfg(test)]
mod tests {
    use super::Why;
    use crate::graph::testing::analyse;

    const KEPT: &str = "
systems:
  - {id: vault, name: Vault, depends-on: [{on: disk}]}
  - {id: disk, name: Disk}
  - {id: db, name: Database, recovery: {strategy: restore, credentials: [root]}}
credentials: [{id: root, name: Root, kept-in: vault}]
scenarios: [{id: fire, name: Fire, takes-down: {systems: [disk, db]}}]
";

    fn check(yaml: &str, expected: &[Why]) {
        analyse(yaml, |analysis| {
            let found: Vec<_> = analysis.locked.iter().map(|locked| locked.why).collect();
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn a_credential_is_locked_in_when_a_scenario_takes_both_down() {
        check(KEPT, &[Why::Scenario(0)]);
        check(&KEPT.replace("[disk, db]", "[db]"), &[]);
    }

    #[test]
    fn a_safe_that_is_back_first_locks_nothing_in() {
        check(
            &KEPT.replace(
                "name: Database,",
                "name: Database, depends-on: [{on: vault}],",
            ),
            &[],
        );
    }

    #[test]
    fn a_safe_that_waits_for_the_recovery_locks_the_credential_in() {
        check(&KEPT.replace("[{on: disk}]", "[{on: db}]"), &[Why::Before]);
        check(
            &KEPT.replace("kept-in: vault", "kept-in: db"),
            &[Why::Itself],
        );
    }

    #[test]
    fn a_second_copy_is_never_locked_in() {
        check(
            &KEPT.replace("kept-in: vault", "kept-in: db, second-copy: An envelope"),
            &[],
        );
    }
}
