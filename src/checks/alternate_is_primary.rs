//! Somebody stands in for themselves, or is counted twice.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    alternate_is_primary, "alternate-is-primary", Warning,
    "Somebody is listed as their own alternate",
    clauses: ["BC-20", "SP 800-34 2.3", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for role in &context.programme.roles {
        // Nobody else at all is `no-alternate`'s business, not ours.
        if role
            .alternates
            .iter()
            .all(|alternate| role.primary.as_ref() == Some(alternate))
        {
            continue;
        }
        for (index, alternate) in role.alternates.iter().enumerate() {
            let (at, what) = if role.primary.as_ref() == Some(alternate) {
                (role.at().key("primary"), "primary")
            } else if let Some(before) =
                role.alternates[..index].iter().position(|a| a == alternate)
            {
                (role.at().key("alternates").index(before), "alternate")
            } else {
                continue;
            };
            findings.push(
                CHECK
                    .finding(format!(
                        "`{alternate}` is already {what} of the role `{}`",
                        role.id
                    ))
                    .at(role.at().key("alternates").index(index))
                    .also(at, format!("named as {what} here"))
                    .about(Kind::Role, role.id.as_str())
                    .help("Name somebody else who can stand in, or remove the entry."),
            );
        }
    }
}
