//! Somebody who is needed cannot be reached when our own systems are down.

use super::duties::leading;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_out_of_band_contact, "no-out-of-band-contact", Warning,
    "Somebody who is needed cannot be reached when our own systems are down",
    clauses: ["BC-20", "BC-30", "CP-11", "ISO 22301 8.4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for (person, duties) in leading(context) {
        let id = person.id.as_str();
        let outside = person
            .contacts
            .iter()
            .any(|c| c.out_of_band && c.needs.is_none());
        // Nobody to reach at all is `contact-missing`'s business, not ours.
        if outside || person.contacts.is_empty() {
            continue;
        }
        let mut finding = CHECK
            .finding(format!(
                "no contact of `{id}` works when our own systems do not"
            ))
            .at(person.at().key("contacts"))
            .also(duties[0].at.clone(), duties[0].what.clone())
            .about(Kind::Person, id)
            .help(
                "Mark a contact that needs none of your systems `out-of-band: true`, such as a \
                 private telephone, or add one.",
            );
        for (index, contact) in person.contacts.iter().enumerate() {
            let Some(system) = contact.needs.as_ref().filter(|_| contact.out_of_band) else {
                continue;
            };
            let place = person.at().key("contacts").index(index).key("needs");
            finding = finding.also(
                place,
                format!("it is called out of band, but needs `{system}`"),
            );
        }
        findings.push(finding);
    }
}
