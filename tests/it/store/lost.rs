//! A server that goes away: nothing that was acknowledged is lost, nothing is written twice, and
//! what nobody can know is said.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mainstay::app::wait_for;
use mainstay::error::Code;
use mainstay::journal::{Entry, verify};
use mainstay::store::{Durability, Outgoing, Place, Store};

use super::Writing;
use super::server::{PASSWORD, Server};
use crate::held::{Held, quick, until};

/// How many commits are acknowledged before the test is content.
const COMMITS: usize = 300;

pub async fn open(place: &Place) -> mainstay::error::Result<Store> {
    Store::open(place, Durability::default()).await
}

pub fn message(key: &str) -> Outgoing {
    Outgoing {
        key: key.to_owned(),
        channel: "mail".to_owned(),
        body: "{}".to_owned(),
        not_before: None,
    }
}

#[test]
fn a_server_that_dies_in_the_middle_of_commits_loses_nothing_it_acknowledged() {
    let server = Server::start();
    let place = server.place(&server.database());
    let begun = async { Writing::begin().write(&mut open(&place).await?).await };
    wait_for(begun).expect("it is written");
    let dies = AtomicBool::new(true);
    let acknowledged = thread::scope(|threads| {
        threads.spawn(|| {
            for _ in 0..3 {
                thread::sleep(Duration::from_millis(300));
                server.restart();
            }
            dies.store(false, Ordering::Relaxed);
        });
        wait_for(written_meanwhile(&place, &dies)).expect("it is written")
    });
    let entries = wait_for(async { Store::read(&place).await?.entries("r").await });
    let entries = entries.expect("it holds");
    verify(&entries).expect("it holds");
    for entry in &acknowledged {
        let place = usize::try_from(entry.seq).expect("small") - 1;
        assert_eq!(entries.get(place), Some(entry), "it was acknowledged");
    }
}

/// Writes as fast as it can, goes on from what is there after each error, and gives back what was
/// acknowledged.
pub async fn written_meanwhile(
    place: &Place,
    dies: &AtomicBool,
) -> mainstay::error::Result<Vec<Entry>> {
    // The server may die before anything was asked.
    let (mut store, mut acknowledged) = opened(place).await;
    let mut begun = Writing::after(&acknowledged);
    let end = Instant::now() + Duration::from_secs(120);
    while dies.load(Ordering::Relaxed) || acknowledged.len() < COMMITS {
        assert!(Instant::now() < end, "it takes too long");
        begun.note(&acknowledged.len().to_string());
        match begun.write(&mut store).await {
            Ok(()) => acknowledged.extend(begun.turn.entries.iter().cloned()),
            Err(error) => {
                assert_eq!(error.code, Code::Io, "{error}");
                begun = gone_on(place, &mut store).await;
            }
        }
    }
    Ok(acknowledged)
}

async fn gone_on(place: &Place, store: &mut Store) -> Writing {
    let entries;
    (*store, entries) = opened(place).await;
    Writing::after(&entries)
}

/// The journals, once they can be read, and what is in the one of the run.
async fn opened(place: &Place) -> (Store, Vec<Entry>) {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Ok(mut store) = open(place).await
            && let Ok(entries) = store.entries("r").await
        {
            return (store, entries);
        }
        assert!(Instant::now() < end, "it does not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn a_connection_that_was_lost_is_made_again_by_who_reads_and_by_who_begins() {
    let server = Server::start();
    let database = server.database();
    let place = server.place(&database);
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where application_name = 'mainstay'";
    let work = async {
        let mut store = open(&place).await?;
        let mut writing = Writing::begin();
        writing.write(&mut store).await?;
        server.told(&database, end).expect("they end");
        assert_eq!(store.entries("r").await?, writing.turn.entries);
        server.restart();
        writing.note("afterwards");
        writing.write(&mut store).await?;
        let mut snapshot = Store::read(&place).await?;
        snapshot.runs().await?;
        server.told(&database, end).expect("they end");
        let error = snapshot.runs().await.expect_err("that moment is gone");
        assert_eq!(error.code, Code::Io);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(&format!("ada@127.0.0.1:{}", server.port())));
        assert!(!shown.contains(PASSWORD), "{shown}");
        assert_eq!(store.runs().await?.len(), 1);
        // Others were let in when the connection went.
        store.hold("word").await?;
        server.told(&database, end).expect("they end");
        let error = store.post(&[message("a")]).await;
        assert_eq!(error.expect_err("it is not alone any more").code, Code::Io);
        assert_eq!(Store::read(&place).await?.messages(9).await?, []);
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn only_one_has_a_word_at_a_time() {
    let server = Server::start();
    let place = server.place(&server.database());
    let work = async {
        let (mut one, mut two) = (open(&place).await?, open(&place).await?);
        one.hold("word").await?;
        let error = two.hold("word").await.expect_err("the other one has it");
        assert_eq!(error.code, Code::Conflict);
        one.let_go("word").await?;
        two.hold("word").await?;
        two.close().await?;
        one.hold("word").await
    };
    wait_for(work).expect("it is free again");
}

#[test]
fn a_write_that_fails_before_its_end_is_not_done_and_the_next_one_is() {
    let server = Server::start();
    let database = server.database();
    let place = server.place(&database);
    let work = async {
        let mut store = open(&place).await?;
        let mut writing = Writing::begin();
        writing.write(&mut store).await?;
        let hold = "begin; update run set phase = phase; select pg_sleep(60)";
        let mut holder = server.psql(&database).args(["-c", hold]).spawn();
        let holder = holder.as_mut().expect("`psql` starts");
        let waits = "select 1 from pg_stat_activity where application_name = 'mainstay' \
                     and wait_event_type = 'Lock'";
        let sleeps = "select 1 from pg_stat_activity where wait_event = 'PgSleep'";
        until("it is held", || {
            server.told(&database, sleeps).filter(|it| it == "1")
        });
        writing.note("in vain");
        let ended = thread::scope(|threads| {
            threads.spawn(|| {
                until("it waits", || {
                    server.told(&database, waits).filter(|it| it == "1")
                });
                let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                           where application_name = 'mainstay'";
                server.told(&database, end)
            });
            wait_for_on_another_thread(&place, &writing)
        });
        holder.kill().expect("it runs");
        let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                   where application_name = 'psql' and pid <> pg_backend_pid()";
        server.told(&database, end);
        let error = ended.expect_err("its connection was ended");
        assert_eq!(error.code, Code::Io);
        assert_eq!(
            store.entries("r").await?.len() as u64,
            writing.turn.entries[0].seq - 1
        );
        writing.write(&mut store).await?;
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

fn wait_for_on_another_thread(place: &Place, writing: &Writing) -> mainstay::error::Result<()> {
    thread::scope(|threads| {
        let writes = threads.spawn(|| {
            wait_for(async {
                let mut store = open(place).await?;
                writing.write(&mut store).await
            })
        });
        writes.join().expect("it ends")
    })
}

/// When what stands between ends a connection, as soon as something was handed on.
#[derive(Default)]
struct Deaf {
    /// At each commit.
    to_commits: AtomicBool,
    /// At whatever comes next, once.
    once: AtomicBool,
}

/// Stands between, and lets nobody hear the answer to some of what is handed on.
fn deaf(server: &Server, is_deaf: &Arc<Deaf>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let (to, is_deaf) = (server.port(), Arc::clone(is_deaf));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(client) = stream else { return };
            let server = TcpStream::connect(("127.0.0.1", to)).expect("it listens");
            let is_deaf = Arc::clone(&is_deaf);
            thread::spawn(move || between(client, server, &is_deaf));
        }
    });
    port
}

fn between(mut client: TcpStream, mut server: TcpStream, is_deaf: &Deaf) {
    let (mut answers, mut told) = (
        server.try_clone().expect("a copy"),
        client.try_clone().expect("a copy"),
    );
    thread::spawn(move || std::io::copy(&mut answers, &mut told));
    let mut piece = [0; 64 * 1024];
    while let Ok(count @ 1..) = client.read(&mut piece) {
        let commits = piece[..count].windows(6).any(|it| it == b"COMMIT");
        let to_it = commits && is_deaf.to_commits.load(Ordering::Relaxed);
        if to_it || is_deaf.once.swap(false, Ordering::Relaxed) {
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.write_all(&piece[..count]);
            return;
        }
        if server.write_all(&piece[..count]).is_err() {
            return;
        }
    }
}

#[test]
fn what_nobody_can_know_is_said_and_never_written_twice() {
    let server = Server::start();
    let database = server.database();
    let is_deaf = Arc::new(Deaf::default());
    let port = deaf(&server, &is_deaf);
    let place: Place = server.url_at(port, &database).parse().expect("one");
    let work = async {
        let mut store = open(&place).await?;
        is_deaf.to_commits.store(true, Ordering::Relaxed);
        let added = store.post(&[message("a")]).await.expect_err("nobody knows");
        assert_eq!(added.code, Code::Io);
        let shown = added.to_string();
        assert!(
            shown.contains("learn whether something was written"),
            "{shown}"
        );
        // That somebody else wrote exactly this is out of the question, so here it can be known.
        let begun = Writing::begin();
        begun.write(&mut store).await?;
        is_deaf.to_commits.store(false, Ordering::Relaxed);
        assert_eq!(store.entries("r").await?, begun.turn.entries);
        assert_eq!(store.late().await?, []);
        let again = begun.write(&mut store).await.expect_err("it is there");
        assert_eq!(again.code, Code::Conflict);
        store.post(&[message("a")]).await?;
        assert_eq!(store.messages(9).await?.len(), 1);
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn entries_whose_answer_is_lost_are_there_once() {
    let server = Server::start();
    let is_deaf = Arc::new(Deaf::default());
    let port = deaf(&server, &is_deaf);
    let place = server.url_at(port, &server.database());
    let place: Place = place.parse().expect("one");
    let work = async {
        let mut store = open(&place).await?;
        let mut writing = Writing::begin();
        writing.write(&mut store).await?;
        for count in 0..10 {
            writing.note(&count.to_string());
            is_deaf.once.store(count > 0, Ordering::Relaxed);
            writing.write(&mut store).await?;
            assert!(!is_deaf.once.load(Ordering::Relaxed));
        }
        let entries = store.entries("r").await?;
        verify(&entries).expect("it holds");
        assert_eq!(entries.last(), writing.turn.entries.last());
        assert_eq!(store.late().await?, []);
        // Who was overtaken while nobody heard is told so.
        let mut other = Writing::after(&entries);
        other.note("by the other");
        writing.note("by the one that was overtaken");
        other.write(&mut store).await?;
        is_deaf.once.store(true, Ordering::Relaxed);
        let error = writing
            .write(&mut store)
            .await
            .expect_err("it does not follow");
        assert_eq!(error.code, Code::Conflict);
        assert_eq!(store.entries("r").await?.last(), other.turn.entries.last());
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn whoever_waits_hears_of_what_is_posted() {
    let server = Server::start();
    let place = server.place(&server.database());
    let patience = Duration::from_secs(60);
    let work = async {
        let (mut store, mut other) = (open(&place).await?, open(&place).await?);
        let began = Instant::now();
        // What was posted before anybody listened may have been missed.
        store.hint(patience).await;
        let (waited, posted) = futures_util::join!(store.hint(patience), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            other.post(&[message("a")]).await
        });
        posted.map(|()| waited)?;
        server.restart();
        store.hint(patience.min(Duration::from_secs(1))).await;
        store.hint(patience).await;
        assert!(began.elapsed() < patience, "{:?}", began.elapsed());
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn drills_are_kept_in_a_database_and_no_password_is_told() {
    let server = Server::start();
    let url = server.url(&server.database());
    let held = Held::new(&[&quick("a")]);
    let say = |words: &[&str]| {
        let mut command = held.command(words);
        let output = command.env("MAINSTAY_STORE", &url).output();
        let output = output.expect("it starts");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).expect("UTF-8");
        assert!(!told.contains(PASSWORD), "{told}");
        (output.status.code(), told)
    };
    let (status, told) = say(&["drill", "run", "d"]);
    assert_eq!(status, Some(0), "{told}");
    assert_eq!(held.log(), ["a"]);
    assert!(!held.path(".mainstay/state/journal.db").exists());
    assert!(held.path(".mainstay/state/runs").exists());
    let (status, told) = say(&["store", "verify"]);
    assert_eq!(status, Some(0), "{told}");
    assert!(
        told.contains("run `d-") && told.contains("the last one is"),
        "{told}"
    );
    let (status, told) = say(&["drill", "list"]);
    assert!(status == Some(0) && told.contains("succeeded"), "{told}");
    assert!(say(&["check"]).0.is_some_and(|status| status < 2));
    let wrong = url.replace("canary", "canary-wrong");
    let refused = held.say(&["--store", &wrong, "drill", "list"]);
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(3), "{told}");
    assert!(
        told.contains("password authentication failed") && !told.contains("xyzzy"),
        "{told}"
    );
    for bad in [
        "postgres://ada:xyzzy@h:port/x",
        "mysql://ada:xyzzy@h/x",
        "xyzzy",
    ] {
        let refused = held.say(&["--store", bad, "drill", "list"]);
        let told = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{told}");
        assert!(!told.contains("xyzzy"), "{told}");
    }
}
