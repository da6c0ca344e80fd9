//! Nobody can be called when a drill goes wrong.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    drill_without_contacts, "drill-without-contacts", Error,
    "A drill does not name two people to call when something goes wrong",
    clauses: ["EC-06", "EC-07", "ISO 22301 8.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for drill in &context.programme.drills {
        let id = &drill.id;
        let (message, key) = match (&drill.primary_contact, &drill.secondary_contact) {
            (Some(first), Some(second)) if first == second => (
                format!("`{id}` names `{first}` as the first and as the second to call"),
                "secondary-contact",
            ),
            (Some(_), Some(_)) => continue,
            (Some(first), None) => (
                format!("`{id}` names nobody to call when `{first}` cannot be reached"),
                "primary-contact",
            ),
            (None, Some(second)) => (
                format!("`{id}` names nobody to call before `{second}`"),
                "secondary-contact",
            ),
            (None, None) => (
                format!("`{id}` names nobody to call when something goes wrong"),
                "id",
            ),
        };
        findings.push(
            CHECK
                .finding(message)
                .at(drill.at().key(key))
                .about(Kind::Drill, id.as_str())
                .help("Name two different people as `primary-contact` and `secondary-contact`."),
        );
    }
}
