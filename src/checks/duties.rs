//! What people are there for, by what the plans say of them.

use std::collections::BTreeMap;

use super::Context;
use crate::finding::Place;
use crate::id::PartyId;
use crate::model::{Entity, Item, Person, Programme};

/// One thing a person is there for.
pub struct Duty {
    /// What it is, such as ``lead of the team `web` ``.
    pub what: String,
    /// Where it says so.
    pub at: Place,
}

/// Somebody with their duties, of which there is at least one.
pub type Busy<'p> = (&'p Item<Person>, Vec<Duty>);

/// Who must be reached in a disruption: they lead, decide or hold a role, in the order of ids.
///
/// Whoever has left is `person-has-left`'s business alone, and is not among them.
pub fn leading<'p>(context: &Context<'p>) -> Vec<Busy<'p>> {
    let mut roster = Roster::new(context.programme);
    roster.organization();
    roster.roles();
    roster.teams();
    roster.functions();
    let mut busy = roster.busy();
    busy.retain(|(person, _)| person.until.is_none_or(|until| until >= context.now));
    busy
}

/// Whoever is there for anything, from leading to keeping one copy of the plan.
pub fn all<'p>(context: &Context<'p>) -> Vec<Busy<'p>> {
    let mut roster = Roster::new(context.programme);
    roster.organization();
    roster.keepers();
    roster.roles();
    roster.successors();
    roster.teams();
    roster.functions();
    roster.owners();
    roster.procedures();
    roster.call_trees();
    roster.drills();
    roster.credentials();
    roster.busy()
}

struct Roster<'p> {
    programme: &'p Programme,
    duties: BTreeMap<&'p str, Vec<Duty>>,
}

impl<'p> Roster<'p> {
    fn new(programme: &'p Programme) -> Self {
        Roster {
            programme,
            duties: BTreeMap::new(),
        }
    }

    fn busy(self) -> Vec<Busy<'p>> {
        let people = &self.programme.people;
        let duties = self.duties.into_iter();
        let busy = duties.filter_map(|(id, duties)| Some((people.get(id)?, duties)));
        busy.collect()
    }

    /// Notes a duty, if it is a person who has it; roles and teams are noted for themselves.
    fn note(&mut self, who: &'p str, what: impl Into<String>, at: Place) {
        if self.programme.people.has(who) {
            let what = what.into();
            self.duties.entry(who).or_default().push(Duty { what, at });
        }
    }

    fn organization(&mut self) {
        let Some(organization) = &self.programme.organization else {
            return;
        };
        let at = organization.at;
        if let Some(owner) = &organization.control_owner {
            self.note(
                owner.as_str(),
                "owner of the control",
                at.key("control-owner"),
            );
        }
        for (index, who) in organization.activation_authority.iter().enumerate() {
            let place = at.key("activation-authority").index(index);
            self.note(who.as_str(), "authority to activate the plan", place);
        }
        let approvers = organization
            .approval
            .iter()
            .flat_map(|rule| &rule.approvers);
        for (index, approver) in approvers.enumerate() {
            let place = at.key("approval").key("approvers").index(index);
            self.note(
                approver.person.as_str(),
                "approver",
                place.clone().key("person"),
            );
            if let Some(deputy) = &approver.deputy {
                self.note(
                    deputy.as_str(),
                    "deputy of an approver",
                    place.key("deputy"),
                );
            }
        }
    }

    fn keepers(&mut self) {
        let Some(organization) = &self.programme.organization else {
            return;
        };
        let at = organization.at;
        for (index, owner) in organization.supporting_owners.iter().enumerate() {
            let place = at.key("supporting-owners").index(index).key("owner");
            self.note(owner.owner.as_str(), "supporting owner", place);
        }
        for (index, copy) in organization.distribution.iter().enumerate() {
            let Some(keeper) = &copy.keeper else { continue };
            let place = at.key("distribution").index(index).key("keeper");
            self.note(keeper.as_str(), "keeper of a copy of the plan", place);
        }
    }

    fn roles(&mut self) {
        for role in &self.programme.roles {
            if let Some(primary) = &role.primary {
                let what = format!("primary of the role `{}`", role.id);
                self.note(primary.as_str(), what, role.at().key("primary"));
            }
            for (index, alternate) in role.alternates.iter().enumerate() {
                let what = format!("alternate of the role `{}`", role.id);
                self.note(
                    alternate.as_str(),
                    what,
                    role.at().key("alternates").index(index),
                );
            }
        }
    }

    fn successors(&mut self) {
        for role in &self.programme.roles {
            for (index, successor) in role.succession.iter().enumerate() {
                let what = format!("successor in the role `{}`", role.id);
                self.note(
                    successor.as_str(),
                    what,
                    role.at().key("succession").index(index),
                );
            }
        }
    }

    fn teams(&mut self) {
        for team in &self.programme.teams {
            if let Some(lead) = &team.lead {
                let what = format!("lead of the team `{}`", team.id);
                self.note(lead.as_str(), what, team.at().key("lead"));
            }
            if let Some(deputy) = &team.deputy {
                let what = format!("deputy lead of the team `{}`", team.id);
                self.note(deputy.as_str(), what, team.at().key("deputy"));
            }
        }
    }

    fn functions(&mut self) {
        self.owned(&self.programme.functions, |function| {
            function.owner.as_ref()
        });
        for function in &self.programme.functions {
            if let Some(deputy) = &function.deputy {
                let what = format!("deputy owner of the function `{}`", function.id);
                self.note(deputy.as_str(), what, function.at().key("deputy"));
            }
        }
    }

    fn owners(&mut self) {
        self.owned(&self.programme.systems, |system| system.owner.as_ref());
        self.owned(&self.programme.sites, |site| site.owner.as_ref());
        self.owned(&self.programme.vendors, |vendor| vendor.owner.as_ref());
        self.owned(&self.programme.risks, |risk| risk.owner.as_ref());
        self.owned(&self.programme.procedures, |procedure| {
            procedure.owner.as_ref()
        });
        self.owned(&self.programme.communications, |message| {
            message.owner.as_ref()
        });
    }

    fn owned<T: Entity>(
        &mut self,
        items: &'p [Item<T>],
        owner: impl Fn(&'p T) -> Option<&'p PartyId>,
    ) {
        for item in items {
            let Some(owner) = owner(item) else { continue };
            let what = format!("owner of the {} `{}`", T::KIND.word(), item.id());
            self.note(owner.as_str(), what, item.at().key("owner"));
        }
    }

    fn procedures(&mut self) {
        for procedure in &self.programme.procedures {
            for (index, step) in procedure.steps.iter().enumerate() {
                let Some(tell) = &step.tell else { continue };
                let what = format!("told in step `{}` of `{}`", step.id, procedure.id);
                let place = procedure
                    .at()
                    .key("steps")
                    .index(index)
                    .key("tell")
                    .key("who");
                self.note(tell.who.as_str(), what, place);
            }
        }
    }

    fn call_trees(&mut self) {
        for tree in &self.programme.call_trees {
            for (index, call) in tree.calls.iter().enumerate() {
                let place = tree.at().key("calls").index(index);
                let what = format!("caller in the call tree `{}`", tree.id);
                self.note(call.from.as_str(), what, place.clone().key("from"));
                for (index, called) in call.to.iter().enumerate() {
                    let what = format!("called in the call tree `{}`", tree.id);
                    self.note(called.as_str(), what, place.clone().key("to").index(index));
                }
            }
        }
    }

    fn drills(&mut self) {
        for drill in &self.programme.drills {
            let at = drill.at();
            let what = |part: &str| format!("{part} of the drill `{}`", drill.id);
            if let Some(lead) = &drill.lead {
                self.note(lead.as_str(), what("lead"), at.key("lead"));
            }
            if let Some(approval) = &drill.approval {
                let place = at.key("approval").key("by");
                self.note(approval.by.as_str(), what("approver"), place);
            }
            if let Some(contact) = &drill.primary_contact {
                self.note(contact.as_str(), what("contact"), at.key("primary-contact"));
            }
            if let Some(contact) = &drill.secondary_contact {
                self.note(
                    contact.as_str(),
                    what("contact"),
                    at.key("secondary-contact"),
                );
            }
        }
    }

    fn credentials(&mut self) {
        for credential in &self.programme.credentials {
            for (index, holder) in credential.holders.iter().enumerate() {
                let what = format!("holder of the credential `{}`", credential.id);
                let place = credential.at().key("holders").index(index);
                self.note(holder.as_str(), what, place);
            }
        }
    }
}
