//! The people behind a party: a person, the holders of a role, those who lead a team.

use std::collections::BTreeSet;

use super::{CallTree, NoticeAudience, Programme, Role};
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

    /// Whoever sees to something; who owns the control, where nobody is named or is there.
    pub fn responsible<'p>(&'p self, who: Option<&PartyId>) -> BTreeSet<&'p PersonId> {
        let own = who.map(|who| self.people_behind(who));
        let own = own.filter(|people| !people.is_empty());
        let owner = || NoticeAudience::ControlOwner.people(self);
        own.or_else(owner).unwrap_or_default()
    }

    /// Everybody whom a call tree names and who has not left, each once, in the order in which they
    /// are called: of a role first who holds it, then who stands in.
    pub fn called<'p>(&'p self, tree: &'p CallTree) -> Vec<&'p PersonId> {
        let mut all: Vec<&PersonId> = Vec::new();
        for call in &tree.calls {
            for party in std::iter::once(&call.from).chain(&call.to) {
                let role = self.roles.get(party.as_str());
                let first = role.and_then(|role| self.primary(role));
                let others = self.people_behind(party).into_iter();
                for person in first.into_iter().chain(others) {
                    if !all.contains(&person) {
                        all.push(person);
                    }
                }
            }
        }
        all
    }

    /// Who holds a role or stands in and has not left, each person once.
    pub fn holders<'p>(&self, role: &'p Role) -> BTreeSet<&'p PersonId> {
        let primary = self.primary(role).into_iter();
        primary.chain(self.alternates(role)).collect()
    }
}
