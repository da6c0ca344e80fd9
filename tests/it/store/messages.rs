//! Cases about messages and the channels by which they go.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use mainstay::store::{Claimed, Outgoing, PutBack, Settled, Store};

use super::Kept;
use super::cases::{HOUR, claim, delivered, message};

fn by(channel: &str, key: &str) -> Outgoing {
    Outgoing {
        channel: channel.to_owned(),
        ..message(key)
    }
}

/// The key of the next message, which is held for an hour.
async fn next(store: &mut Store) -> Option<(String, Claimed)> {
    let claimed = claim(store, "one", HOUR).await?;
    Some((claimed.key.clone(), claimed))
}

pub async fn a_channel_carries_one_message_at_a_time_and_keeps_no_other_waiting(kept: &Kept) {
    let (mut one, mut two) = (kept.open().await, kept.open().await);
    let all = [
        by("mail", "a"),
        by("mail", "b"),
        by("pager", "c"),
        by("mail", "d"),
    ];
    one.post(&all).await.expect("they are posted");
    let (key, first) = next(&mut one).await.expect("it waits");
    assert_eq!(key, "a");
    let (key, _) = next(&mut two).await.expect("another channel carries");
    assert_eq!(key, "c");
    assert_eq!(next(&mut two).await, None, "each channel is at it");
    let settled = one.settle(&first, delivered("sent"), Utc::now()).await;
    assert!(settled.expect("it can be said"));
    let (key, _) = next(&mut two).await.expect("the next one of the channel");
    assert_eq!(key, "b", "in their order");
    assert_eq!(next(&mut one).await, None);
}

pub async fn a_message_is_held_for_as_long_as_its_channel_needs(kept: &Kept) {
    let mut store = kept.open().await;
    let all = [by("mail", "a"), by("script", "b")];
    store.post(&all).await.expect("they are posted");
    let now = Utc::now() + TimeDelta::seconds(1);
    let held = |channel: &str| match channel {
        "script" => HOUR,
        _ => Duration::ZERO,
    };
    let mut keys = Vec::new();
    for _ in 0..3 {
        let claimed = store.claim_message("one", now, &held).await;
        keys.extend(claimed.expect("it can be read").map(|it| it.key));
        let claimed = store.claim_message("one", now, &|_| Duration::ZERO).await;
        keys.extend(claimed.expect("it can be read").map(|it| it.key));
    }
    assert_eq!(keys, ["a"; 6], "what is not held comes first");
    let settled = |said: &str| Settled::PutOff {
        not_before: now + TimeDelta::days(1),
        said: said.to_owned(),
    };
    let first = store.claim_message("one", now, &held).await;
    let first = first.expect("it can be read").expect("it waits");
    let put_off = store.settle(&first, settled("later"), now).await;
    assert!(put_off.expect("it can be said"));
    let second = store.claim_message("one", now, &held).await;
    assert_eq!(second.expect("it can be read").expect("it waits").key, "b");
    let none = store.claim_message("two", now, &held).await;
    assert_eq!(none.expect("it can be read"), None, "it is held");
}

pub async fn what_was_given_up_is_told_and_waits_again_once_it_is_put_back(kept: &Kept) {
    let mut store = kept.open().await;
    let all = [by("mail", "a"), by("pager", "b"), by("board", "c")];
    store.post(&all).await.expect("they are posted");
    for settled in ["a", "b", "c"] {
        let (_, claimed) = next(&mut store).await.expect("it waits");
        let settled = match settled {
            "c" => delivered("sent"),
            _ => Settled::Failed {
                said: "no such channel".to_owned(),
            },
        };
        let done = store.settle(&claimed, settled, Utc::now()).await;
        assert!(done.expect("it can be said"));
    }
    let given_up = store.given_up(10).await.expect("they can be read");
    let told = given_up
        .iter()
        .map(|it| (it.key.as_str(), it.said.as_str()));
    let said = "no such channel";
    assert_eq!(told.collect::<Vec<_>>(), [("b", said), ("a", said)]);
    let newest = store.given_up(2).await.expect("they can be read");
    assert_eq!(newest.len(), 1, "only among the newest");
    let which = |key| PutBack {
        key,
        said: "put back by ada",
    };
    for (key, count) in [(Some("c"), 0), (Some("a"), 1), (Some("a"), 0), (None, 1)] {
        let back = store.put_back(which(key), Utc::now()).await;
        assert_eq!(back.expect("it can be written"), count, "{key:?}");
    }
    let listed = store.messages(3).await.expect("a list");
    let said = listed[2].said.as_deref();
    assert_eq!(said, Some("put back by ada; before that: no such channel"));
    assert_eq!(listed[2].settled_at, None);
    let (key, claimed) = next(&mut store).await.expect("it waits again");
    assert_eq!((key.as_str(), claimed.tries, claimed.epoch), ("a", 1, 2));
    assert_eq!(store.given_up(10).await.expect("they can be read"), []);
}

pub async fn what_a_channel_carried_in_a_time_is_told(kept: &Kept) {
    let mut store = kept.open().await;
    let now = Utc::now();
    let all = ["a", "b", "c"].map(|key| by("mail", key));
    store.post(&all).await.expect("they are posted");
    let mut ends = Vec::new();
    for minutes in [-30, -10, -5] {
        let (_, claimed) = next(&mut store).await.expect("it waits");
        let at = now + TimeDelta::minutes(minutes);
        let done = store.settle(&claimed, delivered("sent"), at).await;
        assert!(done.expect("it can be said"));
        ends.push(at.timestamp_micros());
    }
    let after = now - TimeDelta::minutes(20);
    let carried = store.delivered("mail", after, 9).await.expect("a list");
    let carried: Vec<i64> = carried
        .iter()
        .map(chrono::DateTime::timestamp_micros)
        .collect();
    assert_eq!(carried, [ends[2], ends[1]], "the last one first");
    assert_eq!(
        store.delivered("mail", after, 1).await.expect("one").len(),
        1
    );
    let none = store.delivered("pager", after, 9).await.expect("a list");
    assert!(none.is_empty(), "{none:?}");
}

pub async fn the_oldest_message_that_waits_is_told(kept: &Kept) {
    let mut store = kept.open().await;
    let counts = store.message_counts().await.expect("they can be read");
    assert_eq!(counts.oldest_waiting, None);
    store.post(&[message("a")]).await.expect("it is posted");
    store.post(&[message("b")]).await.expect("it is posted");
    let listed = store.messages(2).await.expect("a list");
    let counts = store.message_counts().await.expect("they can be read");
    assert_eq!(counts.oldest_waiting, Some(listed[1].posted_at));
}
