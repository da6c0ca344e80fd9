//! What a failure takes away by itself, before anything that depends on it is looked at.
//!
//! A site takes the sites within it along, a vendor the vendors that rely on it, a person the
//! roles that nobody else can fill. A scenario takes away all that it names.

use super::footing::{At, Footing};
use super::target::Target;
use crate::model::*;
use crate::time::Duration;

/// What is lost, by places in the programme's lists.
#[derive(Clone, Debug)]
pub struct Lost {
    /// The systems that are named themselves.
    pub systems: Vec<At>,
    /// Whether each site is lost.
    pub sites: Vec<bool>,
    /// Whether each vendor is.
    pub vendors: Vec<bool>,
    /// Whether each person is.
    pub people: Vec<bool>,
    /// Whether each credential can no longer be used: it is named, or nobody who holds it is
    /// left; one with a second copy is not lost.
    pub credentials: Vec<bool>,
    /// Whether each role had somebody and has nobody left.
    pub roles: Vec<bool>,
    /// How long it lasts at the most, when a scenario says so.
    pub lasts: Option<Duration>,
}

impl Lost {
    /// What a target takes away by itself.
    pub fn new(programme: &Programme, footing: &Footing, target: Target) -> Self {
        let mut lost = Lost {
            systems: Vec::new(),
            sites: vec![false; programme.sites.len()],
            vendors: vec![false; programme.vendors.len()],
            people: vec![false; programme.people.len()],
            credentials: vec![false; programme.credentials.len()],
            roles: Vec::new(),
            lasts: None,
        };
        lost.name(programme, target);
        let taken = |site: usize| {
            footing
                .places(at(site))
                .iter()
                .any(|p| lost.sites[*p as usize])
        };
        lost.sites = (0..lost.sites.len()).map(taken).collect();
        let gone = |vendor: usize| {
            let chain = footing.supply_chain(at(vendor));
            chain
                .iter()
                .any(|supplier| lost.vendors[*supplier as usize])
        };
        lost.vendors = (0..lost.vendors.len()).map(gone).collect();
        let nobody = |people: &[At]| {
            !people.is_empty() && people.iter().all(|person| lost.people[*person as usize])
        };
        let roles = 0..programme.roles.len();
        lost.roles = roles.map(|role| nobody(footing.people.at(role))).collect();
        for (i, credential) in programme.credentials.iter().enumerate() {
            lost.credentials[i] |= nobody(footing.holders.at(i));
            lost.credentials[i] &= credential.second_copy.is_none();
        }
        lost
    }

    /// Marks what the target names.
    fn name(&mut self, programme: &Programme, target: Target) {
        fn mark<T: Entity>(marks: &mut [bool], items: &Items<T>, id: &str) {
            if let Some(place) = items.position(id) {
                marks[place] = true;
            }
        }
        let id = target.id();
        match target {
            Target::System(_) => self.systems.extend(programme.systems.position(id).map(at)),
            Target::Site(_) => mark(&mut self.sites, &programme.sites, id),
            Target::Vendor(_) => mark(&mut self.vendors, &programme.vendors, id),
            Target::Person(_) => mark(&mut self.people, &programme.people, id),
            Target::Credential(_) => mark(&mut self.credentials, &programme.credentials, id),
            Target::Scenario(scenario) => {
                self.lasts = scenario.lasts;
                let Some(down) = &scenario.takes_down else {
                    return;
                };
                let systems = down.systems.iter();
                let places = systems.filter_map(|id| programme.systems.position(id.as_str()));
                self.systems.extend(places.map(at));
                for id in &down.sites {
                    mark(&mut self.sites, &programme.sites, id.as_str());
                }
                for id in &down.vendors {
                    mark(&mut self.vendors, &programme.vendors, id.as_str());
                }
                for id in &down.people {
                    mark(&mut self.people, &programme.people, id.as_str());
                }
                for id in &down.credentials {
                    mark(&mut self.credentials, &programme.credentials, id.as_str());
                }
            }
        }
    }
}

fn at(place: usize) -> At {
    u32::try_from(place).expect("checked when built")
}
