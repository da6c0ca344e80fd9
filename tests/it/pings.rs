//! Jobs that make backups are heard, and what they told is joined with what they made.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::held::Held;

const UUID: &str = "5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278";
const RID: &str = "0e1f8f6c-0000-4000-8000-000000000001";

/// `mainstay backup listen` in a workspace.
struct Listening {
    child: Child,
    address: String,
}

impl Listening {
    fn begin(held: &Held) -> Self {
        let mut command = held.command(&["backup", "listen", "--bind", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let mut told = BufReader::new(child.stdout.take().expect("a pipe"));
        told.read_line(&mut line).expect("a line");
        let address = line.split_once("http://").expect("an address").1;
        let address = address.split_once('/').expect("a path").0.to_owned();
        std::thread::spawn(move || told.read_to_end(&mut Vec::new()));
        Listening { child, address }
    }

    /// The answer to a request, as it comes over the wire.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[track_caller]
    fn check(&self, method: &str, path: &str, (status, words): (u16, &str)) {
        let request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\n\r\n");
        let answer = self.ask(&request);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}: {answer}"
        );
        assert!(
            answer.ends_with(&format!("\r\n\r\n{words}")),
            "{path}: {answer}"
        );
    }

    #[track_caller]
    fn end(mut self) {
        let id = Pid::from_child(&self.child);
        kill_process(id, Signal::TERM).expect("it is there");
        assert!(self.child.wait().expect("it ends").success());
    }
}

/// A workspace with a backup whose job pings.
fn held() -> Held {
    let held = Held::of(&format!(
        "systems: [{{id: orders-db, name: Orders}}]
backups:
  - id: orders
    name: Orders
    of: [orders-db]
    every: 24h
    ping: {UUID}
    verify:
      with: {{restic: {{repository: repo, password: \"file:password\"}}}}
      expect: [{{files: {{at-least: 1}}}}]\n"
    ));
    fs::write(held.path("password"), "secret\n").expect("room");
    fs::create_dir(held.path("data")).expect("room");
    fs::write(held.path("data/orders.csv"), "1,2,3\n").expect("room");
    held
}

/// What was heard, in its order.
fn heard(held: &Held) -> Vec<Value> {
    let work = async {
        let place = mainstay::store::Place::Folder(held.path(".mainstay/state"));
        mainstay::store::Store::read(&place).await?.facts().await
    };
    let facts = mainstay::app::wait_for(work).expect("the chain holds");
    let facts = facts
        .iter()
        .map(|fact| serde_json::to_value(fact).expect("JSON"));
    facts
        .filter_map(|fact| fact.get("pinged").cloned())
        .collect()
}

#[test]
fn every_form_of_a_ping_is_heard_and_kept() {
    let held = held();
    let listening = Listening::begin(&held);
    listening.check("GET", &format!("/ping/{UUID}/start?rid={RID}"), (200, "OK"));
    listening.check("HEAD", &format!("/{UUID}"), (200, ""));
    listening.check("GET", &format!("/ping/{UUID}/fail"), (200, "OK"));
    listening.check("GET", &format!("/ping/{UUID}/255"), (200, "OK"));
    listening.check(
        "GET",
        &format!("/ping/{UUID}/256"),
        (400, "invalid url format"),
    );
    listening.check(
        "GET",
        &format!("/ping/{UUID}?rid=1"),
        (400, "invalid uuid format"),
    );
    listening.check("GET", "/ping/orders", (400, "invalid url format"));
    listening.check("GET", &format!("/ping/{RID}"), (404, "not found"));
    listening.check("PUT", &format!("/ping/{UUID}"), (405, "method not allowed"));
    let long = "x".repeat(150_000) + "the end";
    let post = format!(
        "POST /ping/{UUID}/log HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{long}",
        long.len()
    );
    assert!(listening.ask(&post).ends_with("\r\n\r\nOK"));
    listening.end();
    let heard = heard(&held);
    let kinds: Vec<String> = heard.iter().map(|ping| ping["kind"].to_string()).collect();
    let expected = [
        r#""start""#,
        r#""success""#,
        r#""fail""#,
        r#"{"exit":255}"#,
        r#""log""#,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(heard[0]["rid"], RID);
    assert_eq!(heard[0]["from"], "127.0.0.1");
    // As much as healthchecks.io keeps: what is beyond 100 kB is passed over.
    assert_eq!(heard[4]["excerpt"], "x".repeat(2_000));
}

#[test]
fn what_is_too_large_or_too_often_is_not_kept() {
    let held = held();
    let listening = Listening::begin(&held);
    let head = format!(
        "GET /{UUID} HTTP/1.1\r\nhost: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert!(listening.ask(&head).starts_with("HTTP/1.1 431 "));
    let log = format!("/ping/{UUID}/log");
    for _ in 0..5 {
        listening.check("GET", &log, (200, "OK"));
    }
    listening.check("GET", &log, (200, "OK (rate limited)"));
    listening.check("GET", &format!("/ping/{UUID}/0"), (200, "OK"));
    listening.end();
    assert_eq!(heard(&held).len(), 6);
}

/// Makes a backup with restic, and pings with curl as scripts do: `$1` is the address, `$2` the
/// status that is told.
const JOB: &str = "
set -e
export RESTIC_PASSWORD_FILE=password
test -d repo || restic -q -r repo init
curl -fsS -o first -m 10 --retry 3 \"$1/start?rid=$3\"
restic -q -r repo backup data 2>&1 |
    curl -fsS -o second -m 10 --retry 3 --data-binary @- \"$1/$2?rid=$3\"
";

#[test]
fn a_partial_backup_is_told_as_such() {
    let held = held();
    let listening = Listening::begin(&held);
    let address = format!("http://{}/ping/{UUID}", listening.address);
    let job = |status: &str, rid: &str| {
        let mut job = Command::new("bash");
        let job = job.args(["-c", JOB, "job", &address, status, rid]);
        let job = job
            .current_dir(held.0.path())
            .output()
            .expect("`bash` starts");
        assert!(
            job.status.success(),
            "{}",
            String::from_utf8_lossy(&job.stderr)
        );
    };
    let verify = || {
        let words = [
            "backup", "verify", "orders", "--level", "2", "--format", "json",
        ];
        let output = held.say(&words);
        let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let trials = all[0]["trials"].as_array().expect("a list").iter();
        let mut trials = trials.filter(|it| it["what"] == "the job that made it ended well");
        trials.next().cloned().expect("a trial of the job")
    };
    job("0", RID);
    assert_eq!(verify()["verdict"], "pass");
    job("3", &RID.replace('1', "2"));
    let partial = verify();
    assert_eq!(partial["verdict"], "fail");
    let found = partial["found"].as_str().expect("text");
    assert!(
        found.contains("not all could be read, the backup is partial"),
        "{found}"
    );
    listening.end();
}

#[test]
fn who_states_no_ping_is_told_that_nothing_is_known() {
    let held = held();
    let plan = fs::read_to_string(held.path("plans/t.yaml")).expect("a plan");
    let without = plan.replace(&format!("    ping: {UUID}\n"), "");
    fs::write(held.path("plans/t.yaml"), without).expect("room");
    let output = held.say(&["backup", "listen"]);
    assert!(!output.status.success());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        complaint.contains("find a backup whose job can be heard"),
        "{complaint}"
    );
}
