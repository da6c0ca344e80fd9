//! Objectives that nobody with the authority has agreed to.

use std::collections::BTreeMap;

use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Approval, Kind, Origin, Programme};

pub const CHECK: Check = check! {
    objective_not_approved, "objective-not-approved", Note,
    "Objectives are proposed: management has not approved them",
    clauses: ["BC-25", "BC-33", "ISO 22301 8.2.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for (team, stated) in stated(context.programme) {
        let mut kinds = Vec::new();
        if stated.functions > 0 {
            kinds.push(words::count(stated.functions, "function", "functions"));
        }
        if stated.systems > 0 {
            kinds.push(words::count(stated.systems, "system", "systems"));
        }
        let team = team.and_then(|team| context.programme.teams.get(team));
        let whose = team.map_or_else(
            || "outside any team's plan".to_owned(),
            |team| format!("of `{}`", team.id),
        );
        let finding = CHECK
            .finding(format!(
                "the objectives of {} {whose} are {}",
                words::list(&kinds),
                Approval::Proposed.words()
            ))
            .help(
                "Lay them before management with the consolidated plan; what it signs counts as \
                 approved.",
            );
        findings.push(match team {
            Some(team) => finding
                .at(team.at().place())
                .about(Kind::Team, team.id.as_str()),
            None => finding
                .at(stated.first.place())
                .about(Kind::Organization, ""),
        });
    }
}

/// How many things of a team state an objective, and where the first is.
struct Stated {
    functions: usize,
    systems: usize,
    first: Origin,
}

/// By team, or by none for what stands outside any team's plan.
fn stated(programme: &Programme) -> BTreeMap<Option<&str>, Stated> {
    let functions = programme.functions.iter();
    let functions = functions.filter(|f| f.mtpd.is_some() || f.rto.is_some() || f.rpo.is_some());
    let systems = programme
        .systems
        .iter()
        .filter(|s| s.rto.is_some() || s.rpo.is_some());
    let functions = functions.map(|function| (function.at(), 1, 0));
    let systems = systems.map(|system| (system.at(), 0, 1));
    let mut stated = BTreeMap::new();
    for (first, functions, systems) in functions.chain(systems) {
        let team = programme.team_at(first).map(|team| team.id.as_str());
        let sum = stated.entry(team).or_insert(Stated {
            functions: 0,
            systems: 0,
            first,
        });
        sum.functions += functions;
        sum.systems += systems;
    }
    stated
}
