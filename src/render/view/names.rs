//! How things are called in a document, by who reads it.
//!
//! Inside, everything has its name and a link to where the document tells more. In the public
//! variant a person who may not be named is called by their post, and anything else that may not
//! be named is not named.
//!
//! What carries no visibility of its own is published only where this list says so: the
//! organization's own statement, names of teams, roles and functions, and objectives.

use super::context::Context;
use super::value::Named;
use crate::id::*;
use crate::model::*;

/// What stands in the public variant for a name that may not be published.
pub const UNNAMED: &str = "not public";

impl Context<'_> {
    /// The name of a thing; its id where nobody declared it.
    pub fn named(&self, kind: Kind, id: &str) -> Named {
        let Some(name) = self.programme.name(kind, id) else {
            return Named::plain(self.undeclared(id));
        };
        if !self.may_name(kind, id) {
            return Named::plain(self.stand_in(kind, id));
        }
        Named {
            name: name.to_owned(),
            anchor: self.told(kind).then(|| anchor(kind, id)),
        }
    }

    fn undeclared(&self, id: &str) -> String {
        if self.public() {
            UNNAMED.to_owned()
        } else {
            format!("{id} (not declared)")
        }
    }

    /// Whether the document tells more about things of this kind.
    fn told(&self, kind: Kind) -> bool {
        let everywhere = matches!(
            kind,
            Kind::Function | Kind::System | Kind::Vendor | Kind::Site | Kind::Procedure
        );
        let inside = matches!(
            kind,
            Kind::Role | Kind::Person | Kind::Team | Kind::Scenario
        );
        self.only.is_none() && (everywhere || inside && !self.public())
    }

    /// Whether the readers may see the name of a thing.
    pub fn may_name(&self, kind: Kind, id: &str) -> bool {
        let visibility = match kind {
            Kind::Person => self.programme.people.get(id).map(|p| p.visibility),
            Kind::System => self.programme.systems.get(id).map(|s| s.visibility),
            Kind::Vendor => self.programme.vendors.get(id).map(|v| v.visibility),
            Kind::Site => self.programme.sites.get(id).map(|s| s.visibility),
            Kind::Procedure => self.programme.procedures.get(id).map(|p| p.visibility),
            Kind::Team | Kind::Role | Kind::Function => Some(Visibility::Public),
            _ => None,
        };
        self.may_show(visibility.unwrap_or(Visibility::Internal))
    }

    fn stand_in(&self, kind: Kind, id: &str) -> String {
        let person = (kind == Kind::Person).then(|| self.post(id)).flatten();
        person.unwrap_or_else(|| UNNAMED.to_owned())
    }

    /// What an internal person is shown as: the role they are primary of, else the one they stand
    /// in for, else the team they lead. No two people share such a post, so that a deputy never
    /// reads like the lead.
    fn post(&self, id: &str) -> Option<String> {
        let is = |person: &Option<PersonId>| person.as_ref().is_some_and(|p| p.as_str() == id);
        let roles = || self.programme.roles.iter();
        let teams = || self.programme.teams.iter();
        let primary = || roles().find(|role| is(&role.primary));
        let alternate = |role: &Item<Role>| {
            let place = role.alternates.iter().position(|p| p.as_str() == id)?;
            Some(match place {
                0 => format!("alternate for {}", role.name),
                place => format!("alternate {} for {}", place + 1, role.name),
            })
        };
        let lead = || teams().find(|team| is(&team.lead));
        let deputy = || teams().find(|team| is(&team.deputy));
        primary()
            .map(|role| role.name.clone())
            .or_else(|| roles().find_map(alternate))
            .or_else(|| lead().map(|team| format!("lead of {}", team.name)))
            .or_else(|| deputy().map(|team| format!("deputy lead of {}", team.name)))
    }

    /// Whoever is responsible: a person, a role or a team.
    pub fn party(&self, id: &PartyId) -> Named {
        let kinds = [Kind::Person, Kind::Role, Kind::Team];
        let kind = kinds
            .into_iter()
            .find(|kind| self.programme.has(*kind, id.as_str()));
        self.named(kind.unwrap_or(Kind::Role), id.as_str())
    }

    /// Whoever is responsible, if anybody is named.
    pub fn party_of(&self, id: Option<&PartyId>) -> Option<Named> {
        id.map(|id| self.party(id))
    }

    /// Several who are responsible, in their order.
    pub fn parties<'i>(&self, ids: impl IntoIterator<Item = &'i PartyId>) -> Vec<Named> {
        ids.into_iter().map(|id| self.party(id)).collect()
    }

    /// A person.
    pub fn person(&self, id: &PersonId) -> Named {
        self.named(Kind::Person, id.as_str())
    }

    /// Several people, in their order.
    pub fn people<'i>(&self, ids: impl IntoIterator<Item = &'i PersonId>) -> Vec<Named> {
        ids.into_iter().map(|id| self.person(id)).collect()
    }

    /// A system, or a function where no system has the id.
    pub fn node(&self, id: &NodeId) -> Named {
        let system = self.programme.has(Kind::System, id.as_str());
        self.named(
            if system { Kind::System } else { Kind::Function },
            id.as_str(),
        )
    }

    /// What a recovery uses: a role or a capacity.
    pub fn resource(&self, id: &ResourceId) -> Named {
        let role = self.programme.has(Kind::Role, id.as_str());
        self.named(if role { Kind::Role } else { Kind::Capacity }, id.as_str())
    }

    /// The things of one kind that readers may see named, out of these.
    pub fn several<'i>(&self, kind: Kind, ids: impl IntoIterator<Item = &'i str>) -> Vec<Named> {
        let shown = ids
            .into_iter()
            .filter(|id| !self.public() || self.may_name(kind, id));
        shown.map(|id| self.named(kind, id)).collect()
    }

    /// Text about ids in backquotes, with the names of the things instead, for people who do not
    /// write plans. What names nothing stays as it is.
    pub fn in_names(&self, text: &str) -> String {
        let pieces: Vec<&str> = text.split('`').collect();
        let quoted = |i: usize| i % 2 == 1 && i + 1 < pieces.len();
        let name = |id: &str| {
            let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Organization);
            kinds
                .copied()
                .find_map(|kind| self.programme.name(kind, id))
                .filter(|_| !id.is_empty())
        };
        let one = |(i, piece): (usize, &&str)| match name(piece).filter(|_| quoted(i)) {
            Some(name) => format!("“{name}”"),
            None if quoted(i) => format!("`{piece}`"),
            None => (*piece).to_owned(),
        };
        pieces.iter().enumerate().map(one).collect()
    }

    /// The name of a class of disruption.
    pub fn class(&self, id: &DisruptionClassId) -> String {
        let own = self
            .organization()
            .map_or(&[][..], |o| &o.disruption_classes);
        let own = own
            .iter()
            .find(|class| class.id == *id)
            .map(|class| class.name.as_str());
        let built_in = DISRUPTION_CLASSES
            .iter()
            .find(|(built_in, _)| *built_in == id.as_str());
        own.or(built_in.map(|(_, name)| *name))
            .unwrap_or(id.as_str())
            .to_owned()
    }
}

/// The place in the document that tells about a thing.
pub fn anchor(kind: Kind, id: &str) -> String {
    format!("{}-{id}", kind.word().replace(' ', "-"))
}
