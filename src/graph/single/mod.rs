//! Single points of failure: what takes functions down by itself, and has no stated alternative.
//!
//! | what fails | and takes along | unless |
//! |---|---|---|
//! | a system | what needs it, by `hard` dependencies | it recovers at another site |
//! | a site | that of its systems, and of the sites within it | it has an `alternative` |
//! | a vendor | that of its systems, and of who relies on it | it has an `alternative` |
//! | a person | that of the roles, and the recoveries using them | others can fill the roles |
//! | a credential | that of the recoveries that need it | it has a copy, or several holders |
//!
//! A person or a credential takes nothing down at once; without them what is down stays down.

mod counts;
mod held;

use self::counts::Counts;
use self::held::Held;
use super::footing::{At, Footing};
use super::order::Order;
use super::{Graph, Ix};
use crate::model::*;

/// Something that takes functions down by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Single {
    /// What kind of thing: system, site, vendor, person or credential.
    pub kind: Kind,
    /// Its place in the programme's list.
    pub place: At,
    /// How many functions are lost with it.
    pub functions: u32,
    /// Whether a system of the most important tier is lost with it, or is it.
    pub vital: bool,
}

/// The single points of failure, the worst first.
#[derive(Debug)]
pub struct Singles {
    /// By the functions lost, then whether the most important tier is, then kind and id.
    pub ranked: Vec<Single>,
    /// What each site, vendor, person and credential holds up directly.
    held: Held,
}

impl Singles {
    /// Finds them.
    pub fn new(graph: &Graph, order: &Order, footing: &Footing) -> Self {
        let held = Held::new(graph, footing);
        let counts = Counts::new(graph, order, &held);
        let programme = graph.programme;
        let systems = (0..programme.systems.len()).filter(|i| {
            let stand = footing.systems[*i];
            stand
                .recovery_site
                .is_none_or(|site| Some(site) == stand.site)
        });
        let systems = systems.map(|place| Single {
            kind: Kind::System,
            place: At::try_from(place).expect("checked when built"),
            functions: counts.functions[order.groups.of(graph.system_node(place))],
            vital: counts.vital[order.groups.of(graph.system_node(place))],
        });
        let things = held
            .things
            .iter()
            .enumerate()
            .map(|(i, (kind, place))| Single {
                kind: *kind,
                place: *place,
                functions: counts.functions[order.groups.count() + i],
                vital: counts.vital[order.groups.count() + i],
            });
        let takes_something = |single: &Single| single.functions > 0;
        let mut ranked: Vec<Single> = systems.chain(things).filter(takes_something).collect();
        ranked.sort_by_key(|single| {
            let worst = std::cmp::Reverse((single.functions, single.vital));
            (worst, single.kind, single.place)
        });
        Singles { ranked, held }
    }

    /// The functions that are lost with one of them.
    pub fn functions(&self, graph: &Graph, single: &Single) -> Vec<Ix> {
        let lost: Vec<Ix> = match single.kind {
            Kind::System => vec![graph.system_node(single.place as usize)],
            _ => self.held.of(single.kind, single.place),
        };
        functions_lost(graph, lost)
    }
}

impl Single {
    /// Its id.
    pub fn id<'p>(&self, programme: &'p Programme) -> &'p str {
        let place = self.place as usize;
        match self.kind {
            Kind::Site => programme.sites[place].id(),
            Kind::Vendor => programme.vendors[place].id(),
            Kind::Person => programme.people[place].id(),
            Kind::Credential => programme.credentials[place].id(),
            _ => programme.systems[place].id(),
        }
    }

    /// Where it was first written.
    pub fn at(&self, programme: &Programme) -> Origin {
        let place = self.place as usize;
        match self.kind {
            Kind::Site => programme.sites[place].at(),
            Kind::Vendor => programme.vendors[place].at(),
            Kind::Person => programme.people[place].at(),
            Kind::Credential => programme.credentials[place].at(),
            _ => programme.systems[place].at(),
        }
    }
}

/// The functions that need any of these nodes by `hard` dependencies, in the order of ids.
pub fn functions_lost(graph: &Graph, mut nodes: Vec<Ix>) -> Vec<Ix> {
    let mut seen = vec![false; graph.nodes.len()];
    nodes.retain(|node| !std::mem::replace(&mut seen[node.at()], true));
    let mut next = 0;
    while let Some(node) = nodes.get(next).copied() {
        for edge in graph
            .needed_by(node)
            .filter(|e| e.kind == DependencyKind::Hard)
        {
            if !std::mem::replace(&mut seen[edge.from.at()], true) {
                nodes.push(edge.from);
            }
        }
        next += 1;
    }
    graph.functions().filter(|node| seen[node.at()]).collect()
}

/// How many functions are lost, and the first few by name, as people read it.
pub fn lost_words(graph: &Graph, functions: &[Ix]) -> String {
    const NAMED_MAX: usize = 5;
    let named = functions
        .iter()
        .take(NAMED_MAX)
        .map(|node| format!("`{}`", graph.id(*node)));
    let named = named.collect::<Vec<_>>().join(", ");
    match functions.len() {
        0 => "no function is lost".to_owned(),
        1 => format!("the function {named} is lost"),
        count if count > NAMED_MAX => {
            format!("{count} functions are lost, among them {named}")
        }
        count => format!("{count} functions are lost: {named}"),
    }
}

#[cfg(test)]
mod tests;
