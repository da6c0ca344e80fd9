//! Why it cannot be told when something is back: what is not known goes on to all that waits.
//!
//! A time that rests on something unknown is no forecast, however early it is. So it is never
//! compared with a promise and found to be in time.

use super::objectives::Basis;
use super::order::Order;
use super::{Graph, Ix};

/// Why it cannot be told when something is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// It stands in a circle of things that need each other, or waits for one.
    Circle,
    /// This needs something that is not there: not declared, or not readable.
    Missing(Ix),
    /// The recovery of this needs a role that nobody holds.
    Nobody(Ix),
    /// Of this nothing is said: neither how long its recovery takes, nor an objective.
    Unstated(Ix),
}

impl Doubt {
    /// As people read it after “cannot be told:”, with names, or `called` in another way.
    pub fn words<'g>(self, graph: &Graph<'g>, called: impl Fn(Ix) -> &'g str) -> String {
        match self {
            Doubt::Circle => "it waits for a circle".to_owned(),
            Doubt::Missing(node) => {
                let missing = graph.missing(node).unwrap_or_default();
                format!("{} needs `{missing}`, which is not declared", called(node))
            }
            Doubt::Nobody(node) => {
                let role = unfilled(graph, node).unwrap_or_default();
                format!(
                    "nobody holds `{role}`, which {} needs to come back",
                    called(node)
                )
            }
            Doubt::Unstated(node) => {
                let name = called(node);
                format!("nothing says how long {name} takes, nor by when it must be back")
            }
        }
    }

    /// Whether the time that was computed still is the earliest.
    pub fn is_at_least(self) -> bool {
        self != Doubt::Circle
    }
}

/// Why a group cannot be told by itself, whatever it waits for.
pub fn own(
    graph: &Graph,
    order: &Order,
    group: usize,
    basis: impl Fn(Ix) -> Basis,
) -> Option<Doubt> {
    let members = order.groups.at(group);
    if members.len() > 1 {
        return Some(Doubt::Circle);
    }
    let node = members[0];
    if graph.missing(node).is_some() {
        return Some(Doubt::Missing(node));
    }
    if unfilled(graph, node).is_some() {
        return Some(Doubt::Nobody(node));
    }
    (basis(node) == Basis::Unknown).then_some(Doubt::Unstated(node))
}

/// The first role that the recovery of a node needs and nobody holds.
fn unfilled<'g>(graph: &Graph<'g>, node: Ix) -> Option<&'g str> {
    let programme = graph.programme;
    let uses = graph.system(node)?.recovery.as_ref()?.uses.iter();
    let mut roles = uses.filter_map(|used| programme.roles.get(used.as_str()));
    let empty = roles.find(|role| programme.holders(role).is_empty())?;
    Some(empty.id.as_str())
}

#[cfg(test)]
mod tests {
    use crate::graph::Analysis;
    use crate::load::testing;

    /// What is in doubt of a function, `bake`, which may wait up to 4 h.
    fn check(plan: &str, expected: &str) {
        let yaml = format!("functions:\n  - {{id: bake, name: Bake, rto: 4h, {plan}");
        let loaded = testing::plan(&yaml);
        let analysis = Analysis::new(&loaded.programme);
        let graph = &analysis.graph;
        let doubt = analysis.objectives.doubt[analysis.node("bake").at()];
        let words = doubt.map(|doubt| doubt.words(graph, |node| graph.id(node)));
        assert_eq!(words.as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn what_needs_something_that_is_not_declared_cannot_be_told() {
        let missing = "bake needs `ovne`, which is not declared";
        check("depends-on: [{on: ovne}]}", missing);
        check("depends-on: [{on: ovne, kind: bootstrap}]}", missing);
        check("depends-on: [{on: ovne, kind: soft}]}", "none");
        let chain = "depends-on: [{on: oven}]}\nsystems:
  - {id: oven, name: Oven, rto: 1h, depends-on: [{on: gsa}]}\n";
        check(chain, "oven needs `gsa`, which is not declared");
    }

    #[test]
    fn what_nobody_can_bring_back_cannot_be_told() {
        let oven = |role: &str| {
            format!(
                "depends-on: [{{on: oven}}]}}
systems:
  - {{id: oven, name: Oven, rto: 3h, recovery: {{strategy: Repair, worst: 1h, uses: [smith]}}}}
people: [{{id: ada, name: Ada}}]
roles: [{{id: smith, name: Smith{role}}}]"
            )
        };
        check(
            &oven(""),
            "nobody holds `smith`, which oven needs to come back",
        );
        check(&oven(", primary: ada"), "none");
    }

    #[test]
    fn what_waits_for_something_of_which_nothing_is_said_cannot_be_told() {
        let oven = |says: &str| {
            format!("depends-on: [{{on: oven}}]}}\nsystems: [{{id: oven, name: Oven{says}}}]")
        };
        let unstated = "nothing says how long oven takes, nor by when it must be back";
        check(&oven(""), unstated);
        check(&oven(", recovery: {strategy: Repair it}"), unstated);
        check(
            &oven(", recovery: {strategy: Repair it, worst: 3h}"),
            "none",
        );
        check(&oven(", rto: 3h"), "none");
    }
}
