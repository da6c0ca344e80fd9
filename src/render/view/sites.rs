//! Places and environments, who supports each, and where its work goes when it is lost.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::names::anchor;
use super::systems::several_one;
use super::value::{Mood, Named};
use super::{Part, Section, shown};
use crate::id::SiteId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "sites",
    title: "Sites and environments",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &["BC-13", "BC-15", "SP 800-34 F", "ISO 22301 8.3.4", "A1.2"],
    keys: &["sites"],
    missing: "No site or environment is declared. List the environments in scope under `sites`.",
    build,
};

#[derive(Serialize)]
struct Sites {
    sites: Vec<SiteView>,
    inside: bool,
}

#[derive(Serialize)]
struct SiteView {
    anchor: String,
    name: String,
    kind: &'static str,
    within: Option<Named>,
    address: Option<String>,
    owner: Option<Named>,
    supported_by: Vec<Named>,
    alternative: Option<Named>,
    no_alternative: Option<String>,
    systems: usize,
    mood: Mood,
}

fn build(context: &Context) -> Option<Value> {
    let chosen = context
        .programme
        .sites
        .iter()
        .filter(|site| context.may_show(site.visibility));
    let sites: Vec<_> = chosen.map(|site| view(context, site)).collect();
    let inside = !context.public();
    (!sites.is_empty()).then(|| shown(Sites { sites, inside }))
}

fn view(context: &Context, site: &Item<Site>) -> SiteView {
    let on_it = |system: &&Item<System>| system.site.as_ref() == Some(&site.id);
    let covered = site.alternative.is_some() || site.no_alternative.is_some();
    SiteView {
        anchor: anchor(Kind::Site, site.id()),
        name: site.name.clone(),
        kind: site.kind.word(),
        within: several_one(
            context,
            Kind::Site,
            site.within.as_ref().map(SiteId::as_str),
        ),
        address: site.address.clone(),
        owner: context.party_of(site.owner.as_ref()),
        supported_by: supported_by(context, site),
        alternative: several_one(
            context,
            Kind::Site,
            site.alternative.as_ref().map(SiteId::as_str),
        ),
        no_alternative: site.no_alternative.clone().filter(|_| !context.public()),
        systems: context.programme.systems.iter().filter(on_it).count(),
        mood: if covered { Mood::Fine } else { Mood::Attention },
    }
}

fn supported_by(context: &Context, site: &Item<Site>) -> Vec<Named> {
    let owners = context
        .organization()
        .map_or(&[][..], |o| &o.supporting_owners);
    let supporting = owners.iter().filter(|owner| owner.sites.contains(&site.id));
    supporting
        .map(|owner| context.party(&owner.owner))
        .collect()
}
