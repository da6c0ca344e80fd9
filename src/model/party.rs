//! The people behind a party: a person, the holders of a role, those who lead a team.

use std::collections::BTreeSet;

use super::{Programme, Role};
use crate::id::{PartyId, PersonId};

impl Programme {
    /// Everybody who can be meant by a party. Empty where it leads nowhere, which is a finding.
    pub fn people_behind<'p>(&'p self, party: &PartyId) -> BTreeSet<&'p PersonId> {
        let id = party.as_str();
        let person = self.people.get(id).map(|person| &person.id);
        let holders = self.roles.get(id).map(|role| role.holders());
        let team = self.teams.get(id);
        let leads = team.map(|team| team.lead.iter().chain(&team.deputy));
        let people = person.into_iter().chain(holders.into_iter().flatten());
        people.chain(leads.into_iter().flatten()).collect()
    }
}

impl Role {
    /// Who holds it or stands in, each person once.
    pub fn holders(&self) -> BTreeSet<&PersonId> {
        self.primary.iter().chain(&self.alternates).collect()
    }
}
