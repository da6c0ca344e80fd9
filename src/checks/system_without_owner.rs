//! Nobody answers for a system.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    system_without_owner, "system-without-owner", Warning,
    "Nobody answers for a system",
    clauses: ["BC-20", "CP-2", "ISO 22301 5.3", "CC9.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        // What stands in a team's plan belongs to the team; that nobody leads the team is
        // `team-without-lead`'s business, not ours.
        let mut declarations = system.declarations.iter();
        if declarations.any(|d| d.owner.is_some() || context.programme.team_at(d.at).is_some()) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nobody answers for `{}`", system.id))
                .at(system.at().place())
                .about(Kind::System, system.id.as_str())
                .help("Write `owner:` with a person, role or team, or move it to a team's plan."),
        );
    }
}
