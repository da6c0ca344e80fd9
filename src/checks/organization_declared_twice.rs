//! More than one organization.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    organization_declared_twice, "organization-declared-twice", Error,
    "The organization is stated more than once",
    clauses: ["BC-23"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(first) = &context.programme.organization else {
        return;
    };
    for other in &context.programme.organizations_more {
        findings.push(
            CHECK
                .finding(format!(
                    "the organization is stated again, as `{}`; this one does not count",
                    other.name
                ))
                .at(other.at.place())
                .also(
                    first.at.place(),
                    format!("`{}` is stated here, and counts", first.name),
                )
                .about(Kind::Organization, "")
                .help("Keep one, in `mainstay.yaml`, and move what is missing there."),
        );
    }
}
