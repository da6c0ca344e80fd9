//! What channels call messages is kept with what became of them.

use chrono::Utc;
use mainstay::store::{Settled, Store};

use super::Kept;
use super::cases::{HOUR, claim, delivered, message};

fn called(handle: &str) -> Settled {
    Settled::Delivered {
        said: "sent".to_owned(),
        handle: Some(handle.to_owned()),
    }
}

async fn handle(store: &mut Store, key: &str, channel: &str) -> Option<String> {
    let handle = store.handle(key, channel).await;
    handle.expect("it can be read")
}

pub async fn what_a_channel_calls_a_message_is_kept_with_it(kept: &Kept) {
    let mut store = kept.open().await;
    let all = ["a", "b", "c"].map(message);
    store.post(&all).await.expect("they are posted");
    let overtaken = claim(&mut store, "one", std::time::Duration::ZERO).await;
    let first = claim(&mut store, "two", HOUR).await.expect("it waits");
    let overtaken = overtaken.expect("it waits");
    let late = store.settle(&overtaken, called("late"), Utc::now());
    assert!(!late.await.expect("it can be said"));
    assert_eq!(
        handle(&mut store, "a", "mail").await,
        None,
        "who was overtaken names nothing"
    );
    let settled = store.settle(&first, called("17.4"), Utc::now()).await;
    assert!(settled.expect("it can be said"));
    let second = claim(&mut store, "one", HOUR).await.expect("it waits");
    let settled = store.settle(&second, delivered("sent"), Utc::now()).await;
    assert!(settled.expect("it can be said"));
    store.close().await.expect("it closes");
    let mut store = kept.read().await;
    assert_eq!(
        handle(&mut store, "a", "mail").await.as_deref(),
        Some("17.4")
    );
    assert_eq!(
        handle(&mut store, "a", "board").await,
        None,
        "it is a name of another channel"
    );
    for key in ["b", "c", "d"] {
        assert_eq!(handle(&mut store, key, "mail").await, None, "{key}");
    }
}
