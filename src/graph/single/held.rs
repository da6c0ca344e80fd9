//! What each site, vendor, person and credential holds up directly.

use crate::graph::footing::{At, Footing};
use crate::graph::{Graph, Ix, Lists};
use crate::model::*;

/// For each thing that is not a system, the nodes that are lost with it directly.
#[derive(Debug)]
pub struct Held {
    /// The things that hold something up and have no stated alternative.
    pub things: Vec<(Kind, At)>,
    /// For each of them its nodes.
    pub nodes: Lists,
}

impl Held {
    /// Finds them.
    pub fn new(graph: &Graph, footing: &Footing) -> Self {
        let mut lists: Vec<((Kind, At), Vec<u32>)> = Vec::new();
        lists.extend(of_sites(graph, footing));
        lists.extend(of_vendors(graph, footing));
        lists.extend(of_people(graph, footing));
        lists.extend(of_credentials(graph, footing));
        lists.retain(|(_, nodes)| !nodes.is_empty());
        let (things, nodes): (Vec<_>, Vec<_>) = lists.into_iter().unzip();
        Held {
            things,
            nodes: Lists::new(nodes.into_iter()),
        }
    }

    /// The nodes that are lost with one thing directly.
    pub fn of(&self, kind: Kind, place: At) -> Vec<Ix> {
        let place = self.things.iter().position(|thing| *thing == (kind, place));
        let nodes = place.map(|place| self.nodes.at(place)).unwrap_or_default();
        nodes.iter().map(|node| Ix(*node)).collect()
    }
}

type Of = ((Kind, At), Vec<u32>);

fn of_sites<'a>(graph: &'a Graph, footing: &'a Footing) -> impl Iterator<Item = Of> + 'a {
    let sites = &graph.programme.sites;
    let mut held = vec![Vec::new(); sites.len()];
    for (system, stand) in footing.systems.iter().enumerate() {
        for site in stand.site.into_iter().flat_map(|site| footing.places(site)) {
            held[site as usize].push(graph.system_node(system).0);
        }
    }
    let stated = |place: usize| sites[place].alternative.is_some();
    things(Kind::Site, held, stated)
}

fn of_vendors<'a>(graph: &'a Graph, footing: &'a Footing) -> impl Iterator<Item = Of> + 'a {
    let vendors = &graph.programme.vendors;
    let mut held = vec![Vec::new(); vendors.len()];
    let chains: Vec<Vec<At>> = (0u32..)
        .take(vendors.len())
        .map(|vendor| footing.supply_chain(vendor))
        .collect();
    for (system, stand) in footing.systems.iter().enumerate() {
        for vendor in stand
            .vendor
            .into_iter()
            .flat_map(|vendor| &chains[vendor as usize])
        {
            held[*vendor as usize].push(graph.system_node(system).0);
        }
    }
    let stated = |place: usize| vendors[place].alternative.is_some();
    things(Kind::Vendor, held, stated)
}

fn of_people<'a>(graph: &'a Graph, footing: &'a Footing) -> impl Iterator<Item = Of> + 'a {
    let programme = graph.programme;
    let mut held = vec![Vec::new(); programme.people.len()];
    let alone = |role: usize| match footing.people.at(role) {
        [only] => Some(*only as usize),
        _ => None,
    };
    for system in 0..programme.systems.len() {
        for role in footing.roles.at(system) {
            let person = alone(*role as usize);
            held_by(&mut held, person, graph.system_node(system));
        }
    }
    for node in graph.functions() {
        let needs = graph
            .function(node)
            .and_then(|function| function.needs.as_ref());
        for need in needs.iter().flat_map(|needs| &needs.people) {
            let role = programme.roles.position(need.role.as_str());
            held_by(&mut held, role.and_then(alone), node);
        }
    }
    things(Kind::Person, held, |_| false)
}

fn of_credentials<'a>(graph: &'a Graph, footing: &'a Footing) -> impl Iterator<Item = Of> + 'a {
    let credentials = &graph.programme.credentials;
    let mut held = vec![Vec::new(); credentials.len()];
    for system in 0..graph.programme.systems.len() {
        for credential in footing.credentials.at(system) {
            held[*credential as usize].push(graph.system_node(system).0);
        }
    }
    let safe = |place: usize| {
        credentials[place].second_copy.is_some()
            || credentials[place].kept_in.is_none() && footing.holders.at(place).len() != 1
    };
    things(Kind::Credential, held, safe)
}

fn held_by(held: &mut [Vec<u32>], who: Option<usize>, node: Ix) {
    if let Some(list) = who.map(|who| &mut held[who])
        && list.last() != Some(&node.0)
    {
        list.push(node.0);
    }
}

/// The things of a kind that have no stated alternative, with what each holds up.
fn things<'a>(
    kind: Kind,
    held: Vec<Vec<u32>>,
    alternative: impl Fn(usize) -> bool + 'a,
) -> impl Iterator<Item = Of> + 'a {
    let numbered = held.into_iter().enumerate();
    let alone = numbered.filter(move |(place, _)| !alternative(*place));
    alone.map(move |(place, nodes)| {
        (
            (kind, At::try_from(place).expect("checked when built")),
            nodes,
        )
    })
}
