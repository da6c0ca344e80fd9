//! Nobody has tried lately whether somebody can be reached.

use super::duties::leading;
use super::overdue::{Standing, standing};
use super::{Check, Context, Run, age};
use crate::finding::Finding;
use crate::model::{Item, Kind, Person};
use crate::time::{Date, Period};

pub const CHECK: Check = check! {
    contact_not_verified, "contact-not-verified", Warning,
    "Nobody has tried lately whether somebody who is needed can be reached",
    clauses: ["BC-09", "BC-10", "BC-20"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let organization = context.programme.organization.as_ref();
    let stated = organization.and_then(|o| o.cadences.as_ref()?.contact_verification);
    let every = age::contact_verification(context.programme);
    let cadence = organization.filter(|_| stated.is_some());
    let cadence = cadence.map(|o| o.at.key("cadences").key("contact-verification"));
    for (person, _) in leading(context) {
        let id = person.id.as_str();
        let Some(message) = complaint(person, every, context.now) else {
            continue;
        };
        let mut finding = CHECK
            .finding(message)
            .at(person.at().key("verified-at"))
            .about(Kind::Person, id)
            .help(
                "Call or write by every contact, correct what does not work, and write the day \
                 as `verified-at`.",
            );
        if let Some(cadence) = &cadence {
            let note = format!("contacts are to be verified every {}", every.words());
            finding = finding.also(cadence.clone(), note);
        }
        findings.push(finding);
    }
}

/// What is wrong with when the contacts of a person were last verified, if anything.
pub fn complaint(person: &Item<Person>, every: Period, now: Date) -> Option<String> {
    // A person's own date is for all their contacts.
    let verified = person
        .contacts
        .iter()
        .map(|c| c.verified_at.max(person.verified_at));
    let stale = verified.filter(|on| standing(*on, every, now) != Standing::InTime);
    let stale: Vec<Option<Date>> = stale.collect();
    let whose = if stale.len() == person.contacts.len() {
        format!("the contacts of `{}`", person.id)
    } else {
        format!(
            "{} of the {} contacts of `{}`",
            stale.len(),
            person.contacts.len(),
            person.id
        )
    };
    let newest = stale.iter().max()?;
    Some(match newest {
        None => format!("nobody has ever verified {whose}"),
        Some(on) => format!(
            "nobody has verified {whose} since {on}; it is due every {}",
            every.words()
        ),
    })
}
