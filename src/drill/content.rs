//! What of a drill decides what is done in it, as a digest: whether a run still proves the plan,
//! and whether what somebody approved is what it says now.
//!
//! Runs carry the digest of what is done: the steps, who does them, in which order, what disturbs
//! them and what is measured. It does not cover names, leads and objectives, nor how long a step
//! should take: who corrects an estimate by what was measured has changed nothing that was tested.
//!
//! An approval covers more, as it is of what was laid before somebody: also what the drill is to
//! show, what counts as success and what as an incident, every estimate and limit, the values
//! behind names in double braces, who leads it and who holds its roles. The two are told apart so
//! that neither has to change for the other's sake.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::id::{NodeId, PartyId, PersonId, RoleId};
use crate::journal::{Row, Task};
use crate::model::{
    Action, DataLoss, Drill, DrillKind, IncidentPolicy, Inject, Measure, Programme, Role, Setting,
    SteadyState, TimeExclusion,
};
use crate::text::{canonical, hex, present};
use crate::time::Duration;

#[derive(Serialize)]
struct Content<'d> {
    kind: DrillKind,
    with: &'d [Setting],
    measures: &'d [Measure],
    data_loss: &'d [DataLoss],
    steady_state: &'d [SteadyState],
    injects: &'d [Inject],
    absences: Option<u32>,
    exclusions: &'d [TimeExclusion],
    rows: &'d [Row],
}

#[derive(Serialize)]
struct Approved<'d> {
    name: &'d str,
    kind: DrillKind,
    lead: Option<&'d PartyId>,
    contacts: [Option<&'d PersonId>; 2],
    /// Who holds each role that has something to do, the primary first.
    roles: BTreeMap<&'d RoleId, Vec<&'d PersonId>>,
    scope: &'d [NodeId],
    objectives: &'d [String],
    success_criteria: &'d [String],
    measures: &'d [Measure],
    data_loss: &'d [DataLoss],
    steady_state: Vec<(&'d String, Action, Option<Duration>)>,
    injects: &'d [Inject],
    absences: Option<u32>,
    exclusions: &'d [TimeExclusion],
    parallel: Option<u32>,
    incidents: IncidentPolicy,
    rows: &'d [Row],
}

/// SHA-256 over what is approved of a drill: all that the plans say of it, and who acts in it. What
/// the programs do that it runs is not in the plans. The probes of its steady state, each with its
/// name and rhythm, and the tasks have the values in them that are stated.
pub(super) fn approved<'d>(
    programme: &'d Programme,
    drill: &'d Drill,
    steady_state: Vec<(&'d String, Action, Option<Duration>)>,
    (tasks, rows): (Vec<Task>, Vec<Row>),
) -> String {
    let roles = tasks.iter().filter_map(|task| task.role.as_ref());
    let roles = roles.filter_map(|id| programme.roles.get(id.as_str()));
    let holders = |role: &'d Role| {
        let primary = programme.primary(role).into_iter();
        (
            &role.id,
            primary.chain(programme.alternates(role)).collect(),
        )
    };
    let roles = roles.map(|role| holders(role)).collect();
    let content = Approved {
        name: &drill.name,
        kind: drill.kind,
        lead: drill.lead.as_ref(),
        contacts: [&drill.primary_contact, &drill.secondary_contact].map(Option::as_ref),
        roles,
        scope: &drill.scope,
        objectives: &drill.objectives,
        success_criteria: &drill.success_criteria,
        measures: &drill.measures,
        data_loss: &drill.data_loss,
        steady_state,
        injects: &drill.injects,
        absences: drill.absences,
        exclusions: &drill.exclusions,
        parallel: drill.parallel,
        incidents: drill.incidents_in(programme),
        rows: &rows,
    };
    sum(&content, tasks)
}

/// SHA-256 over what is done in a drill; names in double braces stand in the tasks as written. The
/// systems of the inventory count, also those that cannot be restored.
pub(super) fn done(drill: &Drill, (tasks, rows): (Vec<Task>, Vec<Row>)) -> String {
    let untimed = |task| Task {
        expected: None,
        timeout: Duration::ZERO,
        ..task
    };
    let content = Content {
        kind: drill.kind,
        with: &drill.with,
        measures: &drill.measures,
        data_loss: &drill.data_loss,
        steady_state: &drill.steady_state,
        injects: &drill.injects,
        absences: drill.absences,
        exclusions: &drill.exclusions,
        rows: &rows,
    };
    sum(&content, tasks.into_iter().map(untimed))
}

/// SHA-256 over the canonical text (RFC 8785) of the content with its `tasks` as one key more. That
/// text is put together here, so that of thousands of tasks one at a time is there as text.
fn sum(content: &impl Serialize, tasks: impl IntoIterator<Item = Task>) -> String {
    let mut tasks = tasks.into_iter().peekable();
    let content = present(content);
    let keys = content.as_object().into_iter().flatten();
    // The keys are ASCII, whose order is that of the standard.
    let mut keys: BTreeMap<&str, Option<&Value>> = keys
        .map(|(key, value)| (key.as_str(), Some(value)))
        .collect();
    if tasks.peek().is_some() {
        keys.insert("tasks", None);
    }
    let mut hash = Sha256::new();
    let mut before = "{";
    for (key, value) in keys {
        hash.update(format!("{before}{}:", canonical(&key)));
        before = ",";
        if let Some(value) = value {
            hash.update(canonical(&value));
            continue;
        }
        let mut before = "[";
        for task in tasks.by_ref() {
            hash.update(format!("{before}{}", canonical(&present(&task))));
            before = ",";
        }
        hash.update("]");
    }
    hash.update("}");
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use crate::drill::{approvable, content};
    use crate::load::testing;

    const PLAN: &str = "
drills: [{id: d, name: D, kind: functional, procedures: [p], with: [{name: n, value: v}]}]
procedures:
  - id: p
    name: P
    steps:
      - {id: a, do: Begin, expected: 1m}
      - {id: b, do: Go on, run: {wait: {lasting: 1s}}}
";

    fn of(plan: &str) -> String {
        let programme = testing::plan(plan).programme;
        content(&programme, programme.drills.get("d").expect("declared"))
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &str) {
        assert!(PLAN.contains(from));
        let actual = match of(&PLAN.replace(from, to)) == of(PLAN) {
            true => "the same",
            false => "another",
        };
        assert_eq!(actual, expected, "{from} -> {to}");
    }

    #[test]
    fn only_what_is_done_counts() {
        check("do: Begin", "do: Begin at once", "another");
        check("lasting: 1s", "lasting: 2s", "another");
        check("{id: b, ", "{id: b, role: r, ", "another");
        check("value: v", "value: w", "another");
        check("kind: functional", "kind: tabletop", "another");
        check("name: D", "name: Another", "the same");
        check("expected: 1m", "expected: 2h", "the same");
        check("name: P", "name: Another", "the same");
    }

    #[test]
    fn an_approval_covers_what_was_laid_before_somebody() {
        let of = |plan: &str| {
            let programme = testing::plan(plan).programme;
            let drill = programme.drills.get("d").expect("declared");
            approvable(&programme, drill)
        };
        let plan = PLAN
            .replace(
                "kind: functional",
                "kind: functional, success-criteria: [C]",
            )
            .replace("wait: {lasting: 1s}", "tcp: {host: '{{n}}', port: 1}")
            .replace("value: v", "value: '1'");
        for (from, to, expected) in [
            ("do: Begin", "do: Begin at once", "another"),
            ("expected: 1m", "expected: 2h", "another"),
            ("success-criteria: [C]", "success-criteria: [D]", "another"),
            ("value: '1'", "value: '2'", "another"),
            ("name: D", "name: Another", "another"),
        ] {
            assert!(plan.contains(from));
            let same = of(&plan.replace(from, to)) == of(&plan);
            assert_eq!(same, expected == "the same", "{from} -> {to}");
        }
    }
}
