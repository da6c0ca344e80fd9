//! The cases of messages that came back, to which every database is held.

use chrono::Utc;
use futures_util::future::join_all;
use mainstay::store::{CameBack, Message, Outgoing, Settled, State, Store};

use super::Kept;
use super::cases::{HOUR, message};

async fn only(store: &mut Store) -> Message {
    let messages = store.messages(9).await.expect("it can be read");
    messages.into_iter().next_back().expect("it was posted")
}

/// That the message, as it is now, came back.
fn back(message: &Message, to: &str) -> CameBack {
    CameBack {
        id: message.id,
        before: message.body.clone(),
        body: format!("{{\"to\":\"ada\",\"returned\":\"{to}\"}}"),
        said: format!("came back for {to}"),
    }
}

async fn delivered(store: &mut Store) -> Message {
    store.post(&[message("a")]).await.expect("it is written");
    let claimed = store.claim_message("n", Utc::now(), &|_| HOUR).await;
    let claimed = claimed.expect("it can be read").expect("it waits");
    let said = "250 ok".to_owned();
    let settled = store.settle(
        &claimed,
        Settled::Delivered { said, handle: None },
        Utc::now(),
    );
    assert!(settled.await.expect("it is written"));
    only(store).await
}

pub async fn what_came_back_is_given_up_with_what_is_sent_instead(kept: &Kept) {
    let mut store = kept.open().await;
    let sent = delivered(&mut store).await;
    let instead = [message("a/for-mail")];
    let back = back(&sent, "ada");
    let now = Utc::now();
    assert!(
        store
            .came_back(&back, &instead, now)
            .await
            .expect("written")
    );
    let kept_now = only(&mut store).await;
    assert_eq!(kept_now.state, State::Failed);
    assert_eq!(
        (&kept_now.body, kept_now.said),
        (&back.body, Some(back.said.clone()))
    );
    // Who read it before that changes nothing, and posts nothing.
    let other: [Outgoing; 1] = [message("another")];
    assert!(!store.came_back(&back, &other, now).await.expect("asked"));
    let keys = store.messages(9).await.expect("it can be read");
    let keys: Vec<String> = keys.into_iter().map(|it| it.key).collect();
    assert_eq!(keys, ["a/for-mail", "a"]);
    assert_eq!(store.message_counts().await.expect("counted").failed, 1);
}

pub async fn what_still_waits_did_not_come_back(kept: &Kept) {
    let mut store = kept.open().await;
    store.post(&[message("a")]).await.expect("it is written");
    let back = back(&only(&mut store).await, "ada");
    let instead = [message("b")];
    let is_back = store.came_back(&back, &instead, Utc::now()).await;
    assert!(!is_back.expect("it can be asked"));
    let messages = store.messages(9).await.expect("it can be read");
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].state, State::Waiting);
}

pub async fn of_several_that_say_at_once_that_it_came_back_one_is_heard(kept: &Kept) {
    let mut store = kept.open().await;
    let sent = delivered(&mut store).await;
    // One waits for the other to have opened it, so they are opened one by one.
    let mut stores = Vec::new();
    for _ in 0..8 {
        stores.push(kept.open().await);
    }
    let saying = stores.iter_mut().zip(0..).map(|(store, number)| {
        let back = back(&sent, &number.to_string());
        let instead = [message(&format!("for-{number}"))];
        async move { store.came_back(&back, &instead, Utc::now()).await }
    });
    let heard = join_all(saying).await;
    let heard = heard.into_iter().map(|it| it.expect("it can be asked"));
    assert_eq!(heard.filter(|it| *it).count(), 1);
    assert_eq!(store.messages(99).await.expect("it can be read").len(), 2);
}
