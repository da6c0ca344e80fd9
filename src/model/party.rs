//! The people behind a party: a person, the holders of a role, those who lead a team.

use std::collections::BTreeSet;

use super::{Programme, Role};
use crate::id::{PartyId, PersonId};

impl Programme {
    /// Everybody who can be meant by a party and has not left. Empty where it leads nowhere, which
    /// is a finding already.
    pub fn people_behind<'p>(&'p self, party: &PartyId) -> BTreeSet<&'p PersonId> {
        let id = party.as_str();
        let person = self.people.get(id).map(|person| &person.id);
        let holders = self.roles.get(id).map(|role| self.holders(role));
        let team = self.teams.get(id);
        let leads = team.map(|team| team.lead.iter().chain(&team.deputy));
        let own = person.into_iter().chain(leads.into_iter().flatten());
        let here = own.filter(|person| self.is_here(person));
        here.chain(holders.into_iter().flatten()).collect()
    }

    /// Who holds a role or stands in and has not left, each person once.
    pub fn holders<'p>(&self, role: &'p Role) -> BTreeSet<&'p PersonId> {
        let primary = self.primary(role).into_iter();
        primary.chain(self.alternates(role)).collect()
    }
}
