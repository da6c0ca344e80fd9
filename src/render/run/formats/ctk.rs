//! The report in the shape of a journal of Chaos Toolkit, for tools that read those.
//!
//! What a journal of ours does not hold is not made up: neither the machine nor its platform is
//! named, and what was looked at has the moment at which that was written down. A provider is
//! `manual` where people act, and has the key of the action where Chaos Toolkit knows none.

use serde_json::{Map, Value, json};

use super::ReportFormat;
use crate::journal::{Outcome, Seen};
use crate::model::{Action, Http};
use crate::render::run::Report;
use crate::render::run::view::{Activities, Activity, Attempt, Sight};
use crate::text;

pub const FORMAT: ReportFormat = ReportFormat {
    name: "ctk",
    extension: "ctk.json",
    summary: "for tools that read journals of Chaos Toolkit",
    write: |report, _| Ok(text::json(&journal(report)).into_bytes()),
};

/// The release of chaostoolkit-lib whose journals these are like.
const LIKE: &str = "1.44.0";

/// What stands for what the journal of a run does not hold.
const UNKNOWN: &str = "not recorded";

fn journal(report: &Report) -> Value {
    let activities = &report.activities;
    let state = |seen: Seen| {
        let seen: Vec<&Sight> = sights(activities, seen).collect();
        (!seen.is_empty()).then(|| steady_state(&seen))
    };
    let during = sights(activities, Seen::During).map(|sight| steady_state(&[sight]));
    let done = activities.done.iter().map(attempt);
    let taken_back = activities.taken_back.iter().map(attempt);
    json!({
        "chaoslib-version": LIKE,
        "platform": UNKNOWN,
        "node": UNKNOWN,
        "experiment": experiment(report),
        "start": report.began,
        "status": status(activities.outcome),
        "deviated": deviated(activities),
        "steady_states": {
            "before": state(Seen::Before),
            "after": state(Seen::After),
            "during": during.collect::<Vec<_>>(),
        },
        "run": done.collect::<Vec<_>>(),
        "rollbacks": taken_back.collect::<Vec<_>>(),
        "end": report.ended,
        "duration": report.took_ms.map(|ms| seconds(ms * 1_000)),
    })
}

fn sights(activities: &Activities, seen: Seen) -> impl Iterator<Item = &Sight> {
    let all = activities.seen.iter();
    all.filter(move |sight| sight.seen == seen)
}

/// Whether what held before did not hold at the end.
fn deviated(activities: &Activities) -> bool {
    let all_held = |seen: Seen| sights(activities, seen).all(|sight| sight.holds);
    all_held(Seen::Before) && !all_held(Seen::After)
}

fn status(outcome: Option<Outcome>) -> Option<&'static str> {
    Some(match outcome? {
        Outcome::Succeeded | Outcome::SucceededWithFindings => "completed",
        Outcome::FailedRolledBack | Outcome::FailedLeftAsIs | Outcome::RollbackIncomplete => {
            "failed"
        }
        Outcome::Aborted => "interrupted",
    })
}

fn experiment(report: &Report) -> Value {
    let all = |list: &[Activity]| list.iter().map(activity).collect::<Vec<_>>();
    let activities = &report.activities;
    let mut experiment = json!({
        "title": report.name,
        "description": report.objectives.join(" "),
        "extensions": [{
            "name": "mainstay",
            "made-by": report.made_by,
            "run": report.run,
            "drill": report.drill,
            "plans": report.plans,
            "approved": report.approved,
            "rehearsals": report.rehearsals,
            "hash": report.hash,
        }],
        "method": all(&activities.planned),
        "rollbacks": all(&activities.undos),
        "dry": null,
    });
    if !activities.steady.is_empty() {
        experiment["steady-state-hypothesis"] = json!({
            "title": report.success_criteria.join(" "),
            "probes": all(&activities.steady),
        });
    }
    experiment
}

fn activity(it: &Activity) -> Value {
    let looks = it.action.as_ref().is_some_and(Action::only_looks);
    json!({
        "type": if looks { "probe" } else { "action" },
        "name": it.name,
        "provider": provider(it),
    })
}

fn provider(it: &Activity) -> Value {
    let Some(action) = &it.action else {
        return json!({"type": "manual", "do": it.text});
    };
    if let Some(command) = &action.command {
        let (path, arguments) = command.argv.split_first().unzip();
        return json!({"type": "process", "path": path, "arguments": arguments});
    }
    if let Some(http) = &action.http {
        return asked(http);
    }
    let key = action.stated().into_iter().next().unwrap_or_default();
    let stated = serde_json::to_value(action).expect("plans are plain data");
    json!({"type": key, "arguments": stated[key]})
}

fn asked(http: &Http) -> Value {
    let headers = http.headers.iter();
    let headers: Map<String, Value> = headers
        .map(|header| (header.name.clone(), header.value.clone().into()))
        .collect();
    let mut provider = json!({"type": "http", "url": http.url, "method": http.method.word()});
    if !headers.is_empty() {
        provider["headers"] = headers.into();
    }
    if let Some(within) = http.within {
        provider["timeout"] = within.as_seconds().into();
    }
    if let Some(body) = &http.body {
        provider["arguments"] = body.clone().into();
    }
    provider
}

fn attempt(it: &Attempt) -> Value {
    let status = match (&it.ended, it.succeeded) {
        (Some(_), true) => "succeeded",
        (Some(_), false) => "failed",
        (None, _) => "aborted",
    };
    let mut run = json!({
        "activity": activity(&it.activity),
        "output": it.succeeded.then_some(&it.facts),
        "start": it.began,
        "status": status,
    });
    if !it.succeeded {
        let lines = it.facts.iter().map(|fact| format!("{fact}\n"));
        run["exception"] = lines.collect::<Vec<_>>().into();
    }
    if let Some((ended, took)) = &it.ended {
        run["end"] = ended.as_str().into();
        run["duration"] = seconds(*took).into();
    }
    run
}

fn steady_state(sights: &[&Sight]) -> Value {
    let probes = sights.iter().map(|sight| {
        json!({
            "activity": activity(&sight.activity),
            "output": sight.facts,
            "start": sight.at,
            "status": "succeeded",
            "end": sight.at,
            "duration": seconds(0),
            "tolerance_met": sight.holds,
        })
    });
    json!({
        "steady_state_met": sights.iter().all(|sight| sight.holds),
        "probes": probes.collect::<Vec<_>>(),
    })
}

fn seconds(micros: u64) -> f64 {
    std::time::Duration::from_micros(micros).as_secs_f64()
}
