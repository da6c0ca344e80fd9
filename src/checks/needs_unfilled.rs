//! A function needs more people than there are.

use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    needs_unfilled, "needs-unfilled", Warning,
    "A function needs more people of a role than hold it",
    clauses: ["BC-20", "BC-26", "ISO 22301 8.3.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        let people = function.needs.iter().flat_map(|needs| &needs.people);
        for (index, need) in people.enumerate() {
            let Some(role) = context.programme.roles.get(need.role.as_str()) else {
                continue;
            };
            let wanted = need.count.unwrap_or(1) as usize;
            let there = context.programme.holders(role).len();
            // A role that nobody holds is `role-unfilled`'s business, not ours.
            if there == 0 || wanted <= there {
                continue;
            }
            let (id, role_id) = (&function.id, &role.id);
            findings.push(
                CHECK
                    .finding(format!(
                        "`{id}` needs {} of the role `{role_id}`, but {there} {} it",
                        words::count(wanted, "person", "people"),
                        if there == 1 { "holds" } else { "hold" }
                    ))
                    .at(function
                        .at()
                        .key("needs")
                        .key("people")
                        .index(index)
                        .key("count"))
                    .also(
                        role.at().key("id"),
                        "the role and who holds it are declared here",
                    )
                    .about(Kind::Function, id.as_str())
                    .help("Name more `alternates` of the role, or work with fewer people."),
            );
        }
    }
}
