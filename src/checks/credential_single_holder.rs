//! A credential that one person alone can use.

use std::collections::BTreeSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::{PartyId, PersonId};
use crate::model::{Credential, Kind, Programme};

pub const CHECK: Check = check! {
    credential_single_holder, "credential-single-holder", Warning,
    "One person alone, or nobody, can use a credential",
    clauses: ["BC-08", "BC-20", "A1.3(1)", "SP 800-34 2.3", "DORA RTS 26(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for credential in &context.programme.credentials {
        let Some(people) = people(context.programme, credential) else {
            continue;
        };
        let id = &credential.id;
        let message = match (people.first(), people.len()) {
            (Some(only), 1) => format!("only `{only}` can use `{id}`"),
            (None, _) if credential.holders.is_empty() => format!("nobody can use `{id}`"),
            // A role that nobody holds is `role-unfilled`'s business, not ours.
            _ => continue,
        };
        findings.push(
            CHECK
                .finding(message)
                .at(credential.at().key("holders"))
                .about(Kind::Credential, id.as_str())
                .help("Give it to a second person, or to a role with alternates, as `holders`."),
        );
    }
}

/// Everybody who can use a credential; nothing where a team can, which is more than one person.
fn people<'p>(programme: &'p Programme, credential: &'p Credential) -> Option<BTreeSet<&'p str>> {
    let mut people = BTreeSet::new();
    for holder in credential.holders.iter().map(PartyId::as_str) {
        if programme.people.has(holder) {
            people.insert(holder);
        } else if let Some(role) = programme.roles.get(holder) {
            let all = role.primary.iter().chain(&role.alternates);
            people.extend(all.map(PersonId::as_str));
        } else {
            return None;
        }
    }
    Some(people)
}
