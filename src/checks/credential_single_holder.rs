//! A credential that one person alone can use.

use std::collections::BTreeSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::PersonId;
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
            (None, _) => format!("nobody can use `{id}`"),
            (Some(_), _) => continue,
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

/// Everybody who can use a credential; nothing where that cannot be told.
///
/// A team is more than the people it names. A role that nobody holds and a holder that nobody
/// declares have checks of their own.
fn people<'p>(programme: &'p Programme, credential: &Credential) -> Option<BTreeSet<&'p PersonId>> {
    let mut people = BTreeSet::new();
    for holder in &credential.holders {
        let person = programme.people.get(holder.as_str());
        if person.is_some_and(|person| !programme.is_here(&person.id)) {
            continue;
        }
        let these = programme.people_behind(holder);
        if these.is_empty() || programme.teams.has(holder.as_str()) {
            return None;
        }
        people.extend(these);
    }
    Some(people)
}
