//! Somebody who is needed in a disruption cannot be reached in two independent ways.

use std::collections::BTreeSet;

use super::duties::leading;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Contact, Kind};

pub const CHECK: Check = check! {
    contact_missing, "contact-missing", Warning,
    "Somebody who is needed cannot be reached in two independent ways",
    clauses: ["BC-20", "SP 800-34 3.2", "CP-2 a.3", "CP-11"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for (person, duties) in leading(context) {
        let id = person.id.as_str();
        if ways(&person.contacts) >= 2 {
            continue;
        }
        let message = match &person.contacts[..] {
            [] => format!("nothing says how to reach `{id}`"),
            [only] => format!("`{id}` can be reached in one way only, by {}", only.by),
            [first, ..] => {
                let shared = match &first.needs {
                    Some(system) => format!("all need `{system}`"),
                    None => "all lead to the same number or address".to_owned(),
                };
                let count = person.contacts.len();
                format!("the {count} contacts of `{id}` fail together: {shared}")
            }
        };
        findings.push(
            CHECK
                .finding(message)
                .at(person.at().key("contacts"))
                .also(duties[0].at.clone(), duties[0].what.clone())
                .about(Kind::Person, id)
                .help(
                    "Add a contact by another channel that needs another system or none, such as \
                     a private telephone.",
                ),
        );
    }
}

/// In how many ways somebody can be reached that do not fail together.
///
/// Contacts that need one system fail with it; a call and a text message to one number are one way.
fn ways(contacts: &[Contact]) -> usize {
    let way = |contact: &Contact| match &contact.needs {
        Some(system) => (Some(system.clone()), String::new()),
        None => (None, contact.to.clone()),
    };
    contacts.iter().map(way).collect::<BTreeSet<_>>().len()
}
