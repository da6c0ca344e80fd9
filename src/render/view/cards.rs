//! Wallet cards: what fits a pocket and is there when nothing else is.

use serde::Serialize;
use serde_json::Value;

use super::contacts::{ContactView, contacts};
use super::context::Context;
use super::sheets::first_person;
use super::value::Named;
use super::{Part, Section, shown};
use crate::id::PersonId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "cards",
    title: "Wallet cards",
    part: Part::People,
    visibility: Visibility::Internal,
    serves: &["BC-30", "ISO 22301 8.4.4"],
    keys: &["people"],
    missing: "Nobody is named, so nobody has a card.",
    build,
};

#[derive(Serialize)]
struct Cards {
    organization: String,
    cards: Vec<Card>,
}

/// One card.
#[derive(Serialize)]
struct Card {
    name: String,
    roles: Vec<Named>,
    call: Vec<Line>,
    plan: Option<String>,
}

/// One line of a card: whom to call, and how without our systems.
#[derive(Serialize)]
pub(super) struct Line {
    name: Named,
    /// Who holds it, where the name is that of a role or a team.
    holder: Option<Named>,
    contact: Option<ContactView>,
}

/// The most people a card has room for.
const CALLS_MAX: usize = 4;

fn build(context: &Context) -> Option<Value> {
    let everybody = context.programme.people.iter();
    let chosen = everybody.filter(|p| context.only.is_none_or(|only| only.id == p.id));
    let cards: Vec<_> = chosen.map(|person| card(context, person)).collect();
    let organization = context.organization().map_or("", |o| &o.name).to_owned();
    (!cards.is_empty()).then(|| {
        shown(Cards {
            organization,
            cards,
        })
    })
}

fn card(context: &Context, person: &Item<Person>) -> Card {
    let roles = context.programme.roles.iter();
    let held = roles.filter(|role| role.primary.as_ref() == Some(&person.id));
    let distribution = context.organization().map_or(&[][..], |o| &o.distribution);
    let kept = distribution.iter().find(|kept| kept.system.is_none());
    Card {
        name: person.name.clone(),
        roles: held
            .map(|role| context.named(Kind::Role, role.id()))
            .collect(),
        call: calls(context, person),
        plan: kept.map(|kept| kept.place.clone()),
    }
}

/// Whom to call: the team's lead and deputy, then who may activate the plan.
fn calls(context: &Context, person: &Item<Person>) -> Vec<Line> {
    let team = context.programme.team_at(person.at());
    let leads = team
        .into_iter()
        .flat_map(|team| team.lead.iter().chain(&team.deputy));
    let authority = context
        .organization()
        .map_or(&[][..], |o| &o.activation_authority);
    let authority = authority
        .iter()
        .filter_map(|party| first_person(context, party.as_str()));
    let mut ids: Vec<&str> = Vec::new();
    for id in leads.map(PersonId::as_str).chain(authority) {
        if id != person.id() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.iter()
        .take(CALLS_MAX)
        .map(|id| line(context, id))
        .collect()
}

/// How to call a person, or whoever holds a role or leads a team.
pub(super) fn line(context: &Context, party: &str) -> Line {
    let kinds = [Kind::Person, Kind::Role, Kind::Team];
    let kind = kinds
        .into_iter()
        .find(|kind| context.programme.has(*kind, party));
    let person = first_person(context, party);
    let holder = person.filter(|person| *person != party);
    Line {
        name: context.named(kind.unwrap_or(Kind::Person), party),
        holder: holder.map(|person| context.named(Kind::Person, person)),
        contact: person
            .and_then(|person| context.programme.people.get(person))
            .and_then(|person| best(context, person)),
    }
}

/// The first way to reach somebody that works when our systems do not, else the first.
fn best(context: &Context, person: &Person) -> Option<ContactView> {
    let mut ways = contacts(context, &person.contacts);
    let place = ways.iter().position(|way| way.out_of_band).unwrap_or(0);
    (place < ways.len()).then(|| ways.swap_remove(place))
}
