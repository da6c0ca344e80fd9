//! What each system stands on, by number: site, vendor, and what its recovery uses and needs.
//!
//! The plan says it with ids. Looking them up once, here, lets every analysis walk numbers.
//!
//! A role that one person alone can fill is that person: two such roles of one person are not two
//! pairs of hands. What recoveries share is therefore a [`Resource`]: a person, a role that
//! several people can fill, or a capacity such as a restore link.

use std::collections::HashMap;

use super::Lists;
use crate::id::{PartyId, SiteId, VendorId};
use crate::model::*;

/// A place in one of the programme's lists.
pub type At = u32;

/// What each system stands on.
#[derive(Debug)]
pub struct Footing {
    /// For each system, where it is and who supplies it.
    pub systems: Vec<Stand>,
    /// For each system, the resources its recovery uses, by number; each once.
    pub uses: Lists,
    /// For each system, the roles its recovery uses.
    pub roles: Lists,
    /// For each system, the credentials its recovery cannot do without.
    pub credentials: Lists,
    /// What recoveries share.
    pub resources: Vec<Resource>,
    /// For each role, the people who can fill it: primary, alternates and succession who
    /// have not left, each once.
    pub people: Lists,
    /// For each site, the larger place it is part of.
    pub within: Vec<Option<At>>,
    /// For each vendor, those it relies on directly.
    pub relies_on: Lists,
    /// For each credential, the people who can use it; a role counts with its people. Nobody
    /// where that cannot be told, because a team holds it or no holder is stated.
    pub holders: Lists,
}

/// Where a system is and who supplies it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stand {
    /// Where it runs.
    pub site: Option<At>,
    /// Who supplies it.
    pub vendor: Option<At>,
    /// Where it comes back when its own site is lost.
    pub recovery_site: Option<At>,
}

/// Something that recoveries share and can exhaust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Who or what it is.
    pub holder: Holder,
    /// How many recoveries it can carry at one time; at least one.
    pub parallel: u32,
}

/// Who or what recoveries share, by its place in the programme's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A person, the only one who can fill the roles in question.
    Person(At),
    /// A role that several people, or nobody, can fill.
    Role(At),
    /// A capacity.
    Capacity(At),
}

impl Holder {
    /// What kind of thing it is.
    pub fn kind(self) -> Kind {
        match self {
            Holder::Person(_) => Kind::Person,
            Holder::Role(_) => Kind::Role,
            Holder::Capacity(_) => Kind::Capacity,
        }
    }

    /// Its id.
    pub fn id(self, programme: &Programme) -> &str {
        match self {
            Holder::Person(at) => programme.people[at as usize].id(),
            Holder::Role(at) => programme.roles[at as usize].id(),
            Holder::Capacity(at) => programme.capacities[at as usize].id(),
        }
    }

    /// Its name.
    pub fn name(self, programme: &Programme) -> &str {
        match self {
            Holder::Person(at) => programme.people[at as usize].name(),
            Holder::Role(at) => programme.roles[at as usize].name(),
            Holder::Capacity(at) => programme.capacities[at as usize].name(),
        }
    }
}

impl Footing {
    /// Looks everything up.
    pub fn new(programme: &Programme) -> Self {
        let people = Lists::new(programme.roles.iter().map(|role| fillers(programme, role)));
        let (resources, of_role) = resources(programme, &people);
        let of_capacity = number(programme.roles.len());
        let uses = |id: &str| match role(programme, id) {
            Some(role) => Some(of_role[role as usize]),
            None => {
                let capacity = number(programme.capacities.position(id)?);
                Some(of_role[of_capacity as usize + capacity as usize])
            }
        };
        let recoveries = || programme.systems.iter().map(|s| s.recovery.as_ref());
        let used = |r: &Recovery| once(r.uses.iter().filter_map(|id| uses(id.as_str())));
        let roles =
            |r: &Recovery| once(r.uses.iter().filter_map(|id| role(programme, id.as_str())));
        let credentials = |r: &Recovery| {
            let ids = r.credentials.iter();
            once(ids.filter_map(|id| programme.credentials.position(id.as_str()).map(number)))
        };
        Footing {
            systems: programme
                .systems
                .iter()
                .map(|s| stand(programme, s))
                .collect(),
            uses: Lists::new(recoveries().map(|r| r.map(used).unwrap_or_default())),
            roles: Lists::new(recoveries().map(|r| r.map(roles).unwrap_or_default())),
            credentials: Lists::new(recoveries().map(|r| r.map(credentials).unwrap_or_default())),
            resources,
            holders: Lists::new(
                programme
                    .credentials
                    .iter()
                    .map(|c| holders(programme, c, &people)),
            ),
            people,
            within: programme
                .sites
                .iter()
                .map(|s| site(programme, s.within.as_ref()))
                .collect(),
            relies_on: Lists::new(programme.vendors.iter().map(|v| subs(programme, v))),
        }
    }

    /// A site and every larger place it is part of, the nearest first.
    pub fn places(&self, site: At) -> Vec<At> {
        let mut places = vec![site];
        while let Some(larger) = self.within[places[places.len() - 1] as usize] {
            // A site that is within itself is a finding of its own.
            if places.contains(&larger) {
                break;
            }
            places.push(larger);
        }
        places
    }

    /// A vendor and everybody it relies on, directly or not, the nearest first.
    pub fn supply_chain(&self, vendor: At) -> Vec<At> {
        let (mut chain, mut next) = (vec![vendor], 0);
        while let Some(supplier) = chain.get(next).copied() {
            for sub in self.relies_on.at(supplier as usize) {
                if !chain.contains(sub) {
                    chain.push(*sub);
                }
            }
            next += 1;
        }
        chain
    }
}

/// A length as a place.
fn number(i: usize) -> At {
    u32::try_from(i).expect("fewer than four thousand million things")
}

/// Each number once, in order.
fn once(numbers: impl Iterator<Item = At>) -> Vec<At> {
    let mut numbers: Vec<At> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn role(programme: &Programme, id: &str) -> Option<At> {
    programme.roles.position(id).map(number)
}

fn site(programme: &Programme, id: Option<&SiteId>) -> Option<At> {
    programme.sites.position(id?.as_str()).map(number)
}

fn vendor(programme: &Programme, id: Option<&VendorId>) -> Option<At> {
    programme.vendors.position(id?.as_str()).map(number)
}

fn stand(programme: &Programme, system: &System) -> Stand {
    let recovery = system.recovery.as_ref();
    Stand {
        site: site(programme, system.site.as_ref()),
        vendor: vendor(programme, system.vendor.as_ref()),
        recovery_site: site(programme, recovery.and_then(|r| r.site.as_ref())),
    }
}

fn subs(programme: &Programme, supplier: &Vendor) -> Vec<At> {
    let ids = supplier.sub_processors.iter();
    once(ids.filter_map(|id| vendor(programme, Some(id))))
}

fn fillers(programme: &Programme, role: &Role) -> Vec<At> {
    let ids = programme.primary(role).into_iter();
    let ids = ids.chain(programme.alternates(role));
    let ids = ids.chain(programme.succession(role));
    once(ids.filter_map(|id| programme.people.position(id.as_str()).map(number)))
}

/// The people behind the holders of a credential; nobody where that cannot be told.
fn holders(programme: &Programme, credential: &Credential, people: &Lists) -> Vec<At> {
    let of = |party: &PartyId| match programme.people.position(party.as_str()) {
        Some(person) if !programme.is_here(&programme.people[person].id) => Some(Vec::new()),
        Some(person) => Some(vec![number(person)]),
        // A plan does not list the members of a team.
        None => programme
            .roles
            .position(party.as_str())
            .map(|role| people.at(role).to_vec()),
    };
    let all: Option<Vec<Vec<At>>> = credential.holders.iter().map(of).collect();
    once(all.unwrap_or_default().into_iter().flatten())
}

/// What recoveries share, and which of it each role and then each capacity is.
fn resources(programme: &Programme, people: &Lists) -> (Vec<Resource>, Vec<At>) {
    let mut known: HashMap<Holder, At> = HashMap::new();
    let (mut resources, mut of): (Vec<Resource>, Vec<At>) = (Vec::new(), Vec::new());
    let mut add = |holder: Holder, parallel: Option<u32>| {
        let parallel = parallel.unwrap_or(1).max(1);
        let place = *known.entry(holder).or_insert(number(resources.len()));
        match resources.get_mut(place as usize) {
            Some(resource) => resource.parallel = resource.parallel.max(parallel),
            None => resources.push(Resource { holder, parallel }),
        }
        of.push(place);
    };
    for (i, role) in programme.roles.iter().enumerate() {
        let holder = match people.at(i) {
            [only] => Holder::Person(*only),
            _ => Holder::Role(number(i)),
        };
        add(holder, role.parallel);
    }
    for (i, capacity) in programme.capacities.iter().enumerate() {
        add(Holder::Capacity(number(i)), capacity.parallel);
    }
    (resources, of)
}
