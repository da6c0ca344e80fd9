//! What the plan says about a system was not confirmed for too long.

use super::{Check, Context, Run, age};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    facts_not_verified, "facts-not-verified", Note,
    "What the plan says about a system was not confirmed for too long",
    clauses: ["BC-09", "BC-10", "CP-2", "ISO 22301 8.6"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let cadence = age::review(context.programme);
    for system in &context.programme.systems {
        // Whoever reads a team's plan through and confirms it confirms what stands in it.
        let team = context.programme.team_at(system.at());
        // That a whole plan was not read through is said once, by `team-review-overdue`.
        if team.is_some() && system.verified_at.is_none() {
            continue;
        }
        let confirmed = system
            .verified_at
            .max(team.and_then(|team| team.reviewed_at));
        let Some(words) = age::complaint("confirmed", confirmed, cadence, context.now) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!("what is said about `{}` {words}", system.id))
                .at(system.at().key("verified-at"))
                .about(Kind::System, system.id.as_str())
                .help("Read it through, correct it, and write today as `verified-at`."),
        );
    }
}
