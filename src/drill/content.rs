//! What of a drill decides what is done in it, as one digest: whether a run still proves the plan.
//!
//! It covers the steps, who does them, in which order, what disturbs them and what is measured. It
//! does not cover names, leads and objectives, nor how long a step should take: who corrects an
//! estimate by what was measured has changed nothing that was tested.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::journal::Task;
use crate::model::{
    DataLoss, Drill, DrillKind, Inject, Measure, Setting, SteadyState, TimeExclusion,
};
use crate::text::hex;
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
    tasks: Vec<Task>,
}

/// SHA-256 over what is done in a drill; names in double braces stand in the tasks as written.
pub(super) fn digest(drill: &Drill, tasks: &[Task]) -> String {
    let untimed = |task: &Task| Task {
        expected: None,
        timeout: Duration::ZERO,
        ..task.clone()
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
        tasks: tasks.iter().map(untimed).collect(),
    };
    let mut value = serde_json::to_value(content).expect("our own types have text keys");
    drop_absent(&mut value);
    let text = serde_json_canonicalizer::to_string(&value).expect("it has no odd numbers");
    hex(&Sha256::digest(text))
}

/// Takes out what is not stated, so that a key of a later version changes no digest by its absence.
fn drop_absent(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(drop_absent);
            map.retain(|_, value| {
                let empty = value.as_array().is_some_and(Vec::is_empty);
                !value.is_null() && !empty
            });
        }
        Value::Array(list) => list.iter_mut().for_each(drop_absent),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::drill::content;
    use crate::load::{self, File};

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
        let file = File {
            path: "plan.yaml".to_owned(),
            content: Ok(plan.as_bytes().to_vec()),
        };
        let programme = load::load(vec![file]).programme;
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
}
