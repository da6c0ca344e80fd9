//! What people read, and by what services know it: an exercise is never taken for something
//! serious. Every carrier there is comes up here.

use std::collections::BTreeSet;

use mainstay::model::Carrier;
use serde_json::Value;

use super::every::{Setting, plain};
use super::mail::Mailbox;
use super::program::{RECORD, told};
use super::server::{Asked, Manner};
use super::services::{CASES, Case};
use super::*;

/// Something that was delivered: what a person reads of it, text by text, and its id, if any.
struct Seen {
    carrier: &'static str,
    texts: Vec<String>,
    id: Option<String>,
}

/// A message as every carrier delivers it.
fn seen(message: &Message) -> Vec<Seen> {
    let mut all: Vec<Seen> = CASES.iter().map(|case| by_service(case, message)).collect();
    let mailbox = Mailbox::open(&[]);
    check(
        &mailbox.send(&mailbox.channel("tls: none"), message),
        Ends::Delivered,
        "",
    );
    let mail = &mailbox.mails()[0];
    let text = |value: &Value| value.as_str().expect("text").trim().to_owned();
    let html = text(&mail["html"]);
    let body = html.split_once("<body>").expect("a body").1;
    let body = body.split_once("</body>").expect("its end").0;
    let body = body
        .replace("<p>", "")
        .replace("</p>", "")
        .trim()
        .to_owned();
    all.push(Seen {
        carrier: "smtp",
        texts: vec![text(&mail["heads"]["subject"]), text(&mail["plain"]), body],
        id: Some(text(&mail["heads"]["message-id"])),
    });
    let json = told(RECORD, message);
    all.push(Seen {
        carrier: "script",
        texts: vec![text(&json["title"]), text(&json["text"])],
        id: Some(text(&json["id"])),
    });
    all
}

fn by_service(case: &Case, message: &Message) -> Seen {
    let asked = taken(case, message);
    Seen {
        carrier: case.key,
        texts: (case.shown)(&asked.json()),
        id: (case.known_by)(&asked),
    }
}

/// What a service gets of a message.
fn taken(case: &Case, message: &Message) -> Asked {
    let setting = Setting::new(case, Manner::Usual);
    check(&setting.send(message), Ends::Delivered, "");
    setting.service.taken().remove(0)
}

#[test]
fn an_exercise_says_so_first_and_last_by_every_carrier() {
    let mut long = exercise(plain("a"));
    long.title = "A title that is long. ".repeat(100);
    long.text = "A text that is long, too.\n\n".repeat(300);
    let mut carriers = BTreeSet::new();
    for message in [exercise(plain("a")), long] {
        for seen in seen(&message) {
            for text in &seen.texts {
                let shown = (seen.carrier, text);
                assert!(text.starts_with("EXERCISE"), "{shown:?}");
                assert!(text.ends_with("EXERCISE"), "{shown:?}");
            }
            assert!(!seen.texts.is_empty(), "{}", seen.carrier);
            carriers.insert(seen.carrier);
        }
    }
    // One that is added to the table has to come up here.
    let all: BTreeSet<&str> = Carrier::KEYS.iter().copied().collect();
    assert_eq!(carriers, all);
}

#[test]
fn what_is_serious_never_says_that_it_is_an_exercise() {
    for seen in seen(&plain("a")) {
        let text = seen.texts.concat();
        assert!(!text.contains("EXERCISE"), "{}: {text}", seen.carrier);
    }
}

#[test]
fn an_exercise_has_ids_of_its_own_by_every_carrier() {
    let (serious, exercise) = (seen(&plain("a")), seen(&exercise(plain("a"))));
    let again = seen(&plain("a"));
    let mut compared = 0;
    for ((serious, again), exercise) in serious.iter().zip(&again).zip(&exercise) {
        assert_eq!(serious.id, again.id, "{}", serious.carrier);
        if serious.id.is_some() {
            assert_ne!(serious.id, exercise.id, "{}", serious.carrier);
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
}

fn case(key: &str, part: &str) -> &'static Case {
    let mut cases = CASES.iter();
    let case = cases.find(|case| case.key == key && case.with.contains(part));
    case.expect("it is in the table")
}

#[test]
fn pagerduty_knows_what_belongs_together_and_an_exercise_by_another_key() {
    let case = case("pagerduty", "");
    let first = taken(case, &plain("a")).json();
    let mut over = plain("b");
    over.thread = Some("a".to_owned());
    over.state = State::Resolve;
    let over = taken(case, &over).json();
    assert_eq!(first["event_action"], "trigger");
    assert_eq!(over["event_action"], "resolve");
    assert_eq!(first["dedup_key"], over["dedup_key"]);
    let exercise = taken(case, &exercise(plain("a"))).json();
    assert_ne!(exercise["dedup_key"], first["dedup_key"]);
    assert_ne!(exercise["routing_key"], first["routing_key"]);
}

#[test]
fn pagerduty_calls_nobody_in_an_exercise_without_a_key_for_it() {
    let mut setting = Setting::new(case("pagerduty", ""), Manner::Usual);
    let address = &setting.service.address;
    setting.channel = channel(&format!(
        "{{pagerduty: {{url: {address}, routing-key: 'file:key'}}}}"
    ));
    let delivery = setting.send(&exercise(plain("a")));
    check(&delivery, Ends::Refused, "exercise-routing-key");
    assert_eq!(setting.service.asked().len(), 0);
    check(&setting.send(&plain("a")), Ends::Delivered, "");
}

#[test]
fn what_the_service_called_the_first_message_makes_a_thread() {
    for (key, part, at) in [
        ("slack", "token", "/thread_ts"),
        ("matrix", "", "/m.relates_to/event_id"),
    ] {
        let setting = Setting::new(case(key, part), Manner::Usual);
        let Delivery::Delivered { handle, .. } = setting.send(&plain("a")) else {
            panic!("{key} takes it");
        };
        let mut second = plain("b");
        second.thread = Some("a".to_owned());
        second.thread_handle = handle.clone();
        check(&setting.send(&second), Ends::Delivered, "");
        let second = setting.service.taken()[1].json();
        let named = second.pointer(at).and_then(Value::as_str);
        assert_eq!(named, handle.as_deref(), "{key}");
    }
}

/// What Slack answers with 200 when it does not take a message.
#[track_caller]
fn slack_says(error: &'static str, ends: Ends) {
    let mut setting = Setting::new(case("slack", "token"), Manner::Usual);
    let judge = match error {
        "channel_not_found" => {
            |_: &Asked| (200, r#"{"ok":false,"error":"channel_not_found"}"#.into())
        }
        "is_archived" => |_: &Asked| (200, r#"{"ok":false,"error":"is_archived"}"#.into()),
        "token_revoked" => |_: &Asked| (200, r#"{"ok":false,"error":"token_revoked"}"#.into()),
        "ratelimited" => |_: &Asked| (200, r#"{"ok":false,"error":"ratelimited"}"#.into()),
        _ => |_: &Asked| (200, r#"{"ok":false,"error":"fatal_error"}"#.into()),
    };
    setting.service = super::server::Service::start(judge, Manner::Usual);
    let address = &setting.service.address;
    setting.channel = channel(&case("slack", "token").with.replace("ADDRESS", address));
    check(&setting.send(&plain("a")), ends, error);
}

#[test]
fn slack_refuses_for_good_or_for_now() {
    slack_says("channel_not_found", Ends::Refused);
    slack_says("is_archived", Ends::Refused);
    slack_says("token_revoked", Ends::Unready);
    slack_says("ratelimited", Ends::Later);
    slack_says("fatal_error", Ends::Later);
}

#[test]
fn in_an_exercise_nobody_is_reached_but_who_is_named() {
    let mailbox = Mailbox::open(&[]);
    let mut channel = mailbox.channel("tls: none");
    channel.exercise_only_to = vec!["Ada@x.example".to_owned()];
    let mut message = plain("a");
    message.to.push(recipient("Ben", "ben@x.example"));
    check(
        &mailbox.send(&channel, &exercise(message.clone())),
        Ends::Delivered,
        "exercise: Ben",
    );
    check(&mailbox.send(&channel, &message), Ends::Delivered, "");
    message.to.remove(0);
    check(
        &mailbox.send(&channel, &exercise(message)),
        Ends::Refused,
        "may reach none",
    );
    let mails = mailbox.mails();
    assert_eq!(mails[0]["for"], serde_json::json!(["ada@x.example"]));
    assert_eq!(
        mails[1]["for"],
        serde_json::json!(["ada@x.example", "ben@x.example"])
    );
    assert_eq!(mails.len(), 2);
}
