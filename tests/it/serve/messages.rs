//! Messages to people, and how it is seen that they cannot be delivered.

use std::fs;
use std::time::{Duration, Instant};

use mainstay::app::wait_for;
use mainstay::notify::Message;
use mainstay::store::{Durability, Outgoing, Place, Store};

use super::Serving;
use crate::held::{Held, until, until_within};

/// A channel that takes as long as it may, and one that does not.
const PLAN: &str = "
people: [{id: ada, name: Ada}]
channels:
  - {id: slow, name: Slow, with: {script: {argv: [sh, -c, 'sleep 50'], within: 10m}}}
  - {id: quick, name: Quick, with: {script: {argv: [sh, -c, 'echo told >> log']}}}
";

fn message(channel: &str, key: &str) -> Outgoing {
    let (title, text) = ("Due now".to_owned(), "Review the plan".to_owned());
    let message = Message::new(key.to_owned(), title, text);
    Outgoing {
        key: key.to_owned(),
        channel: channel.to_owned(),
        body: serde_json::to_string(&message).expect("JSON"),
        not_before: None,
    }
}

fn post(held: &Held, messages: &[Outgoing]) {
    let place = Place::Folder(held.path(".mainstay/state"));
    let work = async {
        let mut store = Store::open(&place, Durability::default()).await?;
        store.post(messages).await?;
        store.close().await
    };
    wait_for(work).expect("it is written");
}

/// The figure of a name, once there is one.
fn figure(serving: &Serving, name: &str) -> Option<String> {
    let metrics = serving.answers("/metrics", 200);
    let mut lines = metrics.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map(str::to_owned)
}

#[test]
fn a_slow_channel_keeps_no_other_waiting() {
    let held = Held::of(PLAN);
    let serving = Serving::begin(&held);
    post(&held, &["a", "b", "c"].map(|key| message("slow", key)));
    let began = Instant::now();
    post(&held, &["d", "e"].map(|key| message("quick", key)));
    until("the others are delivered", || {
        (held.log() == ["told", "told"]).then_some(())
    });
    println!(
        "delivered beside a slow channel after {:?}",
        began.elapsed()
    );
    assert!(began.elapsed() < Duration::from_secs(30));
    until("it is counted", || {
        let waiting = figure(&serving, "mainstay_messages{state=\"waiting\"}")?;
        let delivered = figure(&serving, "mainstay_messages{state=\"delivered\"}")?;
        ((waiting.as_str(), delivered.as_str()) == ("3", "2")).then_some(())
    });
    let oldest = figure(
        &serving,
        "mainstay_message_oldest_waiting_timestamp_seconds",
    );
    assert!(oldest.is_some());
    assert_eq!(
        figure(&serving, "mainstay_delivery_failed").as_deref(),
        Some("0")
    );
}

#[test]
fn that_nothing_can_be_delivered_is_seen_by_who_watches() {
    let held = Held::of(PLAN);
    let serving = Serving::begin(&held);
    serving.answers("/readyz", 200);
    fs::remove_file(held.path(".mainstay/state/journal.db")).expect("it is there");
    let why = serving.answers("/readyz", 503);
    assert!(why.contains("cannot deliver messages"), "{why}");
    assert_eq!(
        figure(&serving, "mainstay_delivery_failed").as_deref(),
        Some("1")
    );
    // It is the loop that is asked about, and that goes round.
    assert_eq!(serving.answers("/healthz", 200), "ok\n");
}

#[test]
fn what_was_given_up_is_put_back_by_who_mends_the_channel() {
    let held = Held::of(PLAN);
    let serving = Serving::begin(&held);
    post(&held, &[message("board", "a"), message("pager", "b")]);
    let failed = |count: &str| {
        until("they are given up", || {
            let failed = figure(&serving, "mainstay_messages{state=\"failed\"}")?;
            (failed == count).then_some(())
        });
    };
    failed("2");
    let plan = PLAN.replace("id: quick", "id: board");
    let plan = format!("team: {{id: t, name: T}}\n{plan}");
    fs::write(held.path("plans/t.yaml"), plan).expect("room");
    serving.said("has read the plans");
    let unknown = held.say(&["notify", "outbox", "--retry", "c", "--by", "ada"]);
    assert_eq!(unknown.status.code(), Some(4), "{unknown:?}");
    let stranger = held.say(&["notify", "outbox", "--retry", "a", "--by", "bob"]);
    assert_eq!(stranger.status.code(), Some(4), "{stranger:?}");
    let why = String::from_utf8_lossy(&stranger.stderr).into_owned();
    assert!(why.contains("find the person `bob`"), "{why}");
    let nobody = held.say(&["notify", "outbox", "--retry"]);
    assert_eq!(nobody.status.code(), Some(2), "{nobody:?}");
    let told = held.told(&["notify", "outbox", "--retry", "a", "--by", "ada"]);
    assert!(told.starts_with("1 put back"), "{told}");
    until_within(Duration::from_secs(30), "it is delivered", || {
        (held.log() == ["told"]).then_some(())
    });
    failed("1");
}
