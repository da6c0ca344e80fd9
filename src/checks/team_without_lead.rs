//! A team that nobody leads in a disruption.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    team_without_lead, "team-without-lead", Warning,
    "Nobody is named who leads a team in a disruption",
    clauses: ["BC-20", "BC-24", "ISO 22301 8.4.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for team in &context.programme.teams {
        if team.states(|team| team.lead.is_some()) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nobody is named who leads the team `{}`", team.id))
                .at(team.at().place())
                .about(Kind::Team, team.id.as_str())
                .help("Name the person who leads the team in a disruption as `lead`."),
        );
    }
}
