//! Why something that is down has no stated way back.

use crate::graph::footing::At;
use crate::graph::lost::Lost;
use crate::graph::spread::{Cause, Spread};
use crate::graph::{Analysis, Ix};
use crate::model::Programme;

/// Why there is no stated way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// Its site is lost, and no other that is not lost is stated.
    Site(At),
    /// Its vendor is lost, and does not say how fast it restores its service.
    Vendor(At),
    /// Nobody is left in a role it cannot do without.
    Role(At),
    /// A credential it needs cannot be used.
    Credential(At),
    /// A credential it needs is kept in a system that comes back only after it, or never.
    LockedIn(At),
}

impl Stuck {
    /// As people read it, after the name of what is stuck.
    pub fn words(self, programme: &Programme) -> String {
        match self {
            Stuck::Site(at) => format!(
                "its site `{}` is lost, and no other that is left is stated",
                programme.sites[at as usize].id
            ),
            Stuck::Vendor(at) => format!(
                "its vendor `{}` does not say how fast it restores its service",
                programme.vendors[at as usize].id
            ),
            Stuck::Role(at) => format!(
                "nobody is left in the role `{}`",
                programme.roles[at as usize].id
            ),
            Stuck::Credential(at) => format!(
                "the credential `{}` cannot be used",
                programme.credentials[at as usize].id
            ),
            Stuck::LockedIn(at) => format!(
                "the credential `{}` is kept in a system that is not back before",
                programme.credentials[at as usize].id
            ),
        }
    }
}

/// The system a credential is kept in, unless there is a second copy that needs none.
pub fn kept_in(analysis: &Analysis, credential: At) -> Option<Ix> {
    let programme = analysis.graph.programme;
    let credential = &programme.credentials[credential as usize];
    let safe = credential
        .kept_in
        .as_ref()
        .filter(|_| credential.second_copy.is_none())?;
    Some(
        analysis
            .graph
            .system_node(programme.systems.position(safe.as_str())?),
    )
}

/// Why a node has no way back by itself, if it has none.
pub fn stuck(analysis: &Analysis, spread: &Spread, node: Ix) -> Option<Stuck> {
    let lost = &spread.lost;
    let Some(system) = analysis.graph.system_place(node) else {
        return match spread.cause[node.at()] {
            Some(Cause::Site(site)) => Some(Stuck::Site(site)),
            Some(Cause::Role(role)) => Some(Stuck::Role(role)),
            _ => None,
        };
    };
    let (footing, programme) = (&analysis.footing, analysis.graph.programme);
    let stand = footing.systems[system];
    let site = stand.site.filter(|site| lost.sites[*site as usize]);
    if let Some(site) = site.filter(|site| !elsewhere(analysis, lost, *site, stand.recovery_site)) {
        return Some(Stuck::Site(site));
    }
    let silent = |vendor: &At| {
        lost.vendors[*vendor as usize]
            && programme.vendors[*vendor as usize]
                .restores_within
                .is_none()
    };
    let first = |list: &[At], marks: &[bool]| list.iter().find(|at| marks[**at as usize]).copied();
    let vendor = stand.vendor.filter(silent).map(Stuck::Vendor);
    let role = || first(footing.roles.at(system), &lost.roles).map(Stuck::Role);
    let credential = || first(footing.credentials.at(system), &lost.credentials);
    vendor
        .or_else(role)
        .or_else(|| credential().map(Stuck::Credential))
}

/// Whether a system whose site is lost has another place to come back to.
fn elsewhere(analysis: &Analysis, lost: &Lost, site: At, stated: Option<At>) -> bool {
    let sites = &analysis.graph.programme.sites;
    let alternative = |place: &At| {
        let id = sites[*place as usize].alternative.as_ref()?;
        sites.position(id.as_str())
    };
    let places = analysis.footing.places(site);
    let alternatives = places.iter().filter_map(alternative);
    let stated = stated.map(|site| site as usize);
    stated
        .into_iter()
        .chain(alternatives)
        .any(|site| !lost.sites[site])
}
