//! The vendors: how to reach each, whom to turn to next, and how its service is restored.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::contacts::{ContactView, contacts};
use super::context::Context;
use super::names::anchor;
use super::value::{Figure, Named};
use super::{Part, Section, shown};
use crate::id::VendorId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "vendors",
    title: "Vendors and restoration of their service",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-31",
        "SP 800-34 B",
        "ISO 22301 8.3.4",
        "CC9.2",
        "A1.3(3)",
        "DORA 11",
    ],
    keys: &["vendors"],
    missing: "No vendor is declared. Say who supplies the systems, how to reach them and how they \
              restore their service, under `vendors`.",
    build,
};

#[derive(Serialize)]
struct Vendors {
    vendors: Vec<VendorView>,
    inside: bool,
}

#[derive(Serialize)]
struct VendorView {
    anchor: String,
    name: String,
    supplies: Option<String>,
    systems: Vec<Named>,
    owner: Option<Named>,
    contacts: Vec<ContactView>,
    escalation: Vec<Step>,
    contract: Option<ContractView>,
    restores_within: Option<Figure>,
    restoration_plan: Option<String>,
    sub_processors: Vec<Named>,
    alternative: Option<String>,
    verified_at: Option<String>,
    at: String,
}

/// One step up when a vendor does not answer or does not help.
#[derive(Serialize)]
struct Step {
    after: Option<Figure>,
    to: String,
    contact: Option<ContactView>,
}

#[derive(Serialize)]
struct ContractView {
    reference: String,
    sla: Option<String>,
    ends: Option<String>,
}

fn build(context: &Context) -> Option<Value> {
    let all = context.programme.vendors.iter();
    let chosen = all.filter(|vendor| context.may_show(vendor.visibility));
    let vendors: Vec<_> = chosen.map(|vendor| view(context, vendor)).collect();
    let inside = !context.public();
    (!vendors.is_empty()).then(|| shown(Vendors { vendors, inside }))
}

fn view(context: &Context, vendor: &Item<Vendor>) -> VendorView {
    let inside = !context.public();
    let systems = context.programme.systems.iter();
    let systems = systems.filter(|system| system.vendor.as_ref() == Some(&vendor.id));
    let relied_on = vendor.sub_processors.iter().map(VendorId::as_str);
    VendorView {
        anchor: anchor(Kind::Vendor, vendor.id()),
        name: vendor.name.clone(),
        supplies: vendor.supplies.clone(),
        systems: context.several(Kind::System, systems.map(|system| system.id())),
        owner: context.party_of(vendor.owner.as_ref()),
        contacts: contacts(context, &vendor.contacts),
        escalation: if inside {
            escalation(context, vendor)
        } else {
            Vec::new()
        },
        contract: vendor.contract.as_ref().filter(|_| inside).map(contract),
        restores_within: context.figure(&format!("vendor.{}.restores-within", vendor.id)),
        restoration_plan: vendor.restoration_plan.clone().filter(|_| inside),
        sub_processors: context.several(Kind::Vendor, relied_on),
        alternative: vendor.alternative.clone().filter(|_| inside),
        verified_at: vendor.verified_at.map(day),
        at: context.at_origin(vendor.at()),
    }
}

fn escalation(context: &Context, vendor: &Item<Vendor>) -> Vec<Step> {
    let step = |(i, step): (usize, &Escalation)| Step {
        after: context.figure(&format!("vendor.{}.escalation.{i}", vendor.id)),
        to: step.to.clone(),
        contact: contacts(context, &step.contact).pop(),
    };
    vendor.escalation.iter().enumerate().map(step).collect()
}

fn contract(contract: &Contract) -> ContractView {
    ContractView {
        reference: contract.reference.clone(),
        sla: contract.sla.clone(),
        ends: contract.ends.map(day),
    }
}
