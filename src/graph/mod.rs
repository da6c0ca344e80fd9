//! The dependency graph: functions and systems, and what each needs.
//!
//! An edge goes from a dependant to what it depends on. The adjacency is compact (two arrays for
//! each direction), because every analysis walks it from end to end; `petgraph`'s traits are
//! implemented on it, so its algorithms run on this graph as on any other.
//!
//! | question | file |
//! |---|---|
//! | in what order do things come back, and what goes round in circles | `order` |
//! | when is each thing back, and by when must it be | `objectives` |
//! | why that cannot be told | `doubt` |
//! | what is the cheapest way to have a late thing back in time | `fix` |
//! | when is it back when recoveries share people and links | `capacity`, on `schedule` |
//! | how much data can a function really lose | `rpo` |
//! | which backups hold the data of a system | `copies` |
//! | what follows when something fails | `failure`, from `target`, `lost` and `spread` |
//! | what takes functions down by itself | `single` |
//! | what should be independent, but is lost together | `fate` |
//! | which credentials are kept where nobody can get at them | `locked` |
//! | which steps need what is down when they are needed | `paradox` |

mod adjacency;
pub mod capacity;
mod components;
pub mod copies;
pub mod doubt;
pub mod explain;
pub mod failure;
pub mod fate;
pub mod fix;
pub mod footing;
pub mod locked;
pub mod lost;
pub mod objectives;
pub mod order;
pub mod paradox;
#[cfg(test)]
mod properties;
mod ranks;
mod relax;
pub mod rpo;
pub mod schedule;
pub mod single;
pub mod spread;
pub mod target;
#[cfg(test)]
mod testing;

pub use adjacency::{Adjacency, Ix, Lists};
pub use components::Components;

use std::collections::BTreeMap;

use foldhash::HashMap;
use rayon::prelude::*;

use crate::finding::Place;
use crate::model::*;
use crate::time::{Date, Duration};

/// One thing of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node {
    /// A function, by its place in the programme's list.
    Function(u32),
    /// A system, by its place in the programme's list.
    System(u32),
}

/// One dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Who needs.
    pub from: Ix,
    /// What is needed.
    pub to: Ix,
    /// How much.
    pub kind: DependencyKind,
    /// The place in the dependant's effective list of dependencies.
    pub index: u32,
}

/// Everything that is computed on the graph of a programme, once for each command.
///
/// What follows from a failure depends on what fails, so it is computed on demand, by
/// [`failure::Failure::new`]; so is what explains a figure.
pub struct Analysis<'p> {
    /// The graph itself.
    pub graph: Graph<'p>,
    /// In what order things come back.
    pub order: order::Order,
    /// When each thing is back, and by when it must be.
    pub objectives: objectives::Objectives,
    /// What each system stands on, by number.
    pub footing: footing::Footing,
    /// When each thing is back when recoveries share people and links.
    pub capacity: capacity::Capacity,
    /// How much data each thing can really lose.
    pub rpo: rpo::RecoveryPoints,
    /// What takes functions down by itself.
    pub singles: single::Singles,
    /// What should be independent, but is lost together.
    pub fate: fate::CommonFate,
    /// Credentials kept where nobody can get at them when they are needed.
    pub locked: Vec<locked::Locked>,
    /// Steps whose own means are down in the scenario they serve.
    pub paradoxes: Vec<paradox::Paradox<'p>>,
}

/// What the last runs measured of functions and systems, by their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actuals {
    /// How long each recovery took. That beats whatever is written.
    pub rta: BTreeMap<String, Recorded>,
    /// How much data, in time, was lost. That beats what is written only where it is worse: see
    /// [`rpo`].
    pub rpa: BTreeMap<String, Recorded>,
    /// How long the data of each system take to come back from a copy. It counts where nothing is
    /// stated of the recovery, and where data are lost: see [`objectives`] and [`failure`].
    pub restores: BTreeMap<String, FromCopy>,
}

/// How long data take to come back from a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromCopy {
    /// How long.
    pub time: Duration,
    /// Whether that was measured, or is estimated.
    pub basis: objectives::Basis,
    /// Where it comes from, as people read it.
    pub words: String,
}

/// A time that a run measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The run.
    pub run: String,
    /// The day on which it began.
    pub on: Date,
    /// How long it took, or how much was lost.
    pub time: Duration,
}

impl Recorded {
    /// Where the time comes from, as people read it.
    pub fn words(&self) -> String {
        format!("measured in run {} on {}", self.run, self.on)
    }
}

impl<'p> Analysis<'p> {
    /// Builds the graph and computes everything on it.
    pub fn new(programme: &'p Programme) -> Self {
        Analysis::with(programme, &Actuals::default())
    }

    /// The same, with what was measured in runs.
    pub fn with(programme: &'p Programme, actuals: &Actuals) -> Self {
        let mut graph = Graph::build(programme);
        graph.rta = graph.known(&actuals.rta);
        graph.rpa = graph.known(&actuals.rpa);
        graph.restores = graph.known(&actuals.restores);
        let (order, footing) = rayon::join(
            || order::Order::new(&graph),
            || footing::Footing::new(programme),
        );
        let ((objectives, capacity), (rpo, singles, fate, locked, paradoxes)) = rayon::join(
            || {
                let objectives = objectives::Objectives::new(&graph, &order);
                let capacity = capacity::Capacity::new(&graph, &order, &objectives, &footing);
                (objectives, capacity)
            },
            || {
                let rpo = rpo::RecoveryPoints::new(&graph, &order);
                let singles = single::Singles::new(&graph, &order, &footing);
                let fate = fate::CommonFate::new(&graph, &footing);
                let locked = locked::locked(&graph, &order, &footing);
                let paradoxes = paradox::paradoxes(&graph, &order, &footing);
                (rpo, singles, fate, locked, paradoxes)
            },
        );
        Analysis {
            graph,
            order,
            objectives,
            footing,
            capacity,
            rpo,
            singles,
            fate,
            locked,
            paradoxes,
        }
    }

    /// The cheapest ways to have a node back by a limit; `None` where it is back by then anyway.
    pub fn cheapest(&self, node: Ix, limit: Duration) -> Option<fix::Fix> {
        fix::cheapest(&self.graph, &self.order, &self.objectives, node, limit)
    }
}

/// The dependency graph of a programme.
pub struct Graph<'p> {
    /// The programme it was built from.
    pub programme: &'p Programme,
    /// The nodes: functions first, then systems, each in the order of ids.
    pub nodes: Vec<Node>,
    /// The dependencies, in the order of their dependants.
    pub edges: Vec<Edge>,
    /// From each node to the edges to what it needs.
    pub needs: Adjacency,
    /// From each node to the edges to what needs it.
    pub needed_by: Adjacency,
    index: HashMap<&'p str, Ix>,
    rta: BTreeMap<Ix, Recorded>,
    rpa: BTreeMap<Ix, Recorded>,
    restores: BTreeMap<Ix, FromCopy>,
    /// What holds up who needs it, but leads nowhere: the first of each node, by its place.
    missing: HashMap<Ix, u32>,
}

impl<'p> Graph<'p> {
    /// Builds the graph. References that lead nowhere are no edges: they are findings already, and
    /// whoever needs them is remembered as [`missing`](Self::missing) something.
    ///
    /// Where one id names a function and a system, a dependency on it means the system.
    pub fn build(programme: &'p Programme) -> Self {
        let number = |i: usize| u32::try_from(i).expect("fewer than four thousand million things");
        let functions = (0..programme.functions.len()).map(|i| Node::Function(number(i)));
        let systems = (0..programme.systems.len()).map(|i| Node::System(number(i)));
        let nodes: Vec<Node> = functions.chain(systems).collect();
        let ids = programme.functions.iter().map(|item| item.id.as_str());
        let ids = ids.chain(programme.systems.iter().map(|item| item.id.as_str()));
        let index = ids
            .enumerate()
            .map(|(i, id)| (id, Ix(number(i))))
            .collect::<HashMap<_, _>>();
        // Most of the time goes into looking ids up, so every core helps; the order stays.
        let edges = nodes.par_iter().enumerate().flat_map_iter(|(i, node)| {
            let index = &index;
            let named = dependencies(programme, *node).iter().enumerate();
            named.filter_map(move |(place, dependency)| {
                Some(Edge {
                    from: Ix(number(i)),
                    to: *index.get(dependency.on.as_str())?,
                    kind: dependency.kind,
                    index: number(place),
                })
            })
        });
        let edges: Vec<Edge> = edges.collect();
        let needs = Adjacency::new(nodes.len(), edges.iter().map(|edge| edge.from));
        let needed_by = Adjacency::new(nodes.len(), edges.iter().map(|edge| edge.to));
        let missing = missing(programme, &nodes, &needs, &index);
        Graph {
            programme,
            nodes,
            edges,
            needs,
            needed_by,
            index,
            rta: BTreeMap::new(),
            rpa: BTreeMap::new(),
            restores: BTreeMap::new(),
            missing,
        }
    }

    /// What was measured by node. What is not in the plans any more is no part of the graph.
    fn known<T: Clone>(&self, actuals: &BTreeMap<String, T>) -> BTreeMap<Ix, T> {
        let known = actuals.iter();
        let known = known.filter_map(|(id, actual)| Some((self.find(id)?, actual.clone())));
        known.collect()
    }

    /// How long the recovery of a node took in its last run: its recovery time actual.
    pub fn rta(&self, node: Ix) -> Option<&Recorded> {
        self.rta.get(&node)
    }

    /// How much of the data of a node its last run lost: its recovery point actual.
    pub fn rpa(&self, node: Ix) -> Option<&Recorded> {
        self.rpa.get(&node)
    }

    /// How long the data of a node take to come back from a copy.
    pub fn restore(&self, node: Ix) -> Option<&FromCopy> {
        self.restores.get(&node)
    }

    /// The first thing a node cannot do or start without that is not there, if there is one.
    pub fn missing(&self, node: Ix) -> Option<&'p str> {
        let place = self.missing.get(&node)?;
        let dependencies = dependencies(self.programme, self.nodes[node.at()]);
        Some(dependencies[*place as usize].on.as_str())
    }

    /// Every node that misses something, in the order of ids.
    pub fn all_missing(&self) -> Vec<Ix> {
        let mut nodes: Vec<Ix> = self.missing.keys().copied().collect();
        nodes.sort_unstable();
        nodes
    }

    /// Every node.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = Ix> + use<> {
        numbers(0, self.nodes.len())
    }

    /// Every function.
    pub fn functions(&self) -> impl DoubleEndedIterator<Item = Ix> + use<> {
        numbers(0, self.programme.functions.len())
    }

    /// Every system.
    pub fn systems(&self) -> impl DoubleEndedIterator<Item = Ix> + use<> {
        numbers(self.programme.functions.len(), self.nodes.len())
    }

    /// The node of a system, by its place in the programme's list.
    pub fn system_node(&self, place: usize) -> Ix {
        Ix(u32::try_from(self.programme.functions.len() + place).expect("checked when built"))
    }

    /// The place of a system in the programme's list, if the node is one.
    pub fn system_place(&self, node: Ix) -> Option<usize> {
        node.at().checked_sub(self.programme.functions.len())
    }

    /// The node with this id.
    pub fn find(&self, id: &str) -> Option<Ix> {
        self.index.get(id).copied()
    }

    /// What a node needs, edge by edge.
    pub fn needs(&self, node: Ix) -> impl Iterator<Item = &Edge> {
        self.needs
            .at(node)
            .iter()
            .map(|edge| &self.edges[*edge as usize])
    }

    /// What needs a node, edge by edge.
    pub fn needed_by(&self, node: Ix) -> impl Iterator<Item = &Edge> {
        self.needed_by
            .at(node)
            .iter()
            .map(|edge| &self.edges[*edge as usize])
    }

    /// The system behind a node, if it is one.
    pub fn system(&self, node: Ix) -> Option<&'p Item<System>> {
        match self.nodes[node.at()] {
            Node::System(place) => Some(&self.programme.systems[place as usize]),
            Node::Function(_) => None,
        }
    }

    /// The function behind a node, if it is one.
    pub fn function(&self, node: Ix) -> Option<&'p Item<Function>> {
        match self.nodes[node.at()] {
            Node::Function(place) => Some(&self.programme.functions[place as usize]),
            Node::System(_) => None,
        }
    }

    /// Whether a node is a function or a system.
    pub fn kind(&self, node: Ix) -> Kind {
        match self.nodes[node.at()] {
            Node::Function(_) => Kind::Function,
            Node::System(_) => Kind::System,
        }
    }

    /// The id of a node.
    pub fn id(&self, node: Ix) -> &'p str {
        match self.nodes[node.at()] {
            Node::Function(place) => self.programme.functions[place as usize].id(),
            Node::System(place) => self.programme.systems[place as usize].id(),
        }
    }

    /// The name of a node.
    pub fn name(&self, node: Ix) -> &'p str {
        match self.nodes[node.at()] {
            Node::Function(place) => self.programme.functions[place as usize].name(),
            Node::System(place) => self.programme.systems[place as usize].name(),
        }
    }

    /// The recovery time objective of a node.
    pub fn rto(&self, node: Ix) -> Option<Rto> {
        match self.nodes[node.at()] {
            Node::Function(place) => self.programme.functions[place as usize].rto,
            Node::System(place) => self.programme.systems[place as usize].rto,
        }
    }

    /// The recovery point objective of a node.
    pub fn rpo(&self, node: Ix) -> Option<Rpo> {
        match self.nodes[node.at()] {
            Node::Function(place) => self.programme.functions[place as usize].rpo,
            Node::System(place) => self.programme.systems[place as usize].rpo,
        }
    }

    /// Where the recovery time objective that counts was written, else the node itself.
    pub fn rto_place(&self, node: Ix) -> Place {
        let rto = self.rto(node);
        let at = match self.nodes[node.at()] {
            Node::Function(at) => self.programme.functions[at as usize].at_where(|f| f.rto == rto),
            Node::System(at) => self.programme.systems[at as usize].at_where(|s| s.rto == rto),
        };
        rto.map_or_else(|| at.place(), |_| at.key("rto"))
    }

    /// Where the recovery point objective that counts was written, else the node itself.
    pub fn rpo_place(&self, node: Ix) -> Place {
        let rpo = self.rpo(node);
        let at = match self.nodes[node.at()] {
            Node::Function(at) => self.programme.functions[at as usize].at_where(|f| f.rpo == rpo),
            Node::System(at) => self.programme.systems[at as usize].at_where(|s| s.rpo == rpo),
        };
        rpo.map_or_else(|| at.place(), |_| at.key("rpo"))
    }

    /// Where the own recovery time of a node was written, by where it comes from.
    pub fn own_place(&self, node: Ix, basis: objectives::Basis) -> Place {
        use objectives::Basis;
        let at = self.at(node).key("recovery");
        match basis {
            Basis::Recorded(_) | Basis::Restored(_) | Basis::Estimated(_) => self.at(node).place(),
            Basis::Measured(_) => at.key("measured").key("took"),
            Basis::Worst => at.key("worst"),
            Basis::Likely => at.key("likely"),
            Basis::Assumed => self.rto_place(node),
            Basis::Unknown | Basis::None => self.at(node).place(),
        }
    }

    /// Where the own recovery time of a node comes from, as people read it.
    pub fn own_words(&self, node: Ix, basis: objectives::Basis) -> String {
        use objectives::Basis;
        match (basis, self.rta(node), self.restore(node)) {
            (Basis::Recorded(_), Some(recorded), _) => recorded.words(),
            (Basis::Restored(_) | Basis::Estimated(_), _, Some(copy)) => {
                format!("restore of its data, {}", copy.words)
            }
            _ => basis.words(),
        }
    }

    /// Where a node was first written.
    pub fn at(&self, node: Ix) -> Origin {
        match self.nodes[node.at()] {
            Node::Function(place) => self.programme.functions[place as usize].at(),
            Node::System(place) => self.programme.systems[place as usize].at(),
        }
    }

    /// Where a dependency was written.
    pub fn place(&self, edge: &Edge) -> Place {
        let on = dependencies(self.programme, self.nodes[edge.from.at()])[edge.index as usize]
            .on
            .as_str();
        match self.nodes[edge.from.at()] {
            Node::Function(place) => written(&self.programme.functions[place as usize], on, |f| {
                &f.depends_on
            }),
            Node::System(place) => written(&self.programme.systems[place as usize], on, |s| {
                &s.depends_on
            }),
        }
    }

    /// What an edge is for, in the words of who wrote it.
    pub fn dependency(&self, edge: &Edge) -> &'p Dependency {
        &dependencies(self.programme, self.nodes[edge.from.at()])[edge.index as usize]
    }
}

fn numbers(from: usize, to: usize) -> impl DoubleEndedIterator<Item = Ix> {
    let number = |i: usize| u32::try_from(i).expect("checked when built");
    (number(from)..number(to)).map(Ix)
}

fn dependencies(programme: &Programme, node: Node) -> &[Dependency] {
    match node {
        Node::Function(place) => &programme.functions[place as usize].depends_on,
        Node::System(place) => &programme.systems[place as usize].depends_on,
    }
}

/// What holds up who needs it, but leads nowhere: the first of each node, by its place.
///
/// Only nodes with fewer edges than dependencies are looked at again, so it costs next to nothing.
fn missing(
    programme: &Programme,
    nodes: &[Node],
    needs: &Adjacency,
    index: &HashMap<&str, Ix>,
) -> HashMap<Ix, u32> {
    let broken = numbers(0, nodes.len()).filter_map(|node| {
        let named = dependencies(programme, nodes[node.at()]);
        if named.len() == needs.at(node).len() {
            return None;
        }
        let holds = |on: &Dependency| on.kind != DependencyKind::Soft;
        let missing = |on: &Dependency| holds(on) && !index.contains_key(on.on.as_str());
        let place = named.iter().position(missing)?;
        Some((node, u32::try_from(place).expect("checked when built")))
    });
    broken.collect()
}

/// The declaration, of possibly several, that names this dependency first.
fn written<T>(item: &Item<T>, on: &str, list: impl Fn(&T) -> &Vec<Dependency>) -> Place {
    for declared in &item.declarations {
        let place = list(declared)
            .iter()
            .position(|dependency| dependency.on.as_str() == on);
        if let Some(place) = place {
            return declared.at.key("depends-on").index(place).key("on");
        }
    }
    item.at().place()
}

/// How long passes before anybody begins to recover: noticing, then declaring.
pub fn reaction(programme: &Programme) -> Duration {
    let organization = programme.organization.as_ref();
    let stated = |time: fn(&Organization) -> Option<Duration>| {
        organization
            .and_then(|o| time(&o.value))
            .unwrap_or_default()
    };
    stated(|o| o.detection) + stated(|o| o.declaration)
}
