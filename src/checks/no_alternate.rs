//! A role with nobody to stand in.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    no_alternate, "no-alternate", Warning,
    "A role has nobody to stand in for its primary",
    clauses: ["BC-20", "SP 800-34 2.3", "ISO 22301 8.4.2", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for role in &context.programme.roles {
        // Nobody at all is `role-unfilled`'s business, not ours.
        let Some(primary) = context.programme.primary(role) else {
            continue;
        };
        let mut alternates = context.programme.alternates(role);
        if alternates.any(|alternate| alternate != primary) {
            continue;
        }
        let message = format!("only `{primary}` holds the role `{}`", role.id);
        findings.push(
            CHECK
                .finding(message)
                .at(role.at().key("primary"))
                .about(Kind::Role, role.id.as_str())
                .help("Name somebody else under `alternates`, and let them do it in a drill."),
        );
    }
}
