//! The people behind a party: a person, the holders of a role, those who lead a team.

use std::collections::BTreeSet;

use crate::id::{PartyId, PersonId};
use crate::model::{Programme, Role};

/// Everybody who can be meant by a party and has not left. Empty where it leads nowhere, which is a
/// finding already.
pub fn people<'p>(programme: &'p Programme, party: &PartyId) -> BTreeSet<&'p PersonId> {
    let id = party.as_str();
    let person = programme.people.get(id).map(|person| &person.id);
    let person = person.filter(|person| programme.is_here(person));
    let holders = programme.roles.get(id).map(|role| holders(programme, role));
    let team = programme.teams.get(id);
    let leads = team.map(|team| team.lead.iter().chain(&team.deputy));
    let people = person.into_iter().chain(holders.into_iter().flatten());
    let leads = leads.into_iter().flatten();
    people
        .chain(leads.filter(|lead| programme.is_here(lead)))
        .collect()
}

/// Who holds a role or stands in and has not left, each person once.
pub fn holders<'p>(programme: &Programme, role: &'p Role) -> BTreeSet<&'p PersonId> {
    let primary = programme.primary(role).into_iter();
    primary.chain(programme.alternates(role)).collect()
}
