//! The order in which things come back: groups, waves and cycles.
//!
//! A *hard* dependency must be back first. A *bootstrap* dependency is needed only to start, so it
//! must be back first too, unless that closes a circle: then whoever marked it says that there is
//! another way to start, and the order goes on without it. A *soft* one never holds anything up.
//!
//! Things that need each other (hard, in a circle) can only come back together: they form one
//! *group*, and every analysis goes on over the groups, which have no circles.

use std::collections::{HashMap, HashSet, VecDeque};

use super::components::{Components, components};
use super::relax::relax;
use super::{Edge, Graph, Ix, Lists};
use crate::model::DependencyKind;

/// How many edges are walked in search of the shortest circle of one group.
const WALKED_MAX: usize = 500_000;

/// The order in which things come back.
#[derive(Debug)]
pub struct Order {
    /// The groups; what is needed has the lower number.
    pub groups: Components,
    /// For each group those that hold it up, each once.
    pub before: Lists,
    /// For each group those that it holds up, each once.
    pub after: Lists,
    /// The wave of each group: 0 needs nothing, 1 needs only what is in wave 0, and so on.
    pub wave: Vec<u32>,
    /// Whether each edge holds its dependant up.
    pub holds: Vec<bool>,
}

impl Order {
    /// Finds the order.
    pub fn new(graph: &Graph) -> Self {
        use DependencyKind::{Bootstrap, Hard, Soft};
        let bootstrap = graph.edges.iter().any(|edge| edge.kind == Bootstrap);
        let wide = bootstrap.then(|| components(graph, |edge| edge.kind != Soft));
        let opens = |edge: &Edge| {
            wide.as_ref()
                .is_some_and(|wide| wide.of(edge.from) != wide.of(edge.to))
        };
        let holds = |edge: &Edge| edge.kind == Hard || edge.kind == Bootstrap && opens(edge);
        // A `bootstrap` edge that holds closes no circle, so the groups are those of the hard
        // edges; their order must respect both.
        let groups = components(graph, holds);
        let holds: Vec<bool> = graph.edges.iter().map(holds).collect();
        let before = before(graph, &groups, &holds);
        let mut order = Order {
            groups,
            after: before.transposed(),
            before,
            wave: Vec::new(),
            holds,
        };
        order.wave = order.count_waves();
        order
    }

    fn count_waves(&self) -> Vec<u32> {
        let mut wave = vec![0; self.groups.count()];
        for group in 0..wave.len() {
            let needed = self.before.at(group).iter();
            wave[group] = needed
                .map(|needed| wave[*needed as usize] + 1)
                .max()
                .unwrap_or(0);
        }
        wave
    }

    /// The groups that are back before a node, directly or not.
    pub fn all_before(&self, node: Ix) -> HashSet<u32> {
        let mut reached = HashSet::new();
        let mut stack = vec![self.groups.number(node)];
        while let Some(group) = stack.pop() {
            let needed = self.before.at(group as usize).iter();
            stack.extend(needed.filter(|needed| reached.insert(**needed)));
        }
        reached
    }

    /// One member of a group, to speak of it as a node: the one with the highest id.
    pub fn speaker(&self, group: usize) -> Ix {
        let members = self.groups.at(group).iter();
        members.copied().max().expect("a group has members")
    }

    /// The edges that hold a node up, leaving out those inside its own group.
    pub fn needs<'g>(&'g self, graph: &'g Graph, node: Ix) -> impl Iterator<Item = &'g Edge> {
        let numbers = graph
            .needs
            .at(node)
            .iter()
            .filter(|edge| self.holds[**edge as usize]);
        let edges = numbers.map(|edge| &graph.edges[*edge as usize]);
        edges.filter(|edge| self.groups.of(edge.from) != self.groups.of(edge.to))
    }

    /// The edges by which a node holds others up, leaving out those inside its own group.
    pub fn needed_by<'g>(&'g self, graph: &'g Graph, node: Ix) -> impl Iterator<Item = &'g Edge> {
        let numbers = graph
            .needed_by
            .at(node)
            .iter()
            .filter(|edge| self.holds[**edge as usize]);
        let edges = numbers.map(|edge| &graph.edges[*edge as usize]);
        edges.filter(|edge| self.groups.of(edge.from) != self.groups.of(edge.to))
    }

    /// Every node, what is needed before what needs it.
    pub fn nodes(&self) -> &[Ix] {
        self.groups.nodes()
    }

    /// The nodes by waves: each wave needs only what came back in the waves before.
    pub fn waves(&self) -> Vec<Vec<Ix>> {
        let count = self.wave.iter().max().map_or(0, |last| *last as usize + 1);
        let mut waves = vec![Vec::new(); count];
        for (group, wave) in self.wave.iter().enumerate() {
            waves[*wave as usize].extend_from_slice(self.groups.at(group));
        }
        waves.iter_mut().for_each(|wave| wave.sort());
        waves
    }

    /// The circles: for each group of several nodes (or that needs itself) the way round.
    pub fn cycles(&self, graph: &Graph) -> Vec<Cycle> {
        let circular = |nodes: &&[Ix]| {
            nodes.len() > 1 || graph.needs(nodes[0]).any(|e| e.to == nodes[0] && hard(e))
        };
        let groups = (0..self.groups.count())
            .map(|group| self.groups.at(group))
            .filter(circular);
        groups.map(|nodes| self.cycle(graph, nodes)).collect()
    }

    fn cycle(&self, graph: &Graph, nodes: &[Ix]) -> Cycle {
        let mut members = nodes.to_vec();
        members.sort();
        let shortest = self.shortest_round_trip(graph, &members);
        let relax = relax(graph, &members);
        Cycle {
            members,
            shortest,
            relax,
        }
    }

    /// The shortest circle through any of these nodes, all of one group, as edges.
    ///
    /// Every node is tried as a start until [`WALKED_MAX`] edges were walked; in a group so large
    /// that this ends the search, the circle is the shortest through those that were tried.
    fn shortest_round_trip(&self, graph: &Graph, members: &[Ix]) -> Vec<Edge> {
        let (mut shortest, mut walked): (Option<Vec<Edge>>, usize) = (None, 0);
        for start in members {
            let found = self.round_trip(graph, *start, &mut walked);
            let shorter = |found: &Vec<Edge>| {
                shortest
                    .as_ref()
                    .is_none_or(|best| found.len() < best.len())
            };
            if let Some(found) = found.filter(shorter) {
                shortest = Some(found);
            }
            let least = shortest.as_ref().map_or(usize::MAX, Vec::len);
            if walked > WALKED_MAX || least <= 1 {
                break;
            }
        }
        shortest.unwrap_or_default()
    }

    /// The shortest way from a node back to itself inside its group, as edges.
    fn round_trip(&self, graph: &Graph, start: Ix, walked: &mut usize) -> Option<Vec<Edge>> {
        let group = self.groups.of(start);
        let mut came: HashMap<Ix, Edge> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            let inside = |e: &&Edge| hard(e) && self.groups.of(e.to) == group;
            for edge in graph.needs(node).filter(inside) {
                *walked += 1;
                if edge.to == start {
                    return Some(way_back(&came, *edge, start));
                }
                came.entry(edge.to).or_insert_with(|| {
                    queue.push_back(edge.to);
                    *edge
                });
            }
        }
        None
    }
}

/// Things that need each other in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Everything in it, in the order of ids.
    pub members: Vec<Ix>,
    /// The shortest circle among them.
    pub shortest: Vec<Edge>,
    /// A smallest set of dependencies we found that, marked `soft` or `bootstrap`, opens every
    /// circle. Finding the very smallest is hard in general; among few it is exact.
    pub relax: Vec<Edge>,
}

/// For each group those that hold it up.
fn before(graph: &Graph, groups: &Components, holds: &[bool]) -> Lists {
    let mut needed = Vec::new();
    Lists::new((0..groups.count()).map(|group| {
        needed.clear();
        for node in groups.at(group) {
            let edges = graph
                .needs
                .at(*node)
                .iter()
                .filter(|edge| holds[**edge as usize]);
            needed.extend(edges.map(|edge| groups.number(graph.edges[*edge as usize].to)));
        }
        needed.sort_unstable();
        needed.dedup();
        needed.retain(|needed| *needed as usize != group);
        needed.clone()
    }))
}

fn hard(edge: &Edge) -> bool {
    edge.kind == DependencyKind::Hard
}

fn way_back(came: &HashMap<Ix, Edge>, last: Edge, start: Ix) -> Vec<Edge> {
    let mut edges = vec![last];
    while edges[edges.len() - 1].from != start {
        edges.push(came[&edges[edges.len() - 1].from]);
    }
    edges.reverse();
    edges
}

#[cfg(test)]
mod tests {
    use crate::graph::testing::analyse;

    fn check(dependencies: &[(&str, &str)], waves: &[&[&str]]) {
        let needs = |id: &str| {
            let ours = dependencies.iter().filter(|(from, _)| *from == id);
            ours.map(|(_, on)| format!("{{on: {on}}}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let system = |id| format!("  - {{id: {id}, name: S, depends-on: [{}]}}\n", needs(id));
        let systems: String = ["a", "b", "c", "d"].map(system).concat();
        analyse(&format!("systems:\n{systems}"), |analysis| {
            let found = analysis.order.waves();
            let found: Vec<_> = found.iter().map(|wave| analysis.ids(wave)).collect();
            assert_eq!(found, waves);
        });
    }

    #[test]
    fn each_wave_needs_only_what_is_in_the_waves_before() {
        check(
            &[("a", "b"), ("b", "c"), ("a", "d")],
            &[&["c", "d"], &["b"], &["a"]],
        );
    }

    #[test]
    fn what_needs_each_other_is_in_one_wave() {
        check(
            &[("a", "b"), ("b", "a"), ("b", "c"), ("d", "a")],
            &[&["c"], &["a", "b"], &["d"]],
        );
    }

    #[test]
    fn a_bootstrap_dependency_orders_unless_it_closes_a_circle() {
        check(
            &[("a", "b, kind: bootstrap"), ("b", "c")],
            &[&["c", "d"], &["b"], &["a"]],
        );
        check(
            &[("c", "b, kind: bootstrap"), ("b", "c")],
            &[&["a", "c", "d"], &["b"]],
        );
    }

    #[test]
    fn a_circle_is_named_by_its_shortest_way_round_and_what_opens_it() {
        let yaml = "
systems:
  - {id: a, name: A, depends-on: [{on: b}]}
  - {id: b, name: B, depends-on: [{on: c}, {on: a}]}
  - {id: c, name: C, depends-on: [{on: a}]}
";
        analyse(yaml, |analysis| {
            let cycles = analysis.order.cycles(&analysis.graph);
            let names = |edges: &[crate::graph::Edge]| {
                let ends = edges.iter().map(|edge| [edge.from, edge.to]);
                ends.map(|ends| analysis.ids(&ends).concat())
                    .collect::<Vec<_>>()
            };
            assert_eq!(analysis.ids(&cycles[0].members), ["a", "b", "c"]);
            assert_eq!(names(&cycles[0].shortest), ["ab", "ba"]);
            assert_eq!(names(&cycles[0].relax), ["ab"]);
        });
    }
}
