//! The roles: what each does, who holds it, and who takes over.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::names::anchor;
use super::value::{Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "roles",
    title: "Roles, alternates and succession",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-20",
        "BC-29",
        "SP 800-34 2.3",
        "ISO 22301 5.3",
        "ISO 22301 8.4.2",
        "A1.3(3)",
    ],
    keys: &["roles"],
    missing: "No role is declared. Say what somebody does in a disruption and who holds it, under \
              `roles`.",
    build,
};

#[derive(Serialize)]
struct Roles {
    roles: Vec<RoleView>,
}

#[derive(Serialize)]
struct RoleView {
    anchor: String,
    name: String,
    summary: Option<String>,
    primary: Option<Named>,
    alternates: Vec<Named>,
    succession: Vec<Named>,
    skills: Vec<String>,
    steps: usize,
    mood: Mood,
}

fn build(context: &Context) -> Option<Value> {
    let roles: Vec<_> = context
        .programme
        .roles
        .iter()
        .map(|role| view(context, role))
        .collect();
    (!roles.is_empty()).then(|| shown(Roles { roles }))
}

fn view(context: &Context, role: &Item<Role>) -> RoleView {
    let steps = context
        .programme
        .procedures
        .iter()
        .flat_map(|procedure| &procedure.steps);
    let programme = context.programme;
    let primary = programme.primary(role);
    let alternates: Vec<_> = programme.alternates(role).collect();
    let mood = match (primary, alternates.is_empty()) {
        (None, _) => Mood::Gap,
        (Some(_), true) => Mood::Attention,
        (Some(_), false) => Mood::Fine,
    };
    RoleView {
        anchor: anchor(Kind::Role, role.id()),
        name: role.name.clone(),
        summary: role.summary.clone(),
        primary: primary.map(|person| context.person(person)),
        alternates: context.people(alternates),
        succession: context.people(programme.succession(role)),
        skills: role.skills.clone(),
        steps: steps
            .filter(|step| step.role.as_ref() == Some(&role.id))
            .count(),
        mood,
    }
}
