//! Who activates the plan, for which disruptions, and how fast.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "activation",
    title: "Activation and notification",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-08",
        "BC-20",
        "SP 800-34 2.2",
        "SP 800-34 3.1",
        "SP 800-34 3.2",
        "ISO 22301 8.4.2",
        "DORA 24",
        "CC7.5",
    ],
    keys: &["activation-authority", "disruption-classes"],
    missing: "Nobody may activate the plan. Write `organization.activation-authority` in \
              `mainstay.yaml`, in order of succession.",
    build,
};

#[derive(Serialize)]
struct Activation {
    authority: Vec<Authority>,
    detection: Option<Figure>,
    declaration: Option<Figure>,
    classes: Vec<Class>,
}

/// One who may activate the plan, with who holds the role on the day.
#[derive(Serialize)]
struct Authority {
    order: usize,
    who: Named,
    holders: Vec<Named>,
}

/// A class of disruption, with the scenarios that prepare for it.
#[derive(Serialize)]
struct Class {
    name: String,
    scenarios: Vec<Named>,
    mood: Mood,
}

fn build(context: &Context) -> Option<Value> {
    let organization = context.organization()?;
    Some(shown(Activation {
        authority: (1..)
            .zip(&organization.activation_authority)
            .map(|(order, who)| Authority {
                order,
                who: context.party(who),
                holders: holders(context, who.as_str()),
            })
            .collect(),
        detection: context.figure("organization.detection"),
        declaration: context.figure("organization.declaration"),
        classes: classes(context, organization),
    }))
}

/// Who holds a role, if this is one: the primary, then the alternates.
fn holders(context: &Context, id: &str) -> Vec<Named> {
    let role = context.programme.roles.get(id);
    let people = role.map(|role| {
        let primary = context.programme.primary(role).into_iter();
        primary.chain(context.programme.alternates(role))
    });
    people.map_or_else(Vec::new, |people| context.people(people))
}

fn classes(context: &Context, organization: &Organization) -> Vec<Class> {
    let built_in = DISRUPTION_CLASSES.iter().map(|(id, name)| (*id, *name));
    let own = organization.disruption_classes.iter();
    let own = own.map(|class| (class.id.as_str(), class.name.as_str()));
    let class = |(id, name): (&str, &str)| {
        let scenarios = context.programme.scenarios.iter();
        let ours = |s: &&Item<Scenario>| s.class.as_ref().is_some_and(|c| c.as_str() == id);
        let scenarios = scenarios
            .filter(ours)
            .map(|s| context.named(Kind::Scenario, s.id()));
        let scenarios: Vec<Named> = scenarios.collect();
        let mood = if scenarios.is_empty() {
            Mood::Attention
        } else {
            Mood::Fine
        };
        Class {
            name: name.to_owned(),
            scenarios,
            mood,
        }
    };
    built_in.chain(own).map(class).collect()
}
