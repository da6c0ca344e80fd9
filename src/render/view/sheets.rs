//! A sheet for each person: exactly what they do in a disruption, in order.
//!
//! Everybody has a sheet. Every step of every procedure stands on the sheets of those who hold its
//! role, or on the list of steps that nobody does; so the union over all sheets is every step.

use serde::Serialize;
use serde_json::Value;

use super::cards::{self, Line};
use super::contacts::{ContactView, contacts};
use super::context::Context;
use super::names::anchor;
use super::procedures::{StepView, step};
use super::value::{Figure, Named};
use super::{Part, Section, shown};
use crate::id::PersonId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "sheets",
    title: "Personal sheets",
    part: Part::People,
    visibility: Visibility::Internal,
    serves: &[
        "BC-07",
        "BC-29",
        "BC-30",
        "ISO 22301 7.3",
        "ISO 22301 8.4.4",
    ],
    keys: &["people"],
    missing: "Nobody is named, so nobody has a sheet. List the people of the plan under `people`.",
    build,
};

#[derive(Serialize)]
struct Sheets {
    unassigned: Vec<Task>,
    sheets: Vec<Sheet>,
}

/// What one person does.
#[derive(Serialize)]
struct Sheet {
    anchor: String,
    name: String,
    title: Option<String>,
    reports_to: ReportsTo,
    /// What they answer for, as short sentences.
    duties: Vec<Duty>,
    /// What they do themselves.
    own: Vec<Task>,
    /// What they do when somebody else cannot.
    standing_in: Vec<Task>,
    messages: Vec<Message>,
    calls: Vec<Calls>,
    idle: bool,
}

/// Whom to report to.
#[derive(Serialize)]
struct ReportsTo {
    name: Named,
    contacts: Vec<ContactView>,
}

/// Something a person answers for.
#[derive(Serialize)]
struct Duty {
    what: &'static str,
    names: Vec<Named>,
}

/// Steps of one procedure that fall to the holder of one role.
#[derive(Serialize)]
struct Task {
    procedure: Named,
    role: Option<Named>,
    /// For whom, when this is standing in.
    instead_of: Option<Named>,
    steps: Vec<StepView>,
}

/// A message that a person sends.
#[derive(Serialize)]
struct Message {
    name: String,
    stage: &'static str,
    audience: Named,
    channel: &'static str,
    within: Option<Figure>,
    template: Option<String>,
}

/// Calls that a person makes.
#[derive(Serialize)]
struct Calls {
    tree: String,
    to: Vec<Line>,
}

fn build(context: &Context) -> Option<Value> {
    let everybody = context.programme.people.iter();
    let chosen = everybody.filter(|p| context.only.is_none_or(|only| only.id == p.id));
    let sheets: Vec<_> = chosen.map(|person| sheet(context, person)).collect();
    let nobody = |role: Option<&Item<Role>>| role.is_none_or(|role| holders(role).next().is_none());
    let unassigned = if context.only.is_none() {
        tasks(context, nobody)
    } else {
        Vec::new()
    };
    let empty = sheets.is_empty() && unassigned.is_empty();
    (!empty).then(|| shown(Sheets { unassigned, sheets }))
}

/// Everybody who may come to hold a role: the primary, the alternates, the succession.
fn holders(role: &Role) -> impl Iterator<Item = &crate::id::PersonId> {
    role.primary
        .iter()
        .chain(&role.alternates)
        .chain(&role.succession)
}

fn sheet(context: &Context, person: &Item<Person>) -> Sheet {
    let is_primary = |role: &Role| role.primary.as_ref() == Some(&person.id);
    let may_hold = |role: &Role| holders(role).any(|id| *id == person.id);
    let own = tasks(context, |role| role.is_some_and(|role| is_primary(role)));
    let standing_in = tasks(context, |role| {
        role.is_some_and(|role| !is_primary(role) && may_hold(role))
    });
    let duties = duties(context, person);
    let (messages, calls) = (messages(context, person), calls(context, person));
    let idle = own.is_empty() && duties.is_empty() && messages.is_empty() && calls.is_empty();
    Sheet {
        anchor: anchor(Kind::Person, person.id()),
        name: person.name.clone(),
        title: person.title.clone(),
        reports_to: reports_to(context, person),
        idle: idle && standing_in.is_empty(),
        duties,
        own,
        standing_in,
        messages,
        calls,
    }
}

/// The steps of every procedure whose role is meant, in order.
fn tasks(context: &Context, meant: impl Fn(Option<&Item<Role>>) -> bool) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    for procedure in &context.programme.procedures {
        for place in 0..procedure.steps.len() {
            let id = procedure.steps[place].role.as_ref();
            let role = id.and_then(|id| context.programme.roles.get(id.as_str()));
            if !meant(role) {
                continue;
            }
            let named = id.map(|id| context.named(Kind::Role, id.as_str()));
            let primary = role.and_then(|role| role.primary.as_ref());
            let task = Task {
                procedure: context.named(Kind::Procedure, procedure.id()),
                role: named,
                instead_of: primary.map(|person| context.person(person)),
                steps: Vec::new(),
            };
            let same = |t: &Task| (&t.procedure, &t.role) == (&task.procedure, &task.role);
            let known = tasks.iter().position(same).unwrap_or_else(|| {
                tasks.push(task);
                tasks.len() - 1
            });
            tasks[known].steps.push(step(context, procedure, place));
        }
    }
    tasks
}

/// Whom a person reports to: the lead of their team, or its deputy where there is no lead. The
/// lead reports to the first who may activate the plan.
fn reports_to(context: &Context, person: &Item<Person>) -> ReportsTo {
    let team = context.programme.team_at(person.at());
    let lead = team.and_then(|team| team.lead.as_ref().or(team.deputy.as_ref()));
    let authority = context
        .organization()
        .map_or(&[][..], |o| &o.activation_authority);
    let authority = authority
        .iter()
        .filter_map(|party| first_person(context, party.as_str()));
    let lead = lead.map(PersonId::as_str);
    let chief = lead
        .into_iter()
        .chain(authority)
        .find(|id| *id != person.id());
    let Some(chief) = chief else {
        return ReportsTo {
            name: Named::plain("whoever activates the plan"),
            contacts: Vec::new(),
        };
    };
    let known = context.programme.people.get(chief);
    ReportsTo {
        name: context.named(Kind::Person, chief),
        contacts: known.map_or_else(Vec::new, |person| contacts(context, &person.contacts)),
    }
}

/// The person a party is, or the first who holds the role or leads the team.
pub(super) fn first_person<'a>(context: &Context<'a>, party: &'a str) -> Option<&'a str> {
    let programme = context.programme;
    if programme.people.has(party) {
        return Some(party);
    }
    let role = programme
        .roles
        .get(party)
        .and_then(|role| holders(role).next());
    let team = programme
        .teams
        .get(party)
        .and_then(|team| team.lead.as_ref());
    role.or(team).map(PersonId::as_str)
}

/// Whether a party is this person, or a role whose primary they are.
fn is(context: &Context, party: &crate::id::PartyId, person: &Person) -> bool {
    first_person(context, party.as_str()) == Some(person.id.as_str())
}

fn duties(context: &Context, person: &Item<Person>) -> Vec<Duty> {
    let programme = context.programme;
    let me = |id: &Option<crate::id::PersonId>| id.as_ref() == Some(&person.id);
    let party =
        |id: &Option<crate::id::PartyId>| id.as_ref().is_some_and(|id| is(context, id, person));
    let names = |kind, ids: Vec<&str>| -> Vec<Named> {
        ids.into_iter().map(|id| context.named(kind, id)).collect()
    };
    let roles = |held: &dyn Fn(&Role) -> bool| {
        let roles = programme.roles.iter().filter(|role| held(role));
        names(Kind::Role, roles.map(|role| role.id()).collect())
    };
    let teams = |led: &dyn Fn(&Team) -> bool| {
        let teams = programme.teams.iter().filter(|team| led(team));
        names(Kind::Team, teams.map(|team| team.id()).collect())
    };
    let functions = |led: &dyn Fn(&Function) -> bool| {
        let functions = programme.functions.iter().filter(|function| led(function));
        names(
            Kind::Function,
            functions.map(|function| function.id()).collect(),
        )
    };
    let vendors = programme
        .vendors
        .iter()
        .filter(|vendor| party(&vendor.owner));
    let authority = context
        .organization()
        .map_or(&[][..], |o| &o.activation_authority);
    let may_activate = authority.iter().any(|party| is(context, party, person));
    let plan = may_activate
        .then(|| Named::plain("the plan"))
        .into_iter()
        .collect();
    let duty = |what, names| Duty { what, names };
    let all = [
        duty("May activate", plan),
        duty("Holds", roles(&|role| me(&role.primary))),
        duty(
            "Stands in for",
            roles(&|role| role.alternates.contains(&person.id)),
        ),
        duty(
            "Succeeds in",
            roles(&|role| role.succession.contains(&person.id)),
        ),
        duty("Leads the team", teams(&|team| me(&team.lead))),
        duty("Is deputy lead of", teams(&|team| me(&team.deputy))),
        duty(
            "Leads the recovery of",
            functions(&|function| party(&function.owner)),
        ),
        duty(
            "Is deputy for",
            functions(&|function| party(&function.deputy)),
        ),
        duty(
            "Answers for the vendor",
            names(Kind::Vendor, vendors.map(|v| v.id()).collect()),
        ),
        duty("Holds the credential", credentials(context, person)),
    ];
    all.into_iter()
        .filter(|duty| !duty.names.is_empty())
        .collect()
}

fn credentials(context: &Context, person: &Person) -> Vec<Named> {
    let credentials = context.programme.credentials.iter();
    let held = credentials.filter(|c| c.holders.iter().any(|party| is(context, party, person)));
    held.map(|credential| context.named(Kind::Credential, credential.id()))
        .collect()
}

fn messages(context: &Context, person: &Person) -> Vec<Message> {
    let owned = context.programme.communications.iter().filter(|message| {
        message
            .owner
            .as_ref()
            .is_some_and(|owner| is(context, owner, person))
    });
    let mut owned: Vec<_> = owned.collect();
    owned.sort_by_key(|message| message.stage);
    let one = |message: &Item<Communication>| Message {
        name: message.name.clone(),
        stage: message.stage.word(),
        audience: context.named(Kind::Stakeholder, message.audience.as_str()),
        channel: message.channel.word(),
        within: context.figure(&format!("communication.{}.within", message.id)),
        template: message.template.clone(),
    };
    owned.into_iter().map(one).collect()
}

fn calls(context: &Context, person: &Person) -> Vec<Calls> {
    let trees = context.programme.call_trees.iter();
    let calls = trees.flat_map(|tree| tree.calls.iter().map(move |call| (tree, call)));
    let ours = calls.filter(|(_, call)| is(context, &call.from, person));
    let one = |(tree, call): (&Item<CallTree>, &Call)| Calls {
        tree: tree.name.clone(),
        to: call
            .to
            .iter()
            .map(|party| cards::line(context, party.as_str()))
            .collect(),
    };
    ours.map(one).collect()
}
