//! Recovery paradox: steps whose own means are down in the very scenario they serve.
//!
//! A step may need tools (the vault, the chat, git), credentials and somebody in its role. A
//! scenario that takes one of them down makes the step impossible at the moment it is needed. The
//! steps that serve a scenario are those of its own procedures, and those of the procedures of
//! every system that is down in it.
//!
//! Not counted are the means that the system under recovery needs itself: the order of recovery
//! has them back before the procedure begins. Nor is the system itself, except in a step that
//! nothing comes before: later steps use what the earlier ones brought back, such as to check it.

use std::collections::HashSet;

use super::footing::{At, Footing};
use super::lost::Lost;
use super::order::Order;
use super::spread::Spread;
use super::target::Target;
use super::{Graph, Ix};
use crate::finding::Place;
use crate::model::*;

/// What a step needs that is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// A tool is down; the chain leads from it to what the scenario takes down.
    Tool(Vec<Ix>),
    /// The means of telling somebody is down; the chain is the same.
    Channel(Vec<Ix>),
    /// A credential cannot be used.
    Credential(At),
    /// A credential is kept in a system that is down; the chain is the same.
    KeptIn(At, Vec<Ix>),
    /// Nobody is left in the role.
    Role(At),
}

/// A step that cannot be done in a scenario it serves.
#[derive(Clone, Debug)]
pub struct Paradox<'p> {
    /// The scenario.
    pub scenario: &'p Item<Scenario>,
    /// The procedure.
    pub procedure: &'p Item<Procedure>,
    /// The step, by its place in the procedure.
    pub step: usize,
    /// The system whose recovery the procedure is, if it serves the scenario that way.
    pub system: Option<Ix>,
    /// What the step needs that is not there.
    pub means: Means,
    /// Where the step says that it needs it.
    pub place: Place,
}

/// Every step that cannot be done, by scenario, procedure and step.
pub fn paradoxes<'p>(graph: &Graph<'p>, order: &Order, footing: &Footing) -> Vec<Paradox<'p>> {
    let mut found = Vec::new();
    for scenario in &graph.programme.scenarios {
        let lost = Lost::new(graph.programme, footing, Target::Scenario(scenario));
        let spread = Spread::new(graph, footing, lost);
        for (procedure, system) in procedures(graph, scenario, &spread) {
            let before = system.map(|system| Before {
                system,
                groups: order.all_before(system),
            });
            let serves = Serves {
                graph,
                spread: &spread,
                scenario,
                procedure,
                before,
                order,
            };
            serves.steps(&mut found);
        }
    }
    found
}

/// The procedures that serve a scenario, each once; with the system, where it is a recovery.
fn procedures<'p>(
    graph: &Graph<'p>,
    scenario: &Scenario,
    spread: &Spread,
) -> Vec<(&'p Item<Procedure>, Option<Ix>)> {
    let all = &graph.programme.procedures;
    let of_systems = spread.down.iter().filter_map(|node| {
        let id = graph.system(*node)?.procedure.as_ref()?;
        Some((all.position(id.as_str())?, Some(*node)))
    });
    let own = scenario
        .procedures
        .iter()
        .filter_map(|id| Some((all.position(id.as_str())?, None)));
    let mut places: Vec<(usize, Option<Ix>)> = of_systems.chain(own).collect();
    places.sort_unstable_by_key(|(place, system)| (*place, system.is_none(), *system));
    places.dedup_by_key(|(place, _)| *place);
    places
        .into_iter()
        .map(|(place, system)| (&all[place], system))
        .collect()
}

/// A system under recovery, and the groups that are back before its recovery begins.
struct Before {
    system: Ix,
    groups: HashSet<u32>,
}

struct Serves<'a, 'p> {
    graph: &'a Graph<'p>,
    spread: &'a Spread,
    scenario: &'p Item<Scenario>,
    procedure: &'p Item<Procedure>,
    before: Option<Before>,
    order: &'a Order,
}

impl<'p> Serves<'_, 'p> {
    fn steps(&self, found: &mut Vec<Paradox<'p>>) {
        let (all, declared) = (&self.procedure.steps, self.procedure.at());
        for (i, step) in all.iter().enumerate() {
            let at = declared.key("steps").index(i);
            let mut add = |means: Option<Means>, place: Place| {
                found.extend(means.map(|means| Paradox {
                    scenario: self.scenario,
                    procedure: self.procedure,
                    step: i,
                    system: self.before.as_ref().map(|before| before.system),
                    means,
                    place,
                }));
            };
            for (j, tool) in step.tools.iter().enumerate() {
                let means = self.down(tool.as_str(), i).map(Means::Tool);
                add(means, at.clone().key("tools").index(j));
            }
            for (j, credential) in step.credentials.iter().enumerate() {
                let means = self.credential(credential.as_str(), i);
                add(means, at.clone().key("credentials").index(j));
            }
            if let Some(needs) = step.tell.as_ref().and_then(|tell| tell.needs.as_ref()) {
                let means = self.down(needs.as_str(), i).map(Means::Channel);
                add(means, at.clone().key("tell").key("needs"));
            }
            let role = step.role.as_ref();
            let role = role.and_then(|id| self.graph.programme.roles.position(id.as_str()));
            let role = role.filter(|role| self.spread.lost.roles[*role]);
            add(role.map(|role| Means::Role(number(role))), at.key("role"));
        }
    }

    /// The chain that takes a system down that a step needs, unless it is back by then.
    fn down(&self, id: &str, step: usize) -> Option<Vec<Ix>> {
        let node = self
            .graph
            .system_node(self.graph.programme.systems.position(id)?);
        let there = self.before.as_ref().is_some_and(|before| {
            let brought_back = before.system == node && !self.procedure.before(step).is_empty();
            brought_back || before.groups.contains(&self.order.groups.number(node))
        });
        (self.spread.is_down(node) && !there).then(|| self.spread.chain(node))
    }

    fn credential(&self, id: &str, step: usize) -> Option<Means> {
        let place = self.graph.programme.credentials.position(id)?;
        let credential = &self.graph.programme.credentials[place];
        if self.spread.lost.credentials[place] {
            return Some(Means::Credential(number(place)));
        }
        let kept_in = credential
            .kept_in
            .as_ref()
            .filter(|_| credential.second_copy.is_none())?;
        Some(Means::KeptIn(
            number(place),
            self.down(kept_in.as_str(), step)?,
        ))
    }
}

fn number(place: usize) -> At {
    At::try_from(place).expect("checked when built")
}

#[cfg(test)]
mod tests {
    use super::Means;
    use crate::graph::testing::analyse;

    const FIRE: &str = "
systems:
  - {id: db, name: Database, procedure: restore}
  - {id: vault, name: Vault, depends-on: [{on: disk}]}
  - {id: chat, name: Chat, depends-on: [{on: disk}]}
  - {id: disk, name: Disk}
  - {id: git, name: Git}
people: [{id: ada, name: Ada}]
roles: [{id: dba, name: Administrator, primary: ada}]
credentials: [{id: root, name: Root, kept-in: vault}]
procedures:
  - id: restore
    name: Restore
    steps:
      - {id: open, do: Open it, role: dba, tools: [git, vault], credentials: [root],
         tell: {who: ada, by: chat, needs: chat}}
      - {id: look, do: Look, tools: [db]}
scenarios:
  - {id: fire, name: Fire, takes-down: {systems: [db, disk]}}
";

    fn check(yaml: &str, expected: &[&str]) {
        analyse(yaml, |analysis| {
            let words = analysis
                .paradoxes
                .iter()
                .map(|paradox| match &paradox.means {
                    Means::Tool(chain) => format!("tool {}", analysis.ids(chain).join(" ")),
                    Means::Channel(chain) => format!("channel {}", analysis.ids(chain).join(" ")),
                    Means::Credential(_) => "credential".to_owned(),
                    Means::KeptIn(_, chain) => format!("kept in {}", analysis.ids(chain).join(" ")),
                    Means::Role(_) => "role".to_owned(),
                });
            assert_eq!(words.collect::<Vec<_>>(), expected);
        });
    }

    #[test]
    fn a_step_whose_means_are_down_is_found_with_what_takes_them_down() {
        check(
            FIRE,
            &["tool vault disk", "kept in vault disk", "channel chat disk"],
        );
    }

    #[test]
    fn what_the_system_needs_itself_is_back_before_its_procedure_begins() {
        let after = FIRE.replace(
            "name: Database,",
            "name: Database, depends-on: [{on: vault}],",
        );
        check(&after, &["channel chat disk"]);
    }

    #[test]
    fn the_system_itself_is_missing_only_in_a_step_that_nothing_comes_before() {
        check(
            &FIRE.replace("tools: [git, vault]", "tools: [db]"),
            &["tool db", "kept in vault disk", "channel chat disk"],
        );
    }

    #[test]
    fn a_second_copy_of_a_credential_is_enough() {
        let copied = FIRE.replace("kept-in: vault", "kept-in: vault, second-copy: An envelope");
        check(&copied, &["tool vault disk", "channel chat disk"]);
    }

    #[test]
    fn a_step_whose_role_has_nobody_left_and_a_lost_credential_are_found() {
        let flu = FIRE.replace(
            "{systems: [db, disk]}",
            "{systems: [db], people: [ada], credentials: [root]}",
        );
        check(&flu, &["credential", "role"]);
    }

    #[test]
    fn the_procedures_of_a_scenario_serve_it_whatever_is_down() {
        let own = FIRE.replace(
            "{systems: [db, disk]}}",
            "{systems: [disk]}, procedures: [restore]}",
        );
        check(
            &own,
            &["tool vault disk", "kept in vault disk", "channel chat disk"],
        );
        check(&FIRE.replace("[db, disk]", "[disk]"), &[]);
    }
}
