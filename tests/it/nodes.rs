//! Several nodes share one database: what is due is done once, whichever of them dies, stands still
//! or is cut off.
//!
//! Leases are waited for as long as they last, so these tests take minutes.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mainstay::app::wait_for;
use mainstay::journal::verify;
use mainstay::store::{Late, Store};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::held::{Held, kill_shims, pid, suspend, until_within, wake};
use crate::store::server::Server;
use crate::store::silent::Between;

/// How long it may take until all leases of a node that is gone are over, and others have acted.
const PATIENCE: Duration = Duration::from_secs(240);

#[track_caller]
fn until<T>(what: &str, there: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, there)
}

/// A database, and a folder in which every node does its work.
struct Shared {
    server: Server,
    database: String,
    folder: tempfile::TempDir,
}

impl Shared {
    fn new() -> Self {
        let server = Server::start();
        Shared {
            database: server.database(),
            server,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn url(&self) -> String {
        self.server.url(&self.database)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn go(&self) {
        fs::write(self.path("go"), "").expect("room");
    }

    /// What the steps have written, in their order.
    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    fn sorted(&self) -> Vec<String> {
        let mut log = self.log();
        log.sort();
        log
    }

    fn node(&self, name: &str, plan: &str) -> Node {
        Node::begin(name, plan, &self.url())
    }

    /// Every step of every run holds together; gives back what came too late.
    fn late(&self) -> Vec<Late> {
        let place = self.server.place(&self.database);
        let work = async {
            let mut store = Store::read(&place).await?;
            for run in store.runs().await? {
                verify(&store.entries(&run.id).await?).expect("it holds");
            }
            store.late().await
        };
        wait_for(work).expect("it holds")
    }

    /// A drill with these steps, which has been due since yesterday.
    fn due(&self, name: &str, steps: &[String]) -> (String, String) {
        let now = mainstay::clock::now().expect("a clock").wall;
        let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
        let drill = format!(
            "  - {{id: {name}, name: {name}, kind: functional, unattended: true, \
             procedures: [p-{name}], \
             schedule: {{zone: UTC, from: {from}, every: P1Y, at: '00:00'}}}}\n"
        );
        let steps = steps.join(", ");
        let procedure = format!("  - {{id: p-{name}, name: {name}, steps: [{steps}]}}\n");
        (drill, procedure)
    }

    /// A step that writes its name to the log, and then does something more.
    fn step(&self, name: &str, then: &str, more: &str) -> String {
        let folder = self.folder.path().display();
        format!(
            "{{id: {name}, do: Write, {more} run: {{command: {{argv: [sh, -c, \
             \"cd {folder}; echo {name} >> log; {then}\"]}}}}, undo: {{none: a log}}}}"
        )
    }

    /// A probe that says whether a step has written its name.
    fn probe(&self, name: &str) -> String {
        let log = self.path("log");
        let argv = format!("[grep, -qx, {name}, {}]", log.display());
        format!("verify: {{command: {{argv: {argv}}}}},")
    }
}

const WAITS: &str = "until test -e go; do sleep 0.05; done";

fn plan(drills: &[(String, String)]) -> String {
    let (drills, procedures): (Vec<_>, Vec<_>) = drills.iter().cloned().unzip();
    format!(
        "drills:\n{}procedures:\n{}",
        drills.concat(),
        procedures.concat()
    )
}

/// `mainstay serve` on a machine with a folder of its own.
struct Node {
    held: Held,
    url: String,
    child: Child,
    log: Arc<Mutex<Vec<Value>>>,
}

impl Node {
    fn begin(name: &str, plan: &str, url: &str) -> Self {
        let held = Held::of(plan);
        let mut command = held.command(&["serve", "--node", name, "--log", "json"]);
        command.env("MAINSTAY_STORE", url).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("each line is JSON");
                kept.lock().expect("whole").push(line);
            }
        });
        Node {
            held,
            url: url.to_owned(),
            child,
            log,
        }
    }

    /// The lines of its log with a message.
    fn said(&self, message: &str) -> Vec<Value> {
        let log = self.log.lock().expect("whole");
        let lines = log.iter().filter(|line| line["message"] == message);
        lines.cloned().collect()
    }

    /// What a command says in its folder.
    fn told(&self, words: &[&str]) -> Value {
        let mut command = self.held.command(words);
        command.args(["--format", "json"]);
        let output = command.env("MAINSTAY_STORE", &self.url).output();
        serde_json::from_slice(&output.expect("it starts").stdout).unwrap_or_default()
    }

    /// The id of the only run of a drill.
    fn run(&self, drill: &str) -> Option<String> {
        let listed = self.told(&["drill", "list"]);
        let runs = listed["runs"].as_array()?;
        let mut own = runs.iter().filter(|run| run["drill"] == drill);
        let id = own.next()?["id"].as_str()?.to_owned();
        assert!(own.next().is_none(), "{runs:?}");
        Some(id)
    }

    /// How many times are in the register, once all of them are settled.
    fn settled(&self, count: usize) -> Option<()> {
        let history = self.told(&["schedule", "history"]);
        let history = history.as_array()?;
        let done = ["done", "late"].map(Value::from);
        let done = history
            .iter()
            .filter(|it| done.contains(&it["disposition"]));
        (done.count() == count && history.len() == count).then_some(())
    }

    /// The states of the steps of a run.
    fn states(&self, run: &str) -> Vec<String> {
        let report = self.told(&["drill", "report", run]);
        let steps = report["steps"].as_array().cloned().unwrap_or_default();
        let states = steps.iter().filter_map(|step| step["state"].as_str());
        states.map(str::to_owned).collect()
    }

    /// The processes that work in its folder beside the daemon.
    fn workers(&self) -> Vec<Pid> {
        workers(self.held.0.path())
    }

    /// It is told to end; whether it does so without a complaint.
    fn ends(&mut self) -> bool {
        kill_process(pid(&self.child), Signal::TERM).expect("it runs");
        self.child.wait().expect("it is ours").success()
    }

    /// The machine loses its power.
    fn dies(mut self, runs: &[String]) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is ours");
        for worker in self.workers() {
            let _ = kill_process(worker, Signal::KILL);
        }
        for run in runs {
            kill_shims(&self.held, run);
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        for worker in self.workers() {
            let _ = kill_process(worker, Signal::KILL);
        }
    }
}

/// The processes that carry out drills of a workspace.
fn workers(root: &Path) -> Vec<Pid> {
    let root = root.as_os_str().as_encoded_bytes();
    let processes = fs::read_dir("/proc").expect("Linux").flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let works = |number: &i32| {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        words.get(1) == Some(&b"drill".as_slice()) && words.contains(&root)
    };
    numbers.filter(works).filter_map(Pid::from_raw).collect()
}

#[test]
fn what_is_due_at_once_is_done_once_by_three() {
    let shared = Shared::new();
    let names: Vec<String> = (10..40).map(|number| format!("d{number}")).collect();
    let drills = names.iter().map(|name| {
        let step = shared.step(name, "true", "");
        shared.due(name, &[step])
    });
    let plan = plan(&drills.collect::<Vec<_>>());
    let nodes = ["one", "two", "three"].map(|name| shared.node(name, &plan));
    until("all are settled", || nodes[0].settled(names.len()));
    assert_eq!(shared.sorted(), names, "each was done once");
    let history = nodes[1].told(&["schedule", "history"]);
    let history = history.as_array().expect("a list").iter();
    let subjects: BTreeSet<String> = history.map(|it| it["of"].to_string()).collect();
    assert_eq!(subjects.len(), names.len(), "{subjects:?}");
    let begun = nodes.each_ref().map(|node| node.said("begins").len());
    let undone = nodes.each_ref().map(|node| node.said("could not be done"));
    println!("begun by each: {begun:?}, in vain: {undone:?}");
    assert_eq!(begun.iter().sum::<usize>(), names.len(), "{begun:?}");
    assert!(begun.iter().filter(|count| **count > 0).count() > 1);
    assert_eq!(shared.late(), []);
    for mut node in nodes {
        assert!(node.ends());
    }
}

#[test]
fn another_node_goes_on_with_what_a_dead_one_had_in_hand() {
    let shared = Shared::new();
    let steps = [
        ("again", "on-crash: retry,".to_owned()),
        ("asked", "on-crash: ask,".to_owned()),
        ("probed", shared.probe("probed")),
    ];
    let drills = steps.each_ref().map(|(name, more)| {
        let after = shared.step(&format!("after-{name}"), "true", "");
        shared.due(name, &[shared.step(name, WAITS, more), after])
    });
    let plan = plan(&drills);
    let first = shared.node("one", &plan);
    until("all have begun", || {
        (shared.sorted() == ["again", "asked", "probed"]).then_some(())
    });
    let others = ["two", "three"].map(|name| shared.node(name, &plan));
    let runs = steps
        .each_ref()
        .map(|(name, _)| until(name, || first.run(name)));
    first.dies(&runs);
    shared.go();
    let report = |run: &str| others[0].told(&["drill", "report", run]);
    for run in [&runs[0], &runs[2]] {
        let succeeded = || (report(run)["succeeded"] == true).then_some(());
        until("what somebody can know goes on", succeeded);
    }
    until("what nobody knows is asked", || {
        let states = others[0].states(&runs[1]);
        states.first().filter(|it| *it == "in doubt").map(drop)
    });
    assert_eq!(
        shared.sorted(),
        [
            "after-again",
            "after-probed",
            "again",
            "again",
            "asked",
            "probed"
        ]
    );
    let report = others[1].told(&["drill", "report", &runs[1]]).to_string();
    assert!(report.contains("another machine had it"), "{report}");
    shared.late();
}

#[test]
fn who_stood_still_for_too_long_changes_nothing_and_is_kept_as_late() {
    let shared = Shared::new();
    let steps = [
        shared.step("a", WAITS, "on-crash: retry,"),
        shared.step("b", "true", ""),
    ];
    let plan = plan(&[shared.due("d", &steps)]);
    let first = shared.node("one", &plan);
    until("it has begun", || (shared.log() == ["a"]).then_some(()));
    let run = until("it is named", || first.run("d"));
    let [process] = first.workers()[..] else {
        panic!("one process carries it out")
    };
    suspend(process);
    let second = shared.node("two", &plan);
    // It ends while nobody hears it.
    shared.go();
    until("the other one has done it", || {
        (second.told(&["drill", "report", &run])["succeeded"] == true).then_some(())
    });
    assert_eq!(shared.late(), []);
    wake(process);
    let said = until("it says why it ended", || {
        first.said("could not be done").pop()
    });
    let why = said["said"].as_str().expect("text");
    assert!(why.contains("has taken the run over"), "{why}");
    assert_eq!(shared.log(), ["a", "a", "b"]);
    let late = shared.late();
    let about = format!("of run `{run}`");
    assert!(!late.is_empty() && late.iter().all(|it| it.what.ends_with(&about)));
    let ended = late.iter().any(|it| it.text.contains("step-finished"));
    assert!(ended, "{late:?}");
    let report = second.told(&["drill", "report", &run]);
    assert_eq!(report["succeeded"], true);
}

#[test]
fn a_database_that_is_restarted_loses_nothing_and_all_goes_on() {
    let shared = Shared::new();
    let names: Vec<String> = (10..18).map(|number| format!("d{number}")).collect();
    let step = |name: String| shared.step(&name, "sleep 0.4", &shared.probe(&name));
    let steps = |name: &String| ["a", "b", "c"].map(|step| format!("{name}-{step}"));
    let drills = names
        .iter()
        .map(|name| shared.due(name, &steps(name).map(step)));
    let plan = plan(&drills.collect::<Vec<_>>());
    let nodes = ["one", "two", "three"].map(|name| shared.node(name, &plan));
    for count in [1, 4, 9] {
        until("some were done", || {
            (shared.log().len() >= count).then_some(())
        });
        shared.server.restart();
    }
    until("all are settled", || nodes[0].settled(names.len()));
    let all: Vec<String> = names.iter().flat_map(steps).collect();
    assert_eq!(shared.sorted(), all, "each was done once");
    shared.late();
}

/// Stands between a node and the database, and can be cut.
struct Line {
    port: u16,
    is_cut: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Line {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let (is_cut, streams) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let line = Line {
            port,
            is_cut: Arc::clone(&is_cut),
            streams: Arc::clone(&streams),
        };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if is_cut.load(Ordering::Relaxed) {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", server)).expect("it listens");
                let copy = |stream: &TcpStream| stream.try_clone().expect("a copy");
                let pairs = [
                    (copy(&client), copy(&server)),
                    (copy(&server), copy(&client)),
                ];
                streams.lock().expect("whole").extend([client, server]);
                for (mut from, mut to) in pairs {
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        line
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
        for stream in self.streams.lock().expect("whole").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::Relaxed);
    }
}

#[test]
fn who_is_cut_off_begins_nothing_says_so_and_goes_on_afterwards() {
    let shared = Shared::new();
    let line = Line::to(shared.server.port());
    let url = shared.server.url_at(line.port, &shared.database);
    let node = Node::begin("one", "drills: []\n", &url);
    until("it has looked", || node.settled(0));
    line.cut();
    let plan = plan(&[shared.due("d", &[shared.step("a", "true", "")])]);
    let plan = format!("team: {{id: t, name: T}}\n{plan}");
    fs::write(node.held.path("plans/t.yaml"), plan).expect("room");
    let said = until("it says so", || node.said("could not go on").pop());
    assert_eq!(said["level"], "ERROR");
    let why = said["error"].as_str().expect("text");
    assert!(why.contains("the journals in `postgres://"), "{why}");
    assert_eq!(node.said("begins"), [Value::Null; 0]);
    assert_eq!(shared.log(), [""; 0]);
    line.mend();
    until("it goes on", || node.settled(1));
    assert_eq!(shared.log(), ["a"]);
    assert_eq!(node.said("begins").len(), 1);
}

#[test]
fn who_hears_nothing_any_more_says_so_and_goes_on_afterwards() {
    let shared = Shared::new();
    let between = Between::to(shared.server.port());
    let url = shared.server.url_at(between.port, &shared.database);
    let node = Node::begin("one", "drills: []\n", &url);
    until("it has looked", || node.settled(0));
    between.fall_silent();
    let plan = plan(&[shared.due("d", &[shared.step("a", "true", "")])]);
    let plan = format!("team: {{id: t, name: T}}\n{plan}");
    fs::write(node.held.path("plans/t.yaml"), plan).expect("room");
    until("it says so", || node.said("could not go on").pop());
    assert_eq!(node.said("begins"), [Value::Null; 0]);
    between.mend();
    until("it goes on", || node.settled(1));
    assert_eq!(shared.log(), ["a"]);
}

/// Has the database take its time for each entry of the register.
const SLOW: &str = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$; \
    CREATE TRIGGER slow BEFORE INSERT ON duty FOR EACH ROW EXECUTE FUNCTION slow()";

#[test]
fn a_node_that_stands_still_in_the_middle_of_a_look_stops_no_other() {
    let shared = Shared::new();
    let first = shared.node("one", "drills: []\n");
    until("it has looked", || first.settled(0));
    // What it writes to has been made by whoever came first.
    let slow = || shared.server.told(&shared.database, SLOW);
    until("it is slow", slow);
    let plan = plan(&[shared.due("d", &[shared.step("a", "true", "")])]);
    let text = format!("team: {{id: t, name: T}}\n{plan}");
    fs::write(first.held.path("plans/t.yaml"), text).expect("room");
    let writes = "select 1 from pg_stat_activity where wait_event = 'PgSleep'";
    until("it writes to the register", || {
        let writes = shared.server.told(&shared.database, writes);
        writes.filter(|it| it == "1")
    });
    suspend(pid(&first.child));
    let second = shared.node("two", &plan);
    until("the other one does it", || second.settled(1));
    assert_eq!(shared.log(), ["a"]);
    wake(pid(&first.child));
    let said = until("it says that it was too late", || {
        first.said("could not go on").pop()
    });
    assert_eq!(said["level"], "ERROR");
    until("it goes on", || first.settled(1));
    assert_eq!(shared.log(), ["a"]);
}
