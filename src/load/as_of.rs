//! Plans are looked at on a day: what lies after it has not happened, and who left before is gone.
//!
//! A date of the future proves nothing, however good it would look. So where it is one fact of a
//! thing it is taken out, and the thing is as if the fact had never been stated. An entry of a
//! history stays, so that those after it keep their places; whoever reads it asks for the past.

use super::Loaded;
use super::problem::Complaint;
use crate::finding::{self, Finding, Place};
use crate::model::*;
use crate::time::Date;

/// Looks at the plans on a day.
pub fn as_of(loaded: &mut Loaded, today: Date) {
    let programme = &mut loaded.programme;
    let gone = |person: &&Item<Person>| person.until.is_some_and(|until| until < today);
    let left = programme.people.iter().filter(gone);
    programme.left = left.map(|person| person.id.clone()).collect();
    let mut future = Future {
        today,
        findings: Vec::new(),
    };
    future.facts(programme);
    future.histories(programme);
    if !future.findings.is_empty() {
        loaded.findings.append(&mut future.findings);
        finding::sort(&mut loaded.findings);
    }
}

/// Finds what lies in the future.
struct Future {
    today: Date,
    findings: Vec<Finding>,
}

impl Future {
    /// Every date of a fact that the plans state once: when it was confirmed, measured, assessed.
    fn facts(&mut self, programme: &mut Programme) {
        self.each(&mut programme.teams, |team, see| {
            see.date(&mut team.reviewed_at, &["reviewed-at"]);
        });
        self.each(&mut programme.functions, |function, see| {
            if let Some(bia) = &mut function.bia {
                see.date(&mut bia.assessed_at, &["bia", "assessed-at"]);
            }
        });
        self.each(&mut programme.systems, |system, see| {
            see.date(&mut system.verified_at, &["verified-at"]);
            if let Some(recovery) = &mut system.recovery {
                let route = ["recovery", "measured", "on"];
                see.fact(&mut recovery.measured, |measured| measured.on, &route);
            }
        });
        self.each(&mut programme.backups, |backup, see| {
            see.fact(
                &mut backup.restored,
                |restored| restored.on,
                &["restored", "on"],
            );
        });
        self.each(&mut programme.people, |person, see| {
            see.date(&mut person.verified_at, &["verified-at"]);
            see.contacts(&mut person.contacts);
        });
        self.each(&mut programme.vendors, |vendor, see| {
            see.date(&mut vendor.verified_at, &["verified-at"]);
            see.contacts(&mut vendor.contacts);
        });
        self.each(&mut programme.procedures, |procedure, see| {
            see.date(&mut procedure.verified_at, &["verified-at"]);
        });
        self.each(&mut programme.risks, |risk, see| {
            see.date(&mut risk.reviewed_at, &["reviewed-at"]);
        });
        self.each(&mut programme.drills, |drill, see| {
            let route = ["approval", "on"];
            see.fact(&mut drill.approval, |approval| approval.on, &route);
        });
        self.each(&mut programme.actions, |action, see| {
            see.fact(&mut action.closed, |closed| closed.on, &["closed", "on"]);
        });
    }

    /// Every date of a list of what was done.
    fn histories(&mut self, programme: &Programme) {
        for drill in programme
            .drills
            .iter()
            .flat_map(|drill| &drill.declarations)
        {
            for (index, held) in drill.held.iter().enumerate() {
                let place = drill.at.key("held").index(index).key("on");
                self.complain(held.on, place, (Kind::Drill, drill.id.as_str()));
            }
        }
        if let Some(organization) = &programme.organization {
            for (index, entry) in organization.history.iter().enumerate() {
                let place = organization.at.key("history").index(index).key("on");
                self.complain(entry.on, place, (Kind::Organization, ""));
            }
        }
    }

    fn each<T: Entity>(&mut self, items: &mut Items<T>, look: impl Fn(&mut T, &mut See)) {
        items.each_mut(|value, at| {
            let id = at.map(|_| value.id().to_owned());
            let mut see = See {
                today: self.today,
                found: Vec::new(),
            };
            look(value, &mut see);
            // The effective value says the same again.
            let (Some(at), Some(id)) = (at, id) else {
                return;
            };
            for (on, route) in see.found {
                let place = route
                    .iter()
                    .fold(at.place(), |place, step| step.onto(place));
                self.complain(on, place, (T::KIND, &id));
            }
        });
    }

    fn complain(&mut self, on: Date, place: Place, (kind, id): (Kind, &str)) {
        if on <= self.today {
            return;
        }
        let message = format!("{on} has not come yet, so nothing was done on that day");
        self.findings.push(
            Complaint::DateInFuture
                .finding(message)
                .at(place)
                .about(kind, id)
                .help("Write the day on which it was done; until then, leave it out."),
        );
    }
}

/// Looks at the facts of one thing.
struct See {
    today: Date,
    found: Vec<(Date, Vec<Step>)>,
}

/// One step from a thing to a fact of it.
#[derive(Clone, Copy)]
enum Step {
    Key(&'static str),
    Index(usize),
}

impl Step {
    fn onto(self, place: Place) -> Place {
        match self {
            Step::Key(key) => place.key(key),
            Step::Index(index) => place.index(index),
        }
    }
}

impl See {
    fn date(&mut self, date: &mut Option<Date>, route: &[&'static str]) {
        self.fact(date, |date| *date, route);
    }

    fn contacts(&mut self, contacts: &mut [Contact]) {
        for (index, contact) in contacts.iter_mut().enumerate() {
            let route = [
                Step::Key("contacts"),
                Step::Index(index),
                Step::Key("verified-at"),
            ];
            self.take(&mut contact.verified_at, |date| *date, &route);
        }
    }

    fn fact<T>(&mut self, fact: &mut Option<T>, on: fn(&T) -> Date, route: &[&'static str]) {
        let route: Vec<Step> = route.iter().map(|key| Step::Key(key)).collect();
        self.take(fact, on, &route);
    }

    /// Takes a fact out that lies in the future.
    fn take<T>(&mut self, fact: &mut Option<T>, on: fn(&T) -> Date, route: &[Step]) {
        let today = self.today;
        if let Some(future) = fact.take_if(|fact| on(fact) > today) {
            self.found.push((on(&future), route.to_vec()));
        }
    }
}
