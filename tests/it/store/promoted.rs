//! A server that dies for good, and the standby that takes its place: what was acknowledged is
//! there, nothing is there twice, and what is not there is noticed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use mainstay::app::wait_for;
use mainstay::error::Code;
use mainstay::journal::verify;
use mainstay::store::{Place, Store};

use super::Writing;
use super::lost::{message, open, written_meanwhile};
use super::server::Server;
use crate::held::{Held, pid, until, until_within};

/// The primary waits for a standby before it acknowledges anything.
const SAFE: &str = "alter system set synchronous_standby_names = '*'";
/// The standby hears nothing more.
const CUT: &str = "alter system set primary_conninfo = ''";
/// The primary is fenced off by who looks after it.
const READ_ONLY: &str = "alter system set default_transaction_read_only = on";
const RELOAD: &str = "select pg_reload_conf()";

/// A server, another one that follows it, and the address that names both.
struct Pair {
    primary: Server,
    standby: Server,
    database: String,
}

impl Pair {
    fn begin() -> Self {
        let primary = Server::start();
        let database = primary.database();
        let standby = primary.standby();
        let pair = Pair {
            primary,
            standby,
            database,
        };
        pair.follows();
        pair
    }

    /// Waits until the standby has all that there is.
    fn follows(&self) {
        let all = "select 1 from pg_stat_replication \
                   where replay_lsn = pg_current_wal_lsn()";
        until("the standby follows", || {
            self.primary.told("postgres", all).filter(|it| it == "1")
        });
    }

    /// Has the primary acknowledge only what the standby has.
    fn safe(self) -> Self {
        for sql in [SAFE, RELOAD] {
            self.primary.told("postgres", sql).expect("it is done");
        }
        let both = "select 1 from pg_stat_replication where sync_state = 'sync'";
        until("the standby counts", || {
            self.primary.told("postgres", both).filter(|it| it == "1")
        });
        self
    }

    fn url(&self) -> String {
        let (one, two) = (self.standby.port(), self.primary.port());
        let url = self.primary.url(&self.database);
        // Whichever comes first, the one is used that can be written.
        url.replace(&format!(":{two}/"), &format!(":{one},127.0.0.1:{two}/"))
            + "&target_session_attrs=read-write"
    }

    fn place(&self) -> Place {
        self.url().parse().expect("an address")
    }

    /// The primary dies for good, and the standby takes its place.
    fn fail_over(&self) {
        self.primary.end();
        let promoted = self.standby.told("postgres", "select pg_promote()");
        assert_eq!(promoted.as_deref(), Some("t"));
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost_when_a_standby_takes_over() {
    let pair = Pair::begin().safe();
    let place = pair.place();
    let begun = async { Writing::begin().write(&mut open(&place).await?).await };
    wait_for(begun).expect("it is written");
    let dies = AtomicBool::new(true);
    let acknowledged = thread::scope(|threads| {
        threads.spawn(|| {
            let many = "select 1 from run where seq > 50";
            until("it is in the middle", || {
                let told = pair.primary.told(&pair.database, many);
                told.filter(|it| it == "1")
            });
            pair.fail_over();
            dies.store(false, Ordering::Relaxed);
        });
        wait_for(written_meanwhile(&place, &dies)).expect("it is written")
    });
    let there = wait_for(async { Store::read(&place).await?.entries("r").await });
    let there = there.expect("it holds");
    verify(&there).expect("it holds");
    for entry in &acknowledged {
        let place = usize::try_from(entry.seq).expect("small") - 1;
        assert_eq!(there.get(place), Some(entry), "it was acknowledged");
    }
}

#[test]
fn what_the_standby_never_had_is_missed_by_who_goes_on() {
    let pair = Pair::begin();
    let place = pair.place();
    let work = async {
        let mut store = open(&place).await?;
        let mut writing = Writing::begin();
        writing.write(&mut store).await?;
        pair.follows();
        for sql in [CUT, RELOAD] {
            pair.standby.told("postgres", sql).expect("it is done");
        }
        let alone = "select 1 where not exists (select from pg_stat_replication)";
        until("nobody follows", || {
            pair.primary.told("postgres", alone).filter(|it| it == "1")
        });
        writing.note("only where it dies");
        writing.write(&mut store).await?;
        pair.fail_over();
        writing.note("afterwards");
        let error = writing.write(&mut store).await.expect_err("one is missing");
        assert_eq!(error.code, Code::Conflict, "{error}");
        // It is kept that somebody had more to say than what is there.
        let late = store.late().await?;
        assert_eq!(late.len(), 1, "{late:?}");
        let there = store.entries("r").await?;
        verify(&there).expect("what is there holds");
        assert!(there.last().map(|it| it.seq) < writing.turn.entries.first().map(|it| it.seq));
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn a_standby_is_never_written_and_never_read_in_its_place() {
    let pair = Pair::begin();
    let alone = pair.standby.url(&pair.database) + "&target_session_attrs=read-write";
    let alone: Place = alone.parse().expect("an address");
    let work = async {
        let mut store = open(&pair.place()).await?;
        store.post(&[message("a")]).await?;
        pair.follows();
        for opened in [open(&alone).await, Store::read(&alone).await] {
            let error = opened.expect_err("it is a standby");
            assert_eq!(error.code, Code::Io);
            assert!(error.to_string().contains("it is a standby"), "{error}");
        }
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn a_server_that_can_be_written_no_more_is_left() {
    let pair = Pair::begin();
    let work = async {
        let (mut store, mut other) = (open(&pair.place()).await?, open(&pair.place()).await?);
        other.post(&[message("a")]).await?;
        let mut writing = Writing::begin();
        writing.write(&mut store).await?;
        pair.follows();
        for sql in [READ_ONLY, RELOAD] {
            pair.primary.told("postgres", sql).expect("it is done");
        }
        until("it can be read only", || {
            let shown = pair
                .primary
                .told("postgres", "show default_transaction_read_only");
            shown.filter(|it| it == "on")
        });
        let promoted = pair.standby.told("postgres", "select pg_promote()");
        assert_eq!(promoted.as_deref(), Some("t"));
        writing.note("afterwards");
        writing.write(&mut store).await?;
        let error = other.post(&[message("b")]).await.expect_err("it is said");
        assert_eq!(error.code, Code::Io);
        other.post(&[message("b")]).await?;
        assert_eq!(store.messages(9).await?.len(), 2);
        let there = store.entries("r").await?;
        assert_eq!(there.last(), writing.turn.entries.last());
        let count = "select count(*) from outbox";
        let old = pair.primary.told(&pair.database, count);
        assert_eq!(old.as_deref(), Some("1"), "nothing more was written there");
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn a_daemon_goes_on_with_the_standby_and_nothing_is_done_twice() {
    let pair = Pair::begin().safe();
    let now = mainstay::clock::now().expect("a clock").wall;
    let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
    let line = "echo began >> log; until test -e go; do sleep 0.05; done; echo ended >> log";
    let held = Held::of(&format!(
        "channels: [{{id: board, name: Board, with: {{script: {{argv: [sh, -c, \
         'cat > /dev/null; echo told >> told']}}}}}}]\n\
         drills: [{{id: d, name: D, kind: functional, unattended: true, procedures: [p], \
         schedule: {{zone: UTC, from: {from}, every: P1Y, at: '00:00'}}}}]\n\
         procedures: [{{id: p, name: P, steps: [{{id: a, do: A, run: {{command: {{argv: \
         [sh, -c, \"{line}\"]}}}}, undo: {{none: a log}}}}]}}]\n"
    ));
    let organization = "organization: {name: Example, \
                        incidents: {criteria: [Real data is lost]}, \
                        notices: [{audience: control-owner, channel: board, kinds: [run]}]}\n";
    std::fs::write(held.path("mainstay.yaml"), organization).expect("room");
    let url = pair.url();
    let command = |words: &[&str]| {
        let mut command = held.command(words);
        command.env("MAINSTAY_STORE", &url);
        command
    };
    let mut serve = command(&["serve"]);
    let null = std::process::Stdio::null;
    let mut serving = serve
        .stdout(null())
        .stderr(null())
        .spawn()
        .expect("it starts");
    until("it began", || (held.log() == ["began"]).then_some(()));
    pair.fail_over();
    std::fs::write(held.path("go"), "").expect("room");
    // A daemon that could not write something looks again after a minute.
    until_within(Duration::from_secs(150), "it is told", || {
        let told = std::fs::read_to_string(held.path("told")).ok()?;
        (told == "told\n").then_some(())
    });
    assert_eq!(held.log(), ["began", "ended"]);
    let say = |words: &[&str]| {
        let output = command(words).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), said)
    };
    let (status, said) = say(&["store", "verify"]);
    assert!(status == Some(0) && said.contains("run `d-"), "{said}");
    let (status, said) = say(&["drill", "list"]);
    assert!(status == Some(0) && said.contains("succeeded"), "{said}");
    let _ = rustix::process::kill_process(pid(&serving), rustix::process::Signal::TERM);
    serving.wait().expect("it ends");
}
