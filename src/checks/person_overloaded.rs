//! One person would have to do the work of several roles at the same time.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::{PersonId, RoleId};
use crate::model::{Kind, Programme, Scenario};

pub const CHECK: Check = check! {
    person_overloaded, "person-overloaded", Warning,
    "One person holds several roles that the same scenario needs",
    clauses: ["BC-07", "BC-20", "A1.3(1)", "RTS 2024/1774 Art. 26(2)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for (person, burdens) in burdens(context.programme) {
        // The scenario that asks most of them stands for the others.
        let Some((scenario, roles)) = burdens.iter().rev().max_by_key(|(_, roles)| roles.len())
        else {
            continue;
        };
        let more = match burdens.len() - 1 {
            0 => String::new(),
            more => format!(
                ", one of {}",
                words::count(more + 1, "such scenario", "such scenarios")
            ),
        };
        let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
        let message = format!(
            "`{person}` is primary of {}, all needed in `{}`{more}",
            words::quoted(names),
            scenario.id
        );
        let mut places = roles
            .iter()
            .filter_map(|role| context.programme.roles.get(role.as_str()))
            .map(|role| {
                (
                    role.at().key("primary"),
                    format!("primary of `{}`", role.id),
                )
            });
        let Some((first, _)) = places.next() else {
            continue;
        };
        let mut finding = CHECK
            .finding(message)
            .at(first)
            .about(Kind::Person, person.as_str())
            .help(
                "Make an alternate the primary of all but one of these roles, or have a drill \
                 show that one person can do them all.",
            );
        finding.related = places.collect();
        findings.push(finding);
    }
}

/// For each person the scenarios in which they are primary of several roles, with these roles.
type Burdens<'p> = BTreeMap<&'p PersonId, Vec<(&'p Scenario, BTreeSet<&'p RoleId>)>>;

fn burdens(programme: &Programme) -> Burdens<'_> {
    let mut burdens = Burdens::new();
    for scenario in &programme.scenarios {
        let mut held: BTreeMap<&PersonId, BTreeSet<&RoleId>> = BTreeMap::new();
        for role in roles(programme, scenario) {
            let role = programme.roles.get(role.as_str());
            if let Some((person, role)) =
                role.and_then(|role| Some((programme.primary(role)?, role)))
            {
                held.entry(person).or_default().insert(&role.id);
            }
        }
        for (person, roles) in held.into_iter().filter(|(_, roles)| roles.len() > 1) {
            burdens.entry(person).or_default().push((scenario, roles));
        }
    }
    burdens
}

/// The roles that the procedures of a scenario need.
fn roles<'p>(programme: &'p Programme, scenario: &Scenario) -> BTreeSet<&'p RoleId> {
    let ids = scenario.procedures.iter();
    let procedures = ids.filter_map(|id| programme.procedures.get(id.as_str()));
    let steps = procedures.flat_map(|procedure| &procedure.steps);
    steps.filter_map(|step| step.role.as_ref()).collect()
}
