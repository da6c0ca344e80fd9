//! Who stands still in the middle of a delivery is overtaken: another one delivers the message, and
//! what the first one says of it afterwards is kept and changes nothing.

use std::fs;
use std::path::Path;

use mainstay::app::{Plans, wait_for};
use mainstay::store::{Late, Message, Place, State, Store};

use super::Serving;
use crate::held::{Held, pid, suspend, until, wake};
use crate::notify::Sender;
use crate::store::server::Server;

/// The one who comes first waits for a file; every other one goes by.
const TELLS: &str = "mkdir first 2>/dev/null && { echo began >> log; \
    until test -e go; do sleep 0.05; done; echo first >> log; } || echo other >> log";

/// As if the time had passed for which a message is held.
const PASSED: &str = "UPDATE outbox SET leased_until = posted_at WHERE leased_until IS NOT NULL";

/// A drill that has been due since yesterday, at which people are needed, and who hears of it.
fn workspace(folder: &Path) -> Held {
    let now = mainstay::clock::now().expect("a clock").wall;
    let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
    let folder = folder.display();
    let held = Held::of(&format!(
        "channels: [{{id: board, name: Board, with: {{script: {{argv: [sh, -c, \
         \"cat > /dev/null; cd {folder}; {TELLS}\"]}}}}}}]\n\
         drills: [{{id: d, name: D, kind: tabletop, \
         schedule: {{zone: UTC, from: {from}, every: P1Y, at: '00:00'}}}}]\n"
    ));
    let organization = "organization: {name: Example, notices: [{audience: control-owner, \
                        channel: board, kinds: [due, missed]}]}\n";
    fs::write(held.path("mainstay.yaml"), organization).expect("room");
    held
}

/// What is kept of messages, and what came too late.
fn kept(place: &Place) -> (Vec<Message>, Vec<Late>) {
    let work = async {
        let mut store = Store::read(place).await?;
        Ok((store.messages(9).await?, store.late().await?))
    };
    wait_for(work).expect("it can be read")
}

/// Has one daemon stand still while it delivers, and another one deliver meanwhile.
fn overtaken(place: &Place, folder: &Path, first: Serving, pass: impl Fn(), other: impl FnOnce()) {
    let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
    until("it tells", || (log() == "began\n").then_some(()));
    first.answers("/readyz", 200);
    let process = pid(&first.child);
    suspend(process);
    pass();
    other();
    let (delivered, late) = kept(place);
    assert_eq!(delivered[0].state, State::Delivered, "{delivered:?}");
    assert_eq!((log().as_str(), delivered[0].tries), ("began\nother\n", 2));
    assert_eq!(late, []);
    fs::write(folder.join("go"), "").expect("room");
    until("the program ends", || {
        log().ends_with("first\n").then_some(())
    });
    wake(process);
    let late = until("it is heard", || {
        Some(kept(place).1).filter(|late| !late.is_empty())
    });
    assert_eq!(late.len(), 1, "{late:?}");
    assert_eq!(late[0].what, format!("message `{}`", delivered[0].key));
    assert!(late[0].text.starts_with("delivered: "), "{late:?}");
    let number = process.as_raw_nonzero();
    assert!(late[0].holder.contains(&number.to_string()), "{late:?}");
    assert_eq!(kept(place).0, delivered, "nothing changed");
    let line = first.said("was delivered");
    let said = line["said"].as_str().expect("it is said");
    assert!(said.contains("too late, another node has it"), "{said}");
}

#[test]
fn in_a_file_who_is_overtaken_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = workspace(folder.path());
    let first = Serving::begin(&held);
    let place = Place::Folder(held.path(".mainstay/state"));
    let other = || {
        let plans = Plans::open(held.0.path(), None).expect("they can be read");
        let mut sender = Sender::open(&plans.workspace, plans.loaded.programme);
        let tried = sender.deliver_one().expect("nobody has it");
        assert_eq!(tried.state, State::Delivered, "{tried:?}");
    };
    overtaken(&place, folder.path(), first, || held.tamper(PASSED), other);
}

#[test]
fn in_a_database_who_is_overtaken_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start();
    let database = server.database();
    let url = server.url(&database);
    let environment = [("MAINSTAY_STORE", url.as_str())];
    let (one, two) = (workspace(folder.path()), workspace(folder.path()));
    let first = Serving::with(&one, &environment);
    let place = server.place(&database);
    let pass = || {
        server.told(&database, PASSED).expect("it is done");
    };
    let other = || {
        let second = Serving::with(&two, &environment);
        second.said("was delivered");
    };
    overtaken(&place, folder.path(), first, pass, other);
}
