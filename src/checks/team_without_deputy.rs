//! A team with nobody to stand in for its lead.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::PersonId;
use crate::model::Kind;

pub const CHECK: Check = check! {
    team_without_deputy, "team-without-deputy", Warning,
    "Nobody stands in for the lead of a team",
    clauses: ["BC-20", "SP 800-34 2.3", "ISO 22301 8.4.2", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let here = |deputy: &PersonId| context.programme.is_here(deputy);
    for team in &context.programme.teams {
        let themselves = team.lead.is_some() && team.deputy == team.lead;
        if team.states(|team| team.deputy.as_ref().is_some_and(here)) && !themselves {
            continue;
        }
        let (place, message) = match &team.lead {
            Some(lead) if themselves => (
                team.at().key("deputy"),
                format!("`{lead}` is their own deputy in the team `{}`", team.id),
            ),
            Some(lead) => (
                team.at().key("lead"),
                format!(
                    "nobody stands in for `{lead}`, who leads the team `{}`",
                    team.id
                ),
            ),
            // Nobody to stand in for is `team-without-lead`'s business, not ours.
            None => continue,
        };
        findings.push(
            CHECK
                .finding(message)
                .at(place)
                .about(Kind::Team, team.id.as_str())
                .help("Name somebody else who can lead the team as `deputy`."),
        );
    }
}
