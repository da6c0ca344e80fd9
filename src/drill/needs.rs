//! What a drill takes before it is held: how long it should last, whom it needs, and what no other
//! may touch meanwhile.

use std::collections::BTreeSet;

use super::locks::locks;
use crate::graph::Graph;
use crate::id::{PartyId, PersonId, ProcedureId, TeamId};
use crate::journal::Locks;
use crate::model::{Drill, Item, Procedure, Programme};
use crate::time::Duration;

/// How long a drill takes of which nobody says it.
pub const LASTS: Duration = Duration::seconds(60 * 60);

/// In so many rounds the longest chain of steps is looked for: two are enough where they stand in
/// the order in which they are done.
const ROUNDS_MAX: usize = 100;

/// What a drill takes.
#[derive(Clone, Debug, Default)]
pub struct Needs<'p> {
    /// How long its steps should take, one after the other where they wait; nothing where no step
    /// says it.
    pub stated: Option<Duration>,
    /// Who leads it and whose steps are in it, without those who have left.
    pub people: BTreeSet<&'p PersonId>,
    /// In whose plan it stands, and which team leads it.
    pub teams: BTreeSet<&'p TeamId>,
    /// What it keeps other drills away from.
    pub locks: Locks,
}

impl Needs<'_> {
    /// How long it should last: an hour, where nobody says it.
    pub fn lasts(&self) -> Duration {
        self.stated.unwrap_or(LASTS)
    }
}

/// What a drill takes.
pub fn needs<'p>(programme: &'p Programme, graph: &Graph, drill: &'p Item<Drill>) -> Needs<'p> {
    let mut all = Needs {
        locks: locks(graph, drill),
        ..Needs::default()
    };
    let own = programme.team_at(drill.at());
    all.teams.extend(own.map(|team| &team.id));
    if let Some(lead) = &drill.lead {
        all.party(programme, lead);
    }
    let mut lasts = Duration::ZERO;
    for id in drill.procedures_in(programme) {
        lasts = lasts + all.procedure(programme, id, &mut Vec::new());
    }
    all.stated = (lasts > Duration::ZERO).then_some(lasts);
    if drill.unattended {
        // It is run with nobody at hand.
        all.people.clear();
    }
    all
}

impl<'p> Needs<'p> {
    /// One who takes part: a person, the primary of a role, or a team.
    fn party(&mut self, programme: &'p Programme, party: &PartyId) {
        let id = party.as_str();
        let person = programme.people.get(id).map(|person| &person.id);
        let role = programme.roles.get(id);
        let primary = role.and_then(|role| programme.primary(role));
        let here = person
            .or(primary)
            .filter(|person| programme.is_here(person));
        self.people.extend(here);
        self.teams
            .extend(programme.teams.get(id).map(|team| &team.id));
    }

    /// Adds whom the steps of a procedure need; gives back how long it should take. `outer` are the
    /// procedures it stands in.
    fn procedure(
        &mut self,
        programme: &'p Programme,
        id: &'p ProcedureId,
        outer: &mut Vec<&'p ProcedureId>,
    ) -> Duration {
        let Some(procedure) = programme.procedures.get(id.as_str()) else {
            return Duration::ZERO;
        };
        if outer.contains(&id) {
            return Duration::ZERO;
        }
        outer.push(id);
        let mut times = Vec::with_capacity(procedure.steps.len());
        for step in &procedure.steps {
            let role = step
                .role
                .as_ref()
                .and_then(|role| programme.roles.get(role.as_str()));
            self.people
                .extend(role.and_then(|role| programme.primary(role)));
            let within = step.run_procedure.as_ref();
            let within = within.map(|within| self.procedure(programme, within, outer));
            times.push(within.or(step.expected).unwrap_or_default());
        }
        outer.pop();
        longest(procedure, &times)
    }
}

/// How long the longest chain of steps takes that wait for each other. Of those that do so in a
/// circle, what is found after as many rounds as there are.
fn longest(procedure: &Procedure, times: &[Duration]) -> Duration {
    let before = procedure.before_each();
    let mut ends = times.to_vec();
    for _ in 0..times.len().min(ROUNDS_MAX) {
        let mut is_settled = true;
        for (step, time) in times.iter().enumerate() {
            let start = before[step].iter().map(|before| ends[*before]).max();
            let end = start.unwrap_or_default() + *time;
            is_settled &= ends[step] == end;
            ends[step] = end;
        }
        if is_settled {
            break;
        }
    }
    ends.into_iter().max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing;

    const PLAN: &str = "
team: {id: ops, name: Operations}
people:
  - {id: ada, name: Ada}
  - {id: bo, name: Bo}
roles:
  - {id: boss, name: Boss, primary: ada}
procedures:
  - id: inner
    name: Inner
    steps:
      - {id: a, do: A, expected: 10m, role: boss}
      - {id: b, do: B, expected: 30m, after: []}
  - id: outer
    name: Outer
    steps:
      - {id: a, do: A, expected: 5m}
      - {id: b, do: B, run-procedure: inner}
  - id: circle
    name: Circle
    steps:
      - {id: a, do: A, run-procedure: circle, after: [b], expected: 1m}
      - {id: b, do: B, after: [a], expected: 1m}
drills:
  - {id: one, name: One, kind: functional, procedures: [outer, inner], lead: bo}
  - {id: two, name: Two, kind: tabletop, lead: ops}
  - {id: odd, name: Odd, kind: tabletop, procedures: [circle], lead: boss}
";

    #[test]
    fn a_drill_takes_its_longest_chain_and_all_who_act_in_it() {
        let loaded = testing::plan(PLAN);
        let graph = Graph::build(&loaded.programme);
        let of = |id: &str| {
            let drill = loaded.programme.drills.get(id).expect("declared");
            let needs = needs(&loaded.programme, &graph, drill);
            let people: Vec<&str> = needs.people.iter().map(|id| id.as_str()).collect();
            let teams: Vec<&str> = needs.teams.iter().map(|id| id.as_str()).collect();
            format!("{} {people:?} {teams:?}", needs.lasts())
        };
        assert_eq!(of("one"), r#"1h5m ["ada", "bo"] ["ops"]"#);
        assert_eq!(of("two"), r#"1h [] ["ops"]"#);
        // It waits for itself, and yet comes to an end.
        assert!(of("odd").ends_with(r#" ["ada"] ["ops"]"#));
    }
}
