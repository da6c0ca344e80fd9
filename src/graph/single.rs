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
//!
//! Which functions need which group is computed for 64 functions at a time, one bit each, in one
//! walk over the groups from dependants to what they need. Only numbers are kept; the functions
//! behind one number are found again when somebody asks.

use rayon::prelude::*;

use super::footing::{At, Footing};
use super::order::Order;
use super::{Graph, Ix, Lists};
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

/// For each thing that is not a system, the nodes that are lost with it directly.
#[derive(Debug)]
struct Held {
    things: Vec<(Kind, At)>,
    nodes: Lists,
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

impl Held {
    fn new(graph: &Graph, footing: &Footing) -> Self {
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

    fn of(&self, kind: Kind, place: At) -> Vec<Ix> {
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

/// How much is lost with each group, and after them with each other thing.
struct Counts {
    functions: Vec<u32>,
    vital: Vec<bool>,
}

impl Counts {
    fn new(graph: &Graph, order: &Order, held: &Held) -> Self {
        let needs = hard_needs(graph, order);
        let functions: Vec<Ix> = graph.functions().collect();
        let vital = vital(graph).into_iter().map(|node| (node, 0));
        let vital = lost(order, &needs, held, vital);
        Counts {
            functions: count(order, &needs, held, &functions),
            vital: vital.into_iter().map(|bits| bits > 0).collect(),
        }
    }
}

/// Counts, for each group and each other thing, how many of these nodes are lost with it.
fn count(order: &Order, needs: &Lists, held: &Held, nodes: &[Ix]) -> Vec<u32> {
    let nothing = || vec![0; order.groups.count() + held.things.len()];
    let counted = nodes.par_chunks(64).fold(nothing, |mut counts, chunk| {
        let lost = lost(order, needs, held, chunk.iter().copied().zip(0..));
        for (count, lost) in counts.iter_mut().zip(lost) {
            *count += lost.count_ones();
        }
        counts
    });
    counted.reduce(nothing, |mut counts, others| {
        counts
            .iter_mut()
            .zip(others)
            .for_each(|(count, other)| *count += other);
        counts
    })
}

/// For each group and each other thing, the bits of the nodes that are lost with it.
fn lost(
    order: &Order,
    needs: &Lists,
    held: &Held,
    bits: impl Iterator<Item = (Ix, u32)>,
) -> Vec<u64> {
    let groups = order.groups.count();
    let mut lost = vec![0u64; groups];
    for (node, bit) in bits {
        lost[order.groups.of(node)] |= 1 << bit;
    }
    for group in (0..groups).rev() {
        let ours = lost[group];
        if ours != 0 {
            needs
                .at(group)
                .iter()
                .for_each(|needed| lost[*needed as usize] |= ours);
        }
    }
    for i in 0..held.things.len() {
        let nodes = held.nodes.at(i).iter();
        lost.push(nodes.fold(0, |all, node| all | lost[order.groups.of(Ix(*node))]));
    }
    lost
}

/// For each group those that it needs by `hard` dependencies, each once.
fn hard_needs(graph: &Graph, order: &Order) -> Lists {
    Lists::new((0..order.groups.count()).map(|group| {
        let members = order.groups.at(group).iter();
        let edges = members.flat_map(|node| graph.needs(*node));
        let hard = edges.filter(|edge| edge.kind == DependencyKind::Hard);
        let mut groups: Vec<u32> = hard.map(|edge| order.groups.number(edge.to)).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }))
}

/// The systems of the most important tier: the one that must be back first.
fn vital(graph: &Graph) -> Vec<Ix> {
    let programme = graph.programme;
    let stated = programme
        .tiers
        .iter()
        .filter_map(|tier| Some((tier.rto?, tier.id())));
    let Some((_, first)) = stated.min() else {
        return Vec::new();
    };
    let of_first = |node: &Ix| {
        let tier = graph.system(*node).and_then(|system| system.tier.as_ref());
        tier.is_some_and(|tier| tier.as_str() == first)
    };
    graph.systems().filter(of_first).collect()
}

#[cfg(test)]
mod tests {
    use crate::graph::testing::analyse;

    const SHOP: &str = "
functions:
  - {id: pay, name: Pay, depends-on: [{on: shop}], needs: {people: [{role: teller}]}}
  - {id: sell, name: Sell, depends-on: [{on: shop}, {on: mail, kind: soft}]}
systems:
  - {id: shop, name: Shop, site: hall, depends-on: [{on: db}]}
  - id: db
    name: Database
    vendor: host
    recovery: {strategy: restore, uses: [dba], credentials: [root]}
  - {id: mail, name: Mail}
sites:
  - {id: hall, name: Hall, kind: data-centre, within: town}
  - {id: town, name: Town, kind: region}
vendors: [{id: host, name: Host, sub-processors: [cloud]}, {id: cloud, name: Cloud}]
people: [{id: ada, name: Ada}, {id: ben, name: Ben}]
roles: [{id: dba, name: Administrator, primary: ada}, {id: teller, name: Teller, primary: ben}]
credentials: [{id: root, name: Root, holders: [ada]}]
";

    fn check(yaml: &str, expected: &[(&str, u32)]) {
        analyse(yaml, |analysis| {
            let singles = analysis.singles.ranked.iter();
            let found = singles.map(|s| (s.id(analysis.graph.programme), s.functions));
            assert_eq!(found.collect::<Vec<_>>(), expected);
            for single in &analysis.singles.ranked {
                let functions = analysis.singles.functions(&analysis.graph, single).len();
                assert_eq!(functions, single.functions as usize, "{single:?}");
            }
        });
    }

    #[test]
    fn whatever_functions_need_is_ranked_by_how_many_are_lost_with_it() {
        check(
            SHOP,
            &[
                ("hall", 2),
                ("town", 2),
                ("root", 2),
                ("ada", 2),
                ("db", 2),
                ("shop", 2),
                ("cloud", 2),
                ("host", 2),
                ("ben", 1),
            ],
        );
    }

    #[test]
    fn what_has_a_stated_alternative_is_no_single_point() {
        let alternatives = SHOP
            .replace("within: town", "within: town, alternative: town")
            .replace("name: Host,", "name: Host, alternative: Another,")
            .replace("primary: ada", "primary: ada, alternates: [ben]")
            .replace("holders: [ada]", "holders: [ada], second-copy: An envelope")
            .replace("strategy: restore,", "strategy: restore, site: town,");
        check(
            &alternatives,
            &[("town", 2), ("shop", 2), ("cloud", 2), ("ben", 1)],
        );
    }

    #[test]
    fn more_functions_than_fit_one_word_are_counted_all() {
        let functions: String = (0..150)
            .map(|i| format!("  - {{id: f{i}, name: F, depends-on: [{{on: base}}]}}\n"))
            .collect();
        let yaml = format!("functions:\n{functions}systems: [{{id: base, name: Base}}]");
        check(&yaml, &[("base", 150)]);
    }

    #[test]
    fn the_most_important_tier_is_the_one_that_must_be_back_first() {
        let yaml = "
tiers: [{id: gold, name: Gold, rto: 1h}, {id: blue, name: Blue, rto: 1d}]
functions: [{id: sell, name: Sell, depends-on: [{on: shop}, {on: news}]}]
systems:
  - {id: db, name: Database, tier: blue}
  - {id: shop, name: Shop, tier: gold, depends-on: [{on: db}]}
  - {id: news, name: News, tier: blue}
";
        analyse(yaml, |analysis| {
            let singles = analysis.singles.ranked.iter();
            let vital = singles.map(|s| (s.id(analysis.graph.programme), s.vital));
            assert_eq!(
                vital.collect::<Vec<_>>(),
                [("db", true), ("shop", true), ("news", false)]
            );
        });
    }
}
