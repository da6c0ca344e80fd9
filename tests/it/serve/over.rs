//! A service that keeps open what it is told hears when that is over.

use std::fs;

use serde_json::Value;

use super::Serving;
use crate::held::{Held, until};
use crate::notify::server::{Asked, Manner, Service};
use crate::notify::services::CASES;

/// PagerDuty, and a workspace whose overdue things and findings go there.
struct Paged {
    held: Held,
    service: Service,
    _serving: Serving,
}

impl Paged {
    fn begin(plan: &str) -> Self {
        let mut cases = CASES.iter();
        let case = cases
            .find(|case| case.key == "pagerduty")
            .expect("it is there");
        let service = Service::start(case.judge, Manner::Usual);
        let held = Held::of(plan);
        let stated = format!(
            "organization: {{name: Example, notices: [{{audience: ada, channel: pager, kinds: \
             [missed, finding]}}]}}\npeople: [{{id: ada, name: Ada}}]\nchannels: [{{id: pager, \
             name: Pager, with: {{pagerduty: {{url: '{}', routing-key: 'file:key'}}}}}}]\n",
            service.address
        );
        fs::write(held.path("key"), "0".repeat(32)).expect("room");
        fs::write(held.path("mainstay.yaml"), stated).expect("room");
        let serving = Serving::begin(&held);
        Paged {
            held,
            service,
            _serving: serving,
        }
    }

    /// The event of a kind whose summary has a part, once it was sent.
    #[track_caller]
    fn event(&self, action: &str, part: &str) -> Value {
        until(&format!("{action} of {part}"), || {
            let sent = self.service.taken();
            let mut events = sent.iter().map(Asked::json);
            events.find(|event| {
                let summary = event["payload"]["summary"].as_str().expect("text");
                event["event_action"] == action && summary.contains(part)
            })
        })
    }

    #[track_caller]
    fn is_over_once_the_plan_says(&self, plan: &str, part: &str) {
        let opened = self.event("trigger", part);
        fs::write(self.held.path("plans/t.yaml"), plan).expect("room");
        let over = self.event("resolve", part);
        assert_eq!(over["dedup_key"], opened["dedup_key"]);
    }
}

#[test]
fn what_was_overdue_is_over_once_the_plans_do_not_ask_for_it() {
    let drill = |next: &str| format!("drills: [{{id: d, name: D, kind: tabletop{next}}}]\n");
    let paged = Paged::begin(&drill(", next: 2020-01-01"));
    paged.is_over_once_the_plan_says(&drill(""), "Overdue: D");
}

#[test]
fn what_was_wrong_is_over_once_it_is_mended() {
    let systems = |on: &str| {
        format!(
            "systems: [{{id: db, name: DB}}, {{id: app, name: App, depends-on: [{{on: {on}}}]}}]\n"
        )
    };
    let paged = Paged::begin(&systems("nowhere"));
    paged.is_over_once_the_plan_says(&systems("db"), "nowhere");
}
