//! Data of which no copy says how it is verified.

use std::collections::BTreeMap;

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::graph::copies::{self, Copies};
use crate::model::{Item, Kind, System, Team};

pub const CHECK: Check = check! {
    coverage_incomplete, "coverage-incomplete", Note,
    "Data whose copies nobody can verify",
    clauses: ["BC-19", "BC-28", "A1.3(2)", "CP-9(1)", "DORA 12(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let copies = Copies::new(context.programme);
    let mut by_team: BTreeMap<Option<&str>, Vec<&Item<System>>> = BTreeMap::new();
    for system in copies::data_systems(context.programme) {
        let own = copies.of(system.id.as_str());
        // Data without any backup is `data-without-backup`'s business, not ours.
        if !own.is_empty() && own.iter().all(|backup| backup.verify.is_none()) {
            let team = context.programme.team_at(system.at());
            by_team
                .entry(team.map(|team| team.id.as_str()))
                .or_default()
                .push(system);
        }
    }
    for (team, systems) in by_team {
        let team = team.and_then(|id| context.programme.teams.get(id));
        findings.push(finding(team, &systems));
    }
}

/// One for each team, so that a plan that has only begun is not drowned in them.
fn finding(team: Option<&Item<Team>>, systems: &[&Item<System>]) -> Finding {
    let names = words::quoted(systems.iter().map(|system| system.id.as_str()));
    let finding = CHECK
        .finding(format!("no copy of {names} says how it is verified"))
        .help(
            "Write `verify` in a backup of each: the tool that reads it, and what must be in it. \
             `mainstay backup coverage` shows what is left.",
        );
    match team {
        Some(team) => finding
            .at(team.at().key("id"))
            .about(Kind::Team, team.id.as_str()),
        None => finding
            .at(systems[0].at().key("holds-data"))
            .about(Kind::Organization, ""),
    }
}
