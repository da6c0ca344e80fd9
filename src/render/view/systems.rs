//! The critical systems: what each is, needs and promises, and how it comes back.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::functions::{Need, needs};
use super::names::anchor;
use super::value::{Figure, Named, Proof};
use super::{Part, Section, shown};
use crate::graph::Edge;
use crate::id::ProcedureId;
use crate::id::SiteId;
use crate::id::VendorId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "systems",
    title: "Critical systems and dependencies",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-05",
        "BC-09",
        "BC-17",
        "SP 800-34 2.1",
        "SP 800-34 H",
        "SP 800-34 I",
        "ISO 22301 8.2.2",
        "A1.2",
    ],
    keys: &["systems", "tiers"],
    missing: "No system is declared. Say what the functions need; begin with `mainstay new \
              system`.",
    build,
};

#[derive(Serialize)]
struct Systems {
    tiers: Vec<TierView>,
    systems: Vec<SystemView>,
    inside: bool,
}

#[derive(Serialize)]
struct TierView {
    name: String,
    rto: Option<Figure>,
    rpo: Option<Figure>,
    systems: usize,
}

#[derive(Serialize)]
struct SystemView {
    anchor: String,
    name: String,
    summary: Option<String>,
    owner: Option<Named>,
    tier: Option<String>,
    site: Option<Named>,
    vendor: Option<Named>,
    holds_data: Option<bool>,
    rto: Option<Figure>,
    rpo: Option<Figure>,
    recovered: Option<Proof>,
    lost: Option<Proof>,
    per_class: Vec<ClassView>,
    needs: Vec<Need>,
    needed_by: Vec<Named>,
    recovery: Option<RecoveryView>,
    procedure: Option<Named>,
    verified_at: Option<String>,
    at: String,
}

#[derive(Serialize)]
struct ClassView {
    class: String,
    rto: Option<Figure>,
    rpo: Option<Figure>,
}

#[derive(Serialize)]
struct RecoveryView {
    strategy: String,
    likely: Option<Figure>,
    worst: Option<Figure>,
    measured: Option<Figure>,
    site: Option<Named>,
    uses: Vec<Named>,
    credentials: Vec<Named>,
}

fn build(context: &Context) -> Option<Value> {
    let all = context.programme.systems.iter();
    let systems: Vec<_> = all
        .filter(|system| context.may_show(system.visibility))
        .map(|system| view(context, system))
        .collect();
    let inside = !context.public();
    let tiers = if inside { tiers(context) } else { Vec::new() };
    let empty = systems.is_empty() && tiers.is_empty();
    (!empty).then(|| {
        shown(Systems {
            tiers,
            systems,
            inside,
        })
    })
}

fn tiers(context: &Context) -> Vec<TierView> {
    let one = |tier: &Item<Tier>| TierView {
        name: tier.name.clone(),
        rto: context.figure(&format!("tier.{}.rto", tier.id)),
        rpo: context.figure(&format!("tier.{}.rpo", tier.id)),
        systems: {
            let of = |system: &&Item<System>| system.tier.as_ref() == Some(&tier.id);
            context.programme.systems.iter().filter(of).count()
        },
    };
    context.programme.tiers.iter().map(one).collect()
}

fn view(context: &Context, system: &Item<System>) -> SystemView {
    let figure = |what: &str| context.figure(&format!("system.{}.{what}", system.id));
    let inside = !context.public();
    let tier = system.tier.as_ref().filter(|_| inside);
    SystemView {
        anchor: anchor(Kind::System, system.id()),
        name: system.name.clone(),
        summary: system.summary.clone(),
        owner: owner(context, system),
        tier: tier.map(|tier| context.named(Kind::Tier, tier.as_str()).name),
        site: several_one(
            context,
            Kind::Site,
            system.site.as_ref().map(SiteId::as_str),
        ),
        vendor: several_one(
            context,
            Kind::Vendor,
            system.vendor.as_ref().map(VendorId::as_str),
        ),
        holds_data: system.holds_data,
        rto: figure("rto"),
        rpo: figure("rpo"),
        recovered: context.recovered(Kind::System, system.id()),
        lost: context.lost(Kind::System, system.id()),
        per_class: if inside {
            per_class(context, system)
        } else {
            Vec::new()
        },
        needs: if inside {
            needs(context, &system.depends_on)
        } else {
            Vec::new()
        },
        needed_by: if inside {
            needed_by(context, system)
        } else {
            Vec::new()
        },
        recovery: system
            .recovery
            .as_ref()
            .filter(|_| inside)
            .map(|r| recovery(context, system, r)),
        procedure: several_one(
            context,
            Kind::Procedure,
            system.procedure.as_ref().map(ProcedureId::as_str),
        ),
        verified_at: system.verified_at.map(day),
        at: context.at_origin(system.at()),
    }
}

/// A name, if the readers may see it.
pub(super) fn several_one(context: &Context, kind: Kind, id: Option<&str>) -> Option<Named> {
    context.several(kind, id).pop()
}

/// Who answers for a system: its owner, else the team whose plan it stands in.
pub(super) fn owner(context: &Context, system: &Item<System>) -> Option<Named> {
    let team = context.programme.team_at(system.at());
    let team = team.map(|team| context.named(Kind::Team, team.id()));
    context.party_of(system.owner.as_ref()).or(team)
}

fn per_class(context: &Context, system: &Item<System>) -> Vec<ClassView> {
    let one = |objective: &ClassObjective| {
        let key = format!("system.{}.class.{}", system.id, objective.class);
        ClassView {
            class: context.class(&objective.class),
            rto: context.figure(&format!("{key}.rto")),
            rpo: context.figure(&format!("{key}.rpo")),
        }
    };
    system.per_class.iter().map(one).collect()
}

fn needed_by(context: &Context, system: &Item<System>) -> Vec<Named> {
    let graph = &context.analysis.graph;
    let Some(node) = graph.find(system.id()) else {
        return Vec::new();
    };
    let named = |edge: &Edge| context.named(graph.kind(edge.from), graph.id(edge.from));
    graph.needed_by(node).map(named).collect()
}

fn recovery(context: &Context, system: &Item<System>, recovery: &Recovery) -> RecoveryView {
    let figure = |what: &str| context.figure(&format!("system.{}.{what}", system.id));
    let credential = |id: &crate::id::CredentialId| context.named(Kind::Credential, id.as_str());
    RecoveryView {
        strategy: recovery.strategy.clone(),
        likely: figure("likely"),
        worst: figure("worst"),
        measured: figure("measured"),
        site: recovery
            .site
            .as_ref()
            .map(|site| context.named(Kind::Site, site.as_str())),
        uses: recovery
            .uses
            .iter()
            .map(|id| context.resource(id))
            .collect(),
        credentials: recovery.credentials.iter().map(credential).collect(),
    }
}
