//! Common fate: what should be independent, but is lost together.
//!
//! A backup is there for the day its system is lost. It shares the system's fate when one event
//! takes both: the same site, or two in one larger place; the same vendor, or two that rely on the
//! same; the same credential, with which one intruder deletes both; one person without whom
//! neither the copy nor the recovery can be reached; or a place on the very system, or on one that
//! cannot work without it.
//!
//! In the same way two vendors are one when both rely on the same sub-processor.

use std::collections::HashSet;

use super::footing::{At, Footing};
use super::single::functions_lost;
use super::{Graph, Ix};
use crate::id::{CredentialId, SiteId, VendorId};
use crate::model::*;

/// What a backup and its system share, by places in the programme's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// The copy is kept on the system itself, or on one that does not work without it.
    System,
    /// The smallest place that both are in.
    Site(At),
    /// The vendor that both rely on.
    Vendor(At),
    /// The credential that opens both.
    Credential(At),
    /// The only person who can reach both.
    Person(At),
}

/// A backup that is lost together with what it is a copy of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// The backup, by its place in the programme's list.
    pub backup: At,
    /// The system.
    pub system: Ix,
    /// What they share, the most direct first; at least one.
    pub shared: Vec<Shared>,
    /// Another backup of the system that shares nothing with it, if there is one.
    pub saved_by: Option<At>,
}

/// A vendor that several of our vendors rely on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedSupplier {
    /// The vendor behind the others, by its place in the programme's list.
    pub supplier: At,
    /// Those of our vendors that rely on it, directly or not, each supplying a system; at least
    /// two.
    pub vendors: Vec<At>,
    /// The functions that are lost with all of them.
    pub functions: Vec<Ix>,
}

/// Every common fate.
#[derive(Debug)]
pub struct CommonFate {
    /// Backups that are lost with their systems, in the order of backups.
    pub backups: Vec<Fate>,
    /// Vendors behind several vendors, those with the most functions at risk first.
    pub suppliers: Vec<SharedSupplier>,
}

impl CommonFate {
    /// Finds them.
    pub fn new(graph: &Graph, footing: &Footing) -> Self {
        CommonFate {
            backups: backups(graph, footing),
            suppliers: suppliers(graph, footing),
        }
    }
}

fn backups(graph: &Graph, footing: &Footing) -> Vec<Fate> {
    let programme = graph.programme;
    let mut pairs: Vec<(Ix, At, Vec<Shared>)> = Vec::new();
    for (backup, item) in (0u32..).zip(&programme.backups) {
        let copy = Copy::new(graph, footing, item);
        for id in &item.of {
            if let Some(place) = programme.systems.position(id.as_str()) {
                let node = graph.system_node(place);
                pairs.push((node, backup, copy.shared(graph, footing, node)));
            }
        }
    }
    pairs.sort();
    pairs.dedup();
    let mut fates = Vec::new();
    for of_system in pairs.chunk_by(|a, b| a.0 == b.0) {
        let safe = of_system.iter().find(|(.., shared)| shared.is_empty());
        let lost = of_system.iter().filter(|(.., shared)| !shared.is_empty());
        fates.extend(lost.map(|(system, backup, shared)| Fate {
            backup: *backup,
            system: *system,
            shared: shared.clone(),
            saved_by: safe.map(|(_, backup, _)| *backup),
        }));
    }
    fates.sort_by_key(|fate| (fate.backup, fate.system));
    fates
}

/// What a copy stands on.
struct Copy {
    /// Where it is and everything around that.
    places: Vec<At>,
    vendors: Vec<At>,
    credential: Option<At>,
    /// What it is kept on, and everything that takes that down.
    kept_on: HashSet<Ix>,
}

impl Copy {
    fn new(graph: &Graph, footing: &Footing, backup: &Backup) -> Self {
        let programme = graph.programme;
        let kept_on = backup.kept_on.as_ref();
        let kept_on = kept_on.and_then(|id| programme.systems.position(id.as_str()));
        let stand = kept_on
            .map(|place| footing.systems[place])
            .unwrap_or_default();
        let number = |place: usize| At::try_from(place).expect("checked when built");
        let stated = |id: Option<&str>, position: &dyn Fn(&str) -> Option<usize>| {
            id.and_then(position).map(number)
        };
        let site = backup.site.as_ref().map(SiteId::as_str);
        let site = stated(site, &|id| programme.sites.position(id)).or(stand.site);
        let vendor = backup.vendor.as_ref().map(VendorId::as_str);
        let vendor = stated(vendor, &|id| programme.vendors.position(id)).or(stand.vendor);
        let credential = backup.credential.as_ref().map(CredentialId::as_str);
        Copy {
            places: site.map(|site| footing.places(site)).unwrap_or_default(),
            vendors: vendor
                .map(|vendor| footing.supply_chain(vendor))
                .unwrap_or_default(),
            credential: stated(credential, &|id| programme.credentials.position(id)),
            kept_on: kept_on
                .map(|place| takes_down(graph, graph.system_node(place)))
                .unwrap_or_default(),
        }
    }

    /// What it shares with a system, the most direct first.
    fn shared(&self, graph: &Graph, footing: &Footing, node: Ix) -> Vec<Shared> {
        let Some(system) = graph.system_place(node) else {
            return Vec::new();
        };
        let stand = footing.systems[system];
        let both =
            |ours: &[At], theirs: Vec<At>| theirs.into_iter().find(|place| ours.contains(place));
        let site = stand
            .site
            .and_then(|site| both(&self.places, footing.places(site)));
        let vendor = stand
            .vendor
            .and_then(|v| both(&self.vendors, footing.supply_chain(v)));
        let opens = |credential: &At| footing.credentials.at(system).contains(credential);
        let parts = [
            self.kept_on.contains(&node).then_some(Shared::System),
            site.map(Shared::Site),
            vendor.map(Shared::Vendor),
            self.credential.filter(opens).map(Shared::Credential),
            self.person(footing, system).map(Shared::Person),
        ];
        parts.into_iter().flatten().collect()
    }

    /// The only person who can use the copy's credential, if the recovery too hangs on them alone.
    fn person(&self, footing: &Footing, system: usize) -> Option<At> {
        let [only] = footing.holders.at(self.credential? as usize) else {
            return None;
        };
        let roles = footing
            .roles
            .at(system)
            .iter()
            .map(|role| footing.people.at(*role as usize));
        let credentials = footing.credentials.at(system).iter();
        let holders = credentials.map(|held| footing.holders.at(*held as usize));
        roles
            .chain(holders)
            .any(|people| people == [*only])
            .then_some(*only)
    }
}

/// A node and everything that takes it down, by `hard` dependencies.
fn takes_down(graph: &Graph, node: Ix) -> HashSet<Ix> {
    let (mut reached, mut stack) = (HashSet::from([node]), vec![node]);
    while let Some(node) = stack.pop() {
        for edge in graph.needs(node).filter(|e| e.kind == DependencyKind::Hard) {
            if reached.insert(edge.to) {
                stack.push(edge.to);
            }
        }
    }
    reached
}

fn suppliers(graph: &Graph, footing: &Footing) -> Vec<SharedSupplier> {
    let count = graph.programme.vendors.len();
    let mut supplied: Vec<Vec<Ix>> = vec![Vec::new(); count];
    for (system, stand) in footing.systems.iter().enumerate() {
        if let Some(vendor) = stand.vendor {
            supplied[vendor as usize].push(graph.system_node(system));
        }
    }
    let mut behind: Vec<Vec<At>> = vec![Vec::new(); count];
    let ours = (0u32..)
        .zip(&supplied)
        .filter(|(_, systems)| !systems.is_empty());
    for (vendor, _) in ours {
        for supplier in footing.supply_chain(vendor).into_iter().skip(1) {
            behind[supplier as usize].push(vendor);
        }
    }
    let several = (0u32..)
        .zip(behind)
        .filter(|(_, vendors)| vendors.len() > 1);
    let mut found: Vec<SharedSupplier> = several
        .map(|(supplier, vendors)| {
            let systems = vendors
                .iter()
                .flat_map(|vendor| &supplied[*vendor as usize]);
            let functions = functions_lost(graph, systems.copied().collect());
            SharedSupplier {
                supplier,
                vendors,
                functions,
            }
        })
        .collect();
    found.sort_by_key(|shared| (std::cmp::Reverse(shared.functions.len()), shared.supplier));
    found
}

#[cfg(test)]
mod tests {
    use super::Shared;
    use crate::graph::testing::analyse;

    const COPIES: &str = "
functions: [{id: sell, name: Sell, depends-on: [{on: db}, {on: mail}]}]
systems:
  - {id: db, name: Database, site: north, vendor: host, depends-on: [{on: disk}],
     recovery: {strategy: restore, uses: [dba], credentials: [root]}}
  - {id: disk, name: Disk}
  - {id: safe, name: Safe, site: south}
  - {id: mail, name: Mail, vendor: post}
backups:
  - {id: copy, name: Copy, of: [db], site: south}
sites:
  - {id: land, name: Land, kind: region}
  - {id: north, name: North, kind: data-centre, within: land}
  - {id: south, name: South, kind: data-centre}
vendors:
  - {id: host, name: Host, sub-processors: [cloud]}
  - {id: post, name: Post}
  - {id: store, name: Store, sub-processors: [cloud]}
  - {id: cloud, name: Cloud}
people: [{id: ada, name: Ada}, {id: ben, name: Ben}]
roles: [{id: dba, name: Administrator, primary: ada}]
credentials: [{id: root, name: Root, holders: [ada]}, {id: key, name: Key, holders: [ada]}]
";

    fn check(yaml: &str, expected: &[&[&str]]) {
        analyse(yaml, |analysis| {
            let word = |shared: &Shared| match shared {
                Shared::System => "system",
                Shared::Site(_) => "site",
                Shared::Vendor(_) => "vendor",
                Shared::Credential(_) => "credential",
                Shared::Person(_) => "person",
            };
            let fates = analysis.fate.backups.iter();
            let found = fates.map(|fate| fate.shared.iter().map(word).collect::<Vec<_>>());
            assert_eq!(found.collect::<Vec<_>>(), expected, "{yaml}");
        });
    }

    #[test]
    fn a_backup_somewhere_else_shares_nothing() {
        check(COPIES, &[]);
    }

    #[test]
    fn a_backup_shares_the_site_or_a_larger_place_around_both() {
        check(
            &COPIES.replace("[db], site: south", "[db], site: north"),
            &[&["site"]],
        );
        check(
            &COPIES.replace("name: South,", "name: South, within: land,"),
            &[&["site"]],
        );
    }

    #[test]
    fn a_backup_shares_the_vendor_or_one_behind_both() {
        check(
            &COPIES.replace("site: south}\nsites", "vendor: host}\nsites"),
            &[&["vendor"]],
        );
        check(
            &COPIES.replace("site: south}\nsites", "vendor: store}\nsites"),
            &[&["vendor"]],
        );
        check(
            &COPIES.replace("site: south}\nsites", "vendor: post}\nsites"),
            &[],
        );
    }

    #[test]
    fn a_backup_shares_the_credential_or_the_only_person_who_can_reach_both() {
        let with = |more: &str| COPIES.replace("site: south}\nsites", &format!("{more}}}\nsites"));
        check(&with("credential: root"), &[&["credential", "person"]]);
        check(&with("credential: key"), &[&["person"]]);
        let two =
            with("credential: key").replace("Key, holders: [ada]", "Key, holders: [ada, ben]");
        check(&two, &[]);
    }

    #[test]
    fn a_backup_kept_on_what_falls_with_the_system_is_none() {
        check(
            &COPIES.replace("site: south}\nsites", "kept-on: db}\nsites"),
            &[&["system", "site", "vendor"]],
        );
        let on = COPIES.replace("site: south}\nsites", "kept-on: safe}\nsites");
        check(&on, &[]);
        let needs = on.replace("name: Safe,", "name: Safe, depends-on: [{on: db}],");
        check(&needs, &[&["system"]]);
    }

    #[test]
    fn another_copy_that_shares_nothing_saves_the_system() {
        let second = "  - {id: near, name: Near, of: [db], site: north}\nsites";
        analyse(
            &COPIES.replace(
                "sites:\n  - {id: land",
                &format!("{second}:\n  - {{id: land"),
            ),
            |a| {
                let fate = &a.fate.backups[0];
                let backups = &a.graph.programme.backups;
                assert_eq!(backups[fate.backup as usize].id.as_str(), "near");
                assert_eq!(
                    fate.saved_by.map(|at| backups[at as usize].id.as_str()),
                    Some("copy")
                );
            },
        );
    }

    #[test]
    fn a_vendor_behind_several_of_ours_is_named_with_the_functions_at_risk() {
        let post = COPIES.replace(
            "id: post, name: Post",
            "id: post, name: Post, sub-processors: [cloud]",
        );
        analyse(&post, |analysis| {
            let [shared] = &analysis.fate.suppliers[..] else {
                panic!("one is shared")
            };
            let id = |at: u32| analysis.graph.programme.vendors[at as usize].id.as_str();
            assert_eq!(id(shared.supplier), "cloud");
            let vendors: Vec<_> = shared.vendors.iter().map(|at| id(*at)).collect();
            assert_eq!(vendors, ["host", "post"]);
            assert_eq!(analysis.ids(&shared.functions), ["sell"]);
        });
        analyse(COPIES, |analysis| {
            assert!(analysis.fate.suppliers.is_empty());
        });
    }
}
