//! Which part of the graph is shown.

use std::collections::{BTreeSet, HashMap};

use crate::finding::{Finding, Severity};
use crate::graph::{Analysis, Edge, Ix};
use crate::model::Kind;

/// How far from the thing in focus the picture reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To everything it needs, and everything that needs it, directly or not.
    All,
    /// So many dependencies in each direction.
    Steps(u32),
}

/// A part of the graph, with what is wrong in it.
pub struct Part<'a> {
    /// The graph and what was computed on it.
    pub analysis: &'a Analysis<'a>,
    /// The thing in focus, if any.
    pub focus: Option<Ix>,
    nodes: BTreeSet<Ix>,
    worst: HashMap<(Kind, &'a str), Severity>,
}

impl<'a> Part<'a> {
    /// All of it; the findings say which things are in trouble.
    pub fn whole(analysis: &'a Analysis<'a>, findings: &'a [Finding]) -> Self {
        Part {
            analysis,
            focus: None,
            nodes: analysis.graph.all().collect(),
            worst: worst(findings),
        }
    }

    /// What one thing needs, and what needs it.
    #[must_use]
    pub fn around(self, focus: Ix, reach: Reach) -> Self {
        let graph = &self.analysis.graph;
        let mut nodes = spread(focus, reach, |node| {
            graph.needs(node).map(|e| e.to).collect()
        });
        nodes.extend(spread(focus, reach, |node| {
            graph.needed_by(node).map(|e| e.from).collect()
        }));
        Part {
            focus: Some(focus),
            nodes,
            ..self
        }
    }

    /// The things in it, functions first, each kind in the order of ids.
    pub fn nodes(&self) -> impl Iterator<Item = Ix> {
        self.nodes.iter().copied()
    }

    /// Whether a thing is in it.
    pub fn has(&self, node: Ix) -> bool {
        self.nodes.contains(&node)
    }

    /// What a thing in it needs, as far as that is in it too.
    pub fn needs(&self, node: Ix) -> impl Iterator<Item = &'a Edge> {
        self.analysis
            .graph
            .needs(node)
            .filter(|edge| self.has(edge.to))
    }

    /// The dependencies in it, by their dependants.
    pub fn edges(&self) -> impl Iterator<Item = &'a Edge> {
        self.nodes().flat_map(|node| self.needs(node))
    }

    /// The circles in it: for each the shortest way round, as the things passed.
    pub fn circles(&self) -> Vec<Vec<Ix>> {
        let cycles = self.analysis.order.cycles(&self.analysis.graph).into_iter();
        let ours = cycles.filter(|cycle| cycle.members.iter().all(|node| self.has(*node)));
        ours.map(|cycle| cycle.shortest.iter().map(|edge| edge.from).collect())
            .collect()
    }

    /// The worst that is found about a thing and accepted by nobody.
    pub fn worst(&self, node: Ix) -> Option<Severity> {
        let graph = &self.analysis.graph;
        self.worst.get(&(graph.kind(node), graph.id(node))).copied()
    }
}

fn worst(findings: &[Finding]) -> HashMap<(Kind, &str), Severity> {
    let mut worst = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.counts()) {
        let Some(subject) = &finding.subject else {
            continue;
        };
        let known = worst
            .entry((subject.kind, subject.id.as_str()))
            .or_insert(finding.severity);
        *known = finding.severity.max(*known);
    }
    worst
}

/// Everything that can be reached, the start included.
fn spread(start: Ix, reach: Reach, next: impl Fn(Ix) -> Vec<Ix>) -> BTreeSet<Ix> {
    let mut found = BTreeSet::from([start]);
    let mut edge = vec![start];
    let mut steps = 0;
    while !edge.is_empty() && reach != Reach::Steps(steps) {
        let reached = edge.into_iter().flat_map(&next);
        edge = reached.filter(|node| found.insert(*node)).collect();
        steps += 1;
    }
    found
}
