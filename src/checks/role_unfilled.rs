//! A role that nobody holds.

use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::PersonId;
use crate::model::Kind;

pub const CHECK: Check = check! {
    role_unfilled, "role-unfilled", Error,
    "A role has nobody who holds it",
    clauses: ["BC-07", "BC-20", "SP 800-34 2.3", "ISO 22301 8.4.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for role in &context.programme.roles {
        if context.programme.primary(role).is_some() {
            continue;
        }
        let alternates: Vec<_> = context
            .programme
            .alternates(role)
            .map(PersonId::as_str)
            .collect();
        let message = if alternates.is_empty() {
            format!("nobody holds the role `{}`", role.id)
        } else {
            let names = words::quoted(alternates);
            format!(
                "the role `{}` has no primary, only alternates: {names}",
                role.id
            )
        };
        findings.push(
            CHECK
                .finding(message)
                .at(role.at().place())
                .about(Kind::Role, role.id.as_str())
                .help("Name the person who holds it as `primary`."),
        );
    }
}
