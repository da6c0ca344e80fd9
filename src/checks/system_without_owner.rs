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
    for system in context
        .programme
        .systems
        .iter()
        .filter(|s| s.owner.is_none())
    {
        let team = context.programme.team_at(system.at());
        if team.is_some_and(|team| team.lead.is_some()) {
            continue;
        }
        let id = &system.id;
        let finding = CHECK
            .finding(format!("nobody answers for `{id}`"))
            .at(system.at().place())
            .about(Kind::System, id.as_str())
            .help("Write `owner:` with a person, a role or a team.");
        findings.push(match team {
            Some(team) => finding
                .also(team.at().place(), "the team whose plan this is has no lead")
                .help("Write `owner:`, or name the `lead` of the team."),
            None => finding,
        });
    }
}
