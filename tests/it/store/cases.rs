//! The cases to which every database is held.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::join_all;
use mainstay::error::Code;
use mainstay::journal::{What, verify};
use mainstay::schedule::{Duty, Waived};
use mainstay::store::{Claimed, Counts, Outgoing, Settled, State, Store};

use super::came_back::{
    of_several_that_say_at_once_that_it_came_back_one_is_heard,
    what_came_back_is_given_up_with_what_is_sent_instead, what_still_waits_did_not_come_back,
};
use super::handles::what_a_channel_calls_a_message_is_kept_with_it;
use super::leases::{
    a_lease_is_taken_over_after_its_end_and_not_before, a_lease_that_is_over_stays_over,
    of_two_that_take_a_lease_one_has_it, whoever_has_a_lease_is_told_until_it_is_over,
};
use super::messages::{
    a_channel_carries_one_message_at_a_time_and_keeps_no_other_waiting,
    a_message_is_held_for_as_long_as_its_channel_needs, the_oldest_message_that_waits_is_told,
    what_a_channel_carried_in_a_time_is_told,
    what_was_given_up_is_told_and_waits_again_once_it_is_put_back,
};
use super::{Case, Kept, Writing};

/// Longer than any test.
pub const HOUR: Duration = Duration::from_secs(3_600);

macro_rules! cases {
    ($($case:ident)*) => {
        pub const ALL: &[(&str, Case)] =
            &[$((stringify!($case), |kept| $case(kept).boxed_local())),*];
    };
}

cases! {
    what_is_written_is_read_again_and_holds
    who_was_overtaken_writes_nothing_and_is_kept_as_late
    two_that_begin_the_same_run_are_one_run
    what_was_written_cannot_be_edited
    what_was_edited_all_the_same_is_found
    a_chain_grows_in_one_line_whoever_adds_to_it
    what_is_asked_is_answered_once
    a_message_and_its_cause_are_one_commit
    what_is_posted_twice_is_one_message
    a_message_is_claimed_once_by_eight_at_a_time
    a_claim_that_ran_out_settles_nothing
    a_message_waits_for_its_time
    a_claim_that_is_settled_is_over
    what_is_put_off_was_not_tried
    what_came_back_is_given_up_with_what_is_sent_instead
    what_still_waits_did_not_come_back
    of_several_that_say_at_once_that_it_came_back_one_is_heard
    what_a_channel_calls_a_message_is_kept_with_it
    a_channel_carries_one_message_at_a_time_and_keeps_no_other_waiting
    a_message_is_held_for_as_long_as_its_channel_needs
    what_was_given_up_is_told_and_waits_again_once_it_is_put_back
    what_a_channel_carried_in_a_time_is_told
    the_oldest_message_that_waits_is_told
    a_lease_is_taken_over_after_its_end_and_not_before
    a_lease_that_is_over_stays_over
    of_two_that_take_a_lease_one_has_it
    whoever_has_a_lease_is_told_until_it_is_over
    what_is_read_is_of_one_moment
    where_there_is_nothing_nothing_is_made
    tables_of_version_three_are_brought_up_to_date
    tables_of_a_newer_version_are_refused
    several_that_make_the_tables_at_once_make_them_once
    an_hour_is_not_waited_for_without_a_cause
}

pub fn message(key: &str) -> Outgoing {
    Outgoing {
        key: key.to_owned(),
        channel: "mail".to_owned(),
        body: "{\"to\":\"ada\"}".to_owned(),
        not_before: None,
    }
}

fn duty(why: &str) -> Duty {
    Duty::Waived(Waived {
        of: "drill:d".parse().expect("a subject"),
        nominal: Utc::now().naive_utc(),
        named: None,
        by: "ada".parse().expect("an id"),
        why: why.to_owned(),
        at: Utc::now(),
    })
}

fn whys(duties: &[Duty]) -> Vec<&str> {
    let whys = duties.iter().map(|duty| match duty {
        Duty::Waived(waived) => waived.why.as_str(),
        _ => "",
    });
    whys.collect()
}

pub fn delivered(said: &str) -> Settled {
    Settled::Delivered {
        said: said.to_owned(),
        handle: None,
    }
}

pub async fn claim(store: &mut Store, node: &str, lease_for: Duration) -> Option<Claimed> {
    // A server may have another clock; its messages are there by now.
    let now = Utc::now() + TimeDelta::seconds(1);
    let claimed = store.claim_message(node, now, &|_| lease_for).await;
    claimed.expect("it can be claimed")
}

async fn counts(store: &mut Store) -> (i64, i64, i64) {
    let Counts {
        waiting,
        delivered,
        failed,
        ..
    } = store.message_counts().await.expect("they can be read");
    (waiting, delivered, failed)
}

async fn what_is_written_is_read_again_and_holds(kept: &Kept) {
    let mut store = kept.open().await;
    let mut writing = Writing::begin();
    let mut all = writing.turn.entries.clone();
    writing.write(&mut store).await.expect("it is written");
    for text in ["one", "two", "żółw \u{1f422} '\"\\"] {
        writing.note(text);
        all.extend(writing.turn.entries.iter().cloned());
        writing.write(&mut store).await.expect("it is written");
    }
    store.close().await.expect("it closes");
    let mut store = kept.read().await;
    let entries = store.entries("r").await.expect("they hold");
    assert_eq!(entries, all);
    verify(&entries).expect("it holds");
    assert_eq!(
        store.last("r").await.expect("one"),
        entries[entries.len() - 1]
    );
    let after = store.entries_after("r", 2).await.expect("some");
    assert_eq!(after, all[2..]);
    let lines = store.runs().await.expect("a list");
    assert_eq!(
        (lines.len(), lines[0].id.as_str(), lines[0].drill.as_str()),
        (1, "r", "d")
    );
    let missing = store.entries("none").await.expect_err("there is none");
    assert_eq!(missing.code, Code::NotFound);
    let checked = store.check().await.expect("it can be read");
    assert!(checked.iter().all(|it| it.fault.is_none()), "{checked:?}");
}

async fn who_was_overtaken_writes_nothing_and_is_kept_as_late(kept: &Kept) {
    let (mut first, mut second) = (kept.open().await, kept.open().await);
    let mut writing = Writing::begin();
    writing.write(&mut first).await.expect("it is written");
    let entries = second.entries("r").await.expect("it is there");
    let mut other = Writing::after(&entries);
    other.note("by the other");
    other.write(&mut second).await.expect("it is written");
    writing.note("by the one that was overtaken");
    let told = [message("told")];
    let refused = &writing.turn.entries;
    let run = &writing.engine.run;
    let error = first.append("r", refused, run, &[], &told).await;
    assert_eq!(error.expect_err("it does not follow").code, Code::Conflict);
    let (there, late) = (first.entries("r").await, first.late().await.expect("some"));
    assert_eq!(there.expect("it holds").last(), other.turn.entries.last());
    assert_eq!(counts(&mut first).await, (0, 0, 0), "nothing is told");
    let texts: Vec<&str> = late.iter().map(|late| late.text.as_str()).collect();
    let texts_refused: Vec<&str> = refused.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, texts_refused);
    let seq = refused[0].seq;
    assert_eq!(late[0].what, format!("entry {seq} of run `r`"));
}

async fn two_that_begin_the_same_run_are_one_run(kept: &Kept) {
    let (mut first, mut second) = (kept.open().await, kept.open().await);
    let (one, other) = (Writing::begin(), Writing::begin());
    let (one_done, other_done) =
        futures_util::join!(one.write(&mut first), other.write(&mut second));
    let refused = match (one_done, other_done) {
        (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
        both => panic!("one of them begins it: {both:?}"),
    };
    assert_eq!(refused.code, Code::Conflict);
    assert_eq!(first.runs().await.expect("a list").len(), 1);
    let entries = first.entries("r").await.expect("it is there");
    verify(&entries).expect("it is of one of them");
}

/// A store with a run, a duty and something that came too late.
async fn filled(kept: &Kept) -> Store {
    let mut store = kept.open().await;
    let mut writing = Writing::begin();
    writing.write(&mut store).await.expect("it is written");
    writing.note("more");
    writing.write(&mut store).await.expect("it is written");
    writing
        .write(&mut store)
        .await
        .expect_err("it is there already");
    let duties = [duty("one"), duty("two")];
    store.add_duties(&duties, &[]).await.expect("it is written");
    store
}

async fn what_was_written_cannot_be_edited(kept: &Kept) {
    let mut store = filled(kept).await;
    for table in ["event", "duty", "late"] {
        for edit in [
            format!("UPDATE {table} SET text = 'x'"),
            format!("DELETE FROM {table}"),
        ] {
            let why = kept.past(&edit).await.expect_err("it is refused");
            assert!(why.contains("never edited"), "{edit}: {why}");
        }
    }
    let checked = store.check().await.expect("it can be read");
    assert!(checked.iter().all(|it| it.fault.is_none()), "{checked:?}");
}

async fn what_was_edited_all_the_same_is_found(kept: &Kept) {
    let mut store = filled(kept).await;
    for (table, edit) in [
        (
            "event",
            "UPDATE event SET text = replace(text, 'more', 'less') WHERE seq > 1",
        ),
        (
            "duty",
            "UPDATE duty SET text = replace(text, 'one', 'all') WHERE seq = 1",
        ),
    ] {
        let edit = format!("{}{edit}", kept.unlocked(table));
        kept.past(&edit).await.expect("it is possible");
    }
    let error = store.duties().await.expect_err("it was edited");
    assert_eq!(error.code, Code::Invalid);
    let faults = |checked: Vec<mainstay::store::Checked>| -> Vec<String> {
        let faulty = checked.into_iter().filter(|it| it.fault.is_some());
        faulty.map(|it| it.what).collect()
    };
    let checked = store.check().await.expect("it can be read");
    assert_eq!(faults(checked), ["the chain of duties", "run `r`"]);
    let cut = "DELETE FROM duty WHERE seq = 1; DELETE FROM event WHERE seq > 1";
    kept.past(cut).await.expect("it is possible");
    let error = store.entries("r").await.expect_err("its end is missing");
    assert_eq!(error.code, Code::Invalid);
    let checked = store.check().await.expect("it can be read");
    assert_eq!(faults(checked), ["the chain of duties", "run `r`"]);
}

async fn a_chain_grows_in_one_line_whoever_adds_to_it(kept: &Kept) {
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(kept.open().await);
    }
    let adding = stores.iter_mut().enumerate().map(async |(who, store)| {
        for count in 0..10 {
            let all = [
                duty(&format!("{who}.{count}a")),
                duty(&format!("{who}.{count}b")),
            ];
            store.add_duties(&all, &[]).await.expect("it is written");
        }
    });
    join_all(adding).await;
    let duties = stores[0].duties().await.expect("the chain holds");
    assert_eq!(duties.len(), 80);
    for pair in whys(&duties).chunks(2) {
        let (first, second) = (pair[0].strip_suffix('a'), pair[1].strip_suffix('b'));
        assert!(
            first.is_some() && first == second,
            "{pair:?} was one commit"
        );
    }
}

async fn what_is_asked_is_answered_once(kept: &Kept) {
    let (mut store, mut other) = (kept.open().await, kept.open().await);
    let mut writing = Writing::begin();
    writing.write(&mut store).await.expect("it is written");
    let request = mainstay::drill::Request {
        by: "ada".to_owned(),
        what: What::RunResumed,
    };
    let (one, two) = (
        other.ask("r", &request).await,
        other.ask("r", &request).await,
    );
    let (one, two) = (one.expect("it is kept"), two.expect("it is kept"));
    let asked = store.asked("r").await.expect("they are there");
    let ids: Vec<i64> = asked.iter().map(|asked| asked.id).collect();
    assert_eq!((ids, &asked[0].request), (vec![one, two], &request));
    writing.note("answered");
    let (entries, run) = (&writing.turn.entries, &writing.engine.run);
    let answers = [(one, "no".to_owned())];
    let answered = store.append("r", entries, run, &answers, &[]).await;
    answered.expect("it is written");
    assert_eq!(other.answer(one).await.expect("it").as_deref(), Some("no"));
    assert_eq!(other.answer(two).await.expect("it"), None);
    let left = store.asked("r").await.expect("one is there");
    assert_eq!(left.len(), 1);
}

async fn a_message_and_its_cause_are_one_commit(kept: &Kept) {
    let mut store = kept.open().await;
    let writing = Writing::begin();
    let (entries, run) = (&writing.turn.entries, &writing.engine.run);
    let begun = [message("begun")];
    let written = store.append("r", entries, run, &[], &begun).await;
    written.expect("it is written");
    let written = store.add_duties(&[duty("due")], &[message("due")]).await;
    written.expect("it is written");
    let listed = store.messages(10).await.expect("a list");
    let keys: Vec<&str> = listed.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["due", "begun"], "the newest first");
    let newest = store.messages(1).await.expect("a list");
    assert_eq!(newest, listed[..1]);
}

async fn what_is_posted_twice_is_one_message(kept: &Kept) {
    let (mut store, mut other) = (kept.open().await, kept.open().await);
    let (forth, back) = ([message("a"), message("b")], [message("b"), message("a")]);
    for _ in 0..5 {
        let (one, two) = futures_util::join!(store.post(&forth), other.post(&back));
        one.and(two).expect("it is posted");
    }
    assert_eq!(counts(&mut store).await, (2, 0, 0));
}

async fn a_message_is_claimed_once_by_eight_at_a_time(kept: &Kept) {
    let mut store = kept.open().await;
    let all: Vec<Outgoing> = (0..60).map(|count| message(&count.to_string())).collect();
    store.post(&all).await.expect("they are posted");
    let mut claimers = Vec::new();
    for _ in 0..8 {
        claimers.push(kept.open().await);
    }
    let claiming = claimers.iter_mut().enumerate().map(async |(who, store)| {
        let mut own = Vec::new();
        while let Some(claimed) = claim(store, &format!("node{who}"), HOUR).await {
            assert_eq!((claimed.tries, claimed.epoch), (1, 1));
            let settled = store.settle(&claimed, delivered("ok"), Utc::now()).await;
            assert!(settled.expect("it is written"), "nobody else has it");
            own.push(claimed.key);
        }
        own
    });
    let mut keys: Vec<String> = join_all(claiming).await.concat();
    keys.sort_by_key(|key| key.parse::<u32>().ok());
    let posted: Vec<String> = all.into_iter().map(|message| message.key).collect();
    assert_eq!(keys, posted, "each of them, once");
    assert_eq!(counts(&mut store).await, (0, 60, 0));
}

async fn a_claim_that_ran_out_settles_nothing(kept: &Kept) {
    let mut store = kept.open().await;
    store.post(&[message("a")]).await.expect("it is posted");
    let first = claim(&mut store, "one", Duration::ZERO).await;
    let first = first.expect("it waits");
    let second = claim(&mut store, "two", HOUR).await;
    let second = second.expect("the first claim ran out");
    assert_eq!((second.tries, second.epoch), (2, 2));
    assert_eq!(claim(&mut store, "three", HOUR).await, None, "it is held");
    let settled = store.settle(&first, delivered("sent at last"), Utc::now());
    assert!(!settled.await.expect("it can be said"));
    assert_eq!(counts(&mut store).await, (1, 0, 0), "nothing changed");
    let late = store.late().await.expect("it is kept");
    assert_eq!(late.len(), 1);
    let told = (
        late[0].what.as_str(),
        late[0].holder.as_str(),
        late[0].epoch,
    );
    assert_eq!(told, ("message `a`", "one", 1));
    assert_eq!(late[0].text, "delivered: sent at last");
    let settled = store.settle(&second, delivered("sent"), Utc::now()).await;
    assert!(settled.expect("it can be said"));
    let listed = store.messages(1).await.expect("a list");
    assert_eq!((listed[0].state, listed[0].tries), (State::Delivered, 2));
    assert_eq!(listed[0].said.as_deref(), Some("sent"));
}

async fn a_message_waits_for_its_time(kept: &Kept) {
    let mut store = kept.open().await;
    let tomorrow = Utc::now() + TimeDelta::days(1);
    let mut later = message("later");
    later.not_before = Some(tomorrow);
    let posted = store.post(&[later, message("now")]).await;
    posted.expect("they are posted");
    let now = claim(&mut store, "one", HOUR).await.expect("one may go");
    assert_eq!(now.key, "now");
    let settled = Settled::Later {
        not_before: tomorrow,
        said: "busy".to_owned(),
    };
    let settled = store.settle(&now, settled, Utc::now()).await;
    assert!(settled.expect("it can be said"));
    assert_eq!(claim(&mut store, "one", HOUR).await, None);
    let mut keys = Vec::new();
    for tries in [1, 2] {
        let claimed = store.claim_message("one", tomorrow, &|_| HOUR).await;
        let claimed = claimed.expect("it can be read").expect("it is time");
        assert_eq!(claimed.tries, tries, "what waited before was tried once");
        let settled = store.settle(&claimed, delivered("sent"), tomorrow).await;
        assert!(settled.expect("it can be said"));
        keys.push(claimed.key);
    }
    assert_eq!(keys, ["later", "now"], "the oldest first");
}

async fn what_is_put_off_was_not_tried(kept: &Kept) {
    let mut store = kept.open().await;
    store.post(&[message("m")]).await.expect("it is posted");
    let claimed = claim(&mut store, "one", HOUR).await.expect("it may go");
    let tomorrow = Utc::now() + TimeDelta::days(1);
    let put_off = Settled::PutOff {
        not_before: tomorrow,
        said: "as many were sent as may be".to_owned(),
    };
    let settled = store.settle(&claimed, put_off, Utc::now()).await;
    assert!(settled.expect("it can be said"));
    assert_eq!(claim(&mut store, "one", HOUR).await, None);
    let claimed = store.claim_message("one", tomorrow, &|_| HOUR).await;
    let claimed = claimed.expect("it can be read").expect("it is time");
    assert_eq!((claimed.tries, claimed.epoch), (1, 2));
}

async fn a_claim_that_is_settled_is_over(kept: &Kept) {
    let mut store = kept.open().await;
    store.post(&[message("a")]).await.expect("it is posted");
    let claimed = claim(&mut store, "one", HOUR).await.expect("it waits");
    let failed = Settled::Failed {
        said: "no such address".to_owned(),
    };
    let settled = store.settle(&claimed, failed, Utc::now()).await;
    assert!(settled.expect("it can be said"));
    let again = store.settle(&claimed, delivered("?"), Utc::now()).await;
    assert!(!again.expect("it can be said"));
    assert_eq!(counts(&mut store).await, (0, 0, 1));
    assert_eq!(claim(&mut store, "one", HOUR).await, None);
    let listed = store.messages(1).await.expect("a list");
    assert!(listed[0].settled_at.is_some());
    assert_eq!(listed[0].said.as_deref(), Some("no such address"));
}

async fn what_is_read_is_of_one_moment(kept: &Kept) {
    let mut store = filled(kept).await;
    let mut before = kept.read().await;
    assert_eq!(before.duties().await.expect("they hold").len(), 2);
    let added = store.add_duties(&[duty("three")], &[message("a")]).await;
    added.expect("it is written");
    assert_eq!(before.duties().await.expect("they hold").len(), 2);
    assert_eq!(counts(&mut before).await, (0, 0, 0));
    let refused = before.post(&[message("b")]).await;
    refused.expect_err("it is only read");
    let mut followed = Store::follow(&kept.place).await.expect("it opens");
    assert_eq!(followed.duties().await.expect("they hold").len(), 3);
    followed
        .post(&[message("b")])
        .await
        .expect_err("it is only read");
    let added = store.add_duties(&[duty("four")], &[]).await;
    added.expect("it is written");
    assert_eq!(followed.duties().await.expect("they hold").len(), 4);
}

async fn where_there_is_nothing_nothing_is_made(kept: &Kept) {
    for _ in 0..2 {
        let mut store = kept.read().await;
        assert_eq!(store.runs().await.expect("a list"), []);
        assert_eq!(store.duties().await.expect("a list"), []);
        assert_eq!(store.messages(9).await.expect("a list"), []);
        store.close().await.expect("it closes");
    }
    kept.past("CREATE TABLE run (a TEXT)")
        .await
        .expect("there is none");
}

async fn tables_of_version_three_are_brought_up_to_date(kept: &Kept) {
    let made = kept.version_three();
    kept.past(&made).await.expect("they were made so");
    let writing = Writing::begin();
    let run = &writing.engine.run;
    let mut rows = String::new();
    for entry in &writing.turn.entries {
        let text = entry.text.replace('\'', "''");
        let (seq, hash) = (entry.seq, &entry.hash);
        rows += &format!("INSERT INTO event VALUES ('r', {seq}, '{text}', '{hash}');");
    }
    let at = run.last_at.wall.to_rfc3339();
    let (seq, phase) = (writing.turn.entries.len(), run.phase.words());
    rows += &format!("INSERT INTO run VALUES ('r', 'd', '{phase}', {seq}, '{at}', '{at}');");
    let entry = mainstay::journal::Head::default().add(&duty("old"));
    let entry = entry.expect("an entry");
    let text = entry.text.replace('\'', "''");
    rows += &format!("INSERT INTO duty VALUES (1, '{text}', '{}');", entry.hash);
    kept.past(&rows).await.expect("room");
    let mut old = kept.read().await;
    assert_eq!(old.duties().await.expect("they hold").len(), 1);
    assert_eq!(old.messages(9).await.expect("none yet"), []);
    assert_eq!(old.late().await.expect("none yet"), []);
    assert_eq!(old.handle("a", "mail").await.expect("none yet"), None);
    assert_eq!(counts(&mut old).await, (0, 0, 0));
    old.close().await.expect("it closes");
    let mut store = kept.open().await;
    assert_eq!(
        store.entries("r").await.expect("it holds"),
        writing.turn.entries
    );
    let added = store.add_duties(&[duty("new")], &[message("a")]).await;
    added.expect("it is written");
    let duties = store.duties().await.expect("they hold");
    assert_eq!(whys(&duties), ["old", "new"]);
    assert_eq!(counts(&mut store).await, (1, 0, 0));
}

async fn tables_of_a_newer_version_are_refused(kept: &Kept) {
    kept.open().await.close().await.expect("it closes");
    let newer = match kept.place {
        mainstay::store::Place::Folder(_) => "PRAGMA user_version = 99",
        mainstay::store::Place::Postgres(_) => "UPDATE version SET number = 99",
    };
    kept.past(newer).await.expect("it is possible");
    for opened in [
        Store::open(&kept.place, Default::default()).await,
        Store::read(&kept.place).await,
        Store::follow(&kept.place).await,
    ] {
        let error = opened.expect_err("it is refused");
        assert_eq!(error.code, Code::Invalid);
        let hint = error.hint.unwrap_or_default();
        assert!(hint.contains("A newer Mainstay"), "{hint}");
    }
}

async fn several_that_make_the_tables_at_once_make_them_once(kept: &Kept) {
    let opening = std::thread::scope(|threads| {
        let opening: Vec<_> = (0..4)
            .map(|_| {
                threads.spawn(|| mainstay::app::wait_for(async { kept.open().await.close().await }))
            })
            .collect();
        let opened = opening.into_iter().map(|it| it.join().expect("it opens"));
        opened.collect::<Vec<_>>()
    });
    for opened in opening {
        opened.expect("it opens");
    }
    let mut store = kept.open().await;
    assert_eq!(counts(&mut store).await, (0, 0, 0));
}

async fn an_hour_is_not_waited_for_without_a_cause(kept: &Kept) {
    let mut store = kept.open().await;
    let began = std::time::Instant::now();
    store.hint(Duration::from_millis(20)).await;
    store.hint(Duration::from_millis(20)).await;
    assert!(began.elapsed() < Duration::from_secs(60));
}
