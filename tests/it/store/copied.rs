//! All that is kept is copied from one database to the other, and back.

use std::sync::Arc;

use chrono::Utc;
use mainstay::app::wait_for;
use mainstay::store::{Checked, Durability, Outgoing, Settled, Store};

use super::server::Server;
use super::{Kept, Writing};
use crate::held::{Held, quick};

/// A store with something in each of its tables.
async fn fill(kept: &Kept) {
    let mut store = kept.open().await;
    let mut writing = Writing::begin();
    writing.write(&mut store).await.expect("it is written");
    for count in 0..1_200 {
        writing.note(&count.to_string());
        let (entries, run) = (&writing.turn.entries, &writing.engine.run);
        let message = Outgoing {
            key: count.to_string(),
            channel: "mail".to_owned(),
            body: "{}".to_owned(),
            not_before: None,
        };
        let posted: &[Outgoing] = if count < 3 { &[message] } else { &[] };
        let written = store.append("r", entries, run, &[], posted).await;
        written.expect("it is written");
    }
    writing
        .write(&mut store)
        .await
        .expect_err("it is there already");
    let request = mainstay::drill::Request {
        by: "ada".to_owned(),
        what: mainstay::journal::What::RunResumed,
    };
    store.ask("r", &request).await.expect("it is kept");
    let hour = std::time::Duration::from_secs(3_600);
    store.lease("a", "one", hour).await.expect("it is free");
    // A server may have another clock; its messages are there by now.
    let now = Utc::now() + chrono::TimeDelta::seconds(1);
    let claimed = store.claim_message("one", now, &|_| hour).await;
    let claimed = claimed.expect("it can be read").expect("one waits");
    let named = Settled::Delivered {
        said: "sent".to_owned(),
        handle: Some("17.4".to_owned()),
    };
    let settled = store.settle(&claimed, named, now).await;
    assert!(settled.expect("it can be said"));
    let claimed = store.claim_message("one", now, &|_| hour).await;
    claimed.expect("it can be read").expect("one waits");
    store.close().await.expect("it closes");
}

/// All that can be read of it.
async fn all(store: &mut Store) -> (Vec<Checked>, String) {
    let (runs, asked) = (store.runs().await, store.asked("r").await);
    let (messages, late) = (store.messages(99).await, store.late().await);
    let handle = store.handle("0", "mail").await;
    assert!(
        matches!(&handle, Ok(Some(it)) if it == "17.4"),
        "{handle:?}"
    );
    let rest = format!("{runs:?} {asked:?} {messages:?} {late:?}");
    assert!(!rest.contains("Err("), "{rest}");
    (store.check().await.expect("it can be read"), rest)
}

#[test]
fn nothing_is_lost_on_the_way_there_and_back() {
    let server = Arc::new(Server::start());
    let (here, there, back) = (
        Kept::in_sqlite(),
        Kept::in_postgres(&server),
        Kept::in_sqlite(),
    );
    let work = async {
        fill(&here).await;
        let mut first = here.read().await;
        let before = all(&mut first).await;
        let mut second = there.open().await;
        let copied = first.copy_to(&mut second).await?;
        assert_eq!(copied, before.0);
        assert_eq!(all(&mut second).await, before);
        let mut third = back.open().await;
        there.read().await.copy_to(&mut third).await?;
        assert_eq!(all(&mut third).await, before);
        assert_eq!(all(&mut here.read().await).await, before, "nothing changed");
        // What comes next has a number that nobody has.
        for store in [&mut second, &mut third] {
            let request = mainstay::drill::Request {
                by: "ada".to_owned(),
                what: mainstay::journal::What::RunResumed,
            };
            store.ask("r", &request).await?;
            assert_eq!(store.asked("r").await?.len(), 2);
            let taken = store.lease("a", "two", std::time::Duration::ZERO).await?;
            assert_eq!(taken, None, "it is still held");
        }
        let error = first
            .copy_to(&mut second)
            .await
            .expect_err("it is not empty");
        assert_eq!(error.code, mainstay::error::Code::Conflict);
        Ok(())
    };
    wait_for(work).expect("it is copied");
}

#[test]
fn what_does_not_hold_is_not_copied() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    let sound = held.told(&["store", "verify"]);
    assert!(sound.contains("run `d-"), "{sound}");
    let other = Held::new(&[&quick("a")]);
    let to = other.0.path().to_string_lossy().into_owned();
    let copy = ["store", "copy", "--from", ".", "--to", &to];
    let copied = held.told(&copy);
    assert!(
        copied.starts_with(&sound) && copied.contains("the same in both"),
        "{copied}"
    );
    assert_eq!(other.told(&["store", "verify"]), sound);
    let again = held.say(&copy);
    assert_eq!(again.status.code(), Some(6), "{again:?}");
    held.tamper("UPDATE event SET text = replace(text, 'succeeded', 'failed')");
    let broken = held.say(&["store", "verify"]);
    let told = String::from_utf8_lossy(&broken.stdout);
    assert_eq!(broken.status.code(), Some(1), "{told}");
    assert!(told.contains("CANNOT BE RELIED UPON"), "{told}");
    let third = Held::new(&[&quick("a")]);
    let to = third.0.path().to_string_lossy().into_owned();
    let refused = held.say(&["store", "copy", "--from", ".", "--to", &to]);
    assert_eq!(refused.status.code(), Some(5), "{refused:?}");
    assert!(!third.path(".mainstay/state/journal.db").exists());
    let nothing = third.say(&["store", "verify"]);
    assert_eq!(nothing.status.code(), Some(4), "{nothing:?}");
}

#[test]
fn a_server_that_does_not_write_safely_is_refused() {
    let server = Server::start();
    let database = server.database();
    let place = server.place(&database);
    server
        .told("postgres", "alter system set fsync = off")
        .expect("it is ours");
    server.restart();
    let opened = |durability| wait_for(Store::open(&place, durability)).map(drop);
    let error = opened(Durability::Power).expect_err("a power cut takes it");
    assert!(error.to_string().contains("`fsync` is off"), "{error}");
    opened(Durability::Process).expect("that is survived");
}
