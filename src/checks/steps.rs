//! The order of a procedure's steps: what takes longest, and what waits for itself.

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::Procedure;
use crate::time::Duration;

/// The steps that decide how long a procedure takes, in order.
pub struct Longest {
    /// How long they take together; a step without an expected time counts as nothing.
    pub time: Duration,
    /// Their places in the procedure.
    pub steps: Vec<usize>,
}

/// What takes longest; nothing for no steps, or where steps wait for each other in a circle.
pub fn longest(procedure: &Procedure) -> Option<Longest> {
    let order = toposort(&graph(procedure), None).ok()?;
    let mut ends = vec![Duration::ZERO; procedure.steps.len()];
    let mut waits_for = vec![None; procedure.steps.len()];
    let before = procedure.before_each();
    for step in order.into_iter().map(NodeIndex::index) {
        waits_for[step] = before[step].iter().copied().max_by_key(|b| ends[*b]);
        let start = waits_for[step].map_or(Duration::ZERO, |before: usize| ends[before]);
        ends[step] = start + procedure.steps[step].expected.unwrap_or_default();
    }
    let last = (0..ends.len()).max_by_key(|step| ends[*step])?;
    let mut steps = vec![last];
    while let Some(before) = waits_for[steps[steps.len() - 1]] {
        steps.push(before);
    }
    steps.reverse();
    Some(Longest {
        time: ends[last],
        steps,
    })
}

/// The groups of steps that wait for each other, each in the order of the procedure.
pub fn circles(procedure: &Procedure) -> Vec<Vec<usize>> {
    let graph = graph(procedure);
    let groups = kosaraju_scc(&graph).into_iter();
    let circular =
        groups.filter(|group| group.len() > 1 || graph.contains_edge(group[0], group[0]));
    let mut circles: Vec<Vec<usize>> = circular
        .map(|group| {
            let mut steps: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
            steps.sort_unstable();
            steps
        })
        .collect();
    circles.sort();
    circles
}

/// An edge goes from what must be done before to what waits for it.
fn graph(procedure: &Procedure) -> DiGraph<(), ()> {
    let mut graph = DiGraph::new();
    for _ in &procedure.steps {
        graph.add_node(());
    }
    for (step, before) in procedure.before_each().into_iter().enumerate() {
        for before in before {
            graph.add_edge(NodeIndex::new(before), NodeIndex::new(step), ());
        }
    }
    graph
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A procedure of steps, each with its minutes and what it waits for.
    fn procedure(steps: &[(&str, u64, Option<&[&str]>)]) -> Procedure {
        let step = |(id, minutes, after): &(&str, u64, Option<&[&str]>)| {
            let expected = format!("{minutes}m");
            json!({"id": id, "do": "Do it.", "expected": expected, "after": after})
        };
        let steps: Vec<_> = steps.iter().map(step).collect();
        let procedure = json!({"id": "p", "name": "P", "steps": steps});
        serde_json::from_value(procedure).expect("a procedure")
    }

    #[test]
    fn steps_that_need_not_wait_are_done_at_the_same_time() {
        let procedure = procedure(&[
            ("a", 10, None),
            ("b", 20, None),
            ("c", 40, Some(&["a"])),
            ("d", 5, Some(&["b", "c"])),
        ]);
        let longest = longest(&procedure).expect("no circle");
        assert_eq!(longest.time, Duration::minutes(55));
        assert_eq!(longest.steps, [0, 2, 3]);
        assert!(circles(&procedure).is_empty());
    }

    #[test]
    fn a_circle_has_no_longest_way() {
        let procedure = procedure(&[
            ("a", 1, Some(&["b"])),
            ("b", 1, None),
            ("c", 1, Some(&["c"])),
        ]);
        assert!(longest(&procedure).is_none());
        assert_eq!(circles(&procedure), [vec![0, 1], vec![2]]);
    }

    #[test]
    fn no_steps_take_no_time_and_have_no_longest_way() {
        assert!(longest(&procedure(&[])).is_none());
    }
}
