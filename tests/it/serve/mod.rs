//! `mainstay serve`: what is due is done once, whatever becomes of the daemon, and whoever watches
//! over it is told how it goes.

mod answers;
mod overtaken;
mod feed;
mod waits;
mod wrong;
mod due;
mod messages;
mod moves;
mod over;
mod recalled;
mod years;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_process};
use serde_json::Value;

use crate::held::{Held, pid, until};

/// `mainstay serve` in a workspace.
struct Serving {
    child: Child,
    log: Arc<Mutex<Vec<Value>>>,
    address: String,
}

impl Serving {
    fn begin(held: &Held) -> Self {
        Serving::with(held, &[])
    }

    fn with(held: &Held, environment: &[(&str, &str)]) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0", "--log", "json"];
        let mut command = held.command(&words);
        command.envs(environment.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line = serde_json::from_str(&line).expect("each line is JSON");
                kept.lock().expect("whole").push(line);
            }
        });
        let mut serving = Serving {
            child,
            log,
            address: String::new(),
        };
        let said = serving.said("answers how it goes");
        serving.address = said["address"].as_str().expect("text").to_owned();
        serving
    }

    /// The first line of the log with a message, once it is there.
    #[track_caller]
    fn said(&self, message: &str) -> Value {
        until(message, || {
            let log = self.log.lock().expect("whole");
            log.iter().find(|line| line["message"] == message).cloned()
        })
    }

    /// The status and the body of an answer.
    fn ask(&self, path: &str, header: &str) -> (u16, String) {
        let (status, _, body) = self.asked(path, header);
        (status, body)
    }

    /// The same, with the head between.
    fn asked(&self, path: &str, header: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n{header}\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status");
        let status = status.parse().expect("a number");
        (status, head.to_owned(), body.to_owned())
    }

    /// Waits until a page answers with a status; gives back what it says.
    #[track_caller]
    fn answers(&self, path: &str, status: u16) -> String {
        until(path, || {
            let (answered, body) = self.ask(path, "");
            (answered == status).then_some(body)
        })
    }

    fn end(mut self, signal: Signal) {
        kill_process(pid(&self.child), signal).expect("it is there");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A plan with a drill that has been due since yesterday and runs a line of the shell.
fn due(line: &str) -> String {
    let now = mainstay::clock::now().expect("a clock").wall;
    let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
    format!(
        "drills: [{{id: d, name: D, kind: functional, unattended: true, procedures: [p], \
         schedule: {{zone: UTC, from: {from}, every: P1Y, at: '00:00'}}}}]\n\
         procedures: [{{id: p, name: P, steps: [{{id: a, do: A, run: {{command: {{argv: \
         [sh, -c, \"{line}\"]}}}}, undo: {{run: {{command: {{argv: ['true']}}}}}}}}]}}]\n"
    )
}

/// A line that writes to `log`, and ends once there is a file `go`.
const WAITS: &str = "echo began >> log; until test -e go; do sleep 0.05; done; echo ended >> log";

fn is_settled(held: &Held) -> Option<()> {
    let history = held.told(&["schedule", "history", "--format", "json"]);
    let history: Value = serde_json::from_str(&history).expect("JSON");
    let done = ["done", "late"].map(Value::from);
    done.contains(&history[0]["disposition"]).then_some(())
}

#[test]
fn what_is_due_is_done_and_settled_and_told() {
    let held = Held::of(&due("echo done >> log"));
    let serving = Serving::begin(&held);
    let over = serving.said("is over");
    assert_eq!(
        (&over["work"], &over["status"]),
        (&"drill run d".into(), &0.into())
    );
    // A line can be joined with the run.
    assert_eq!(over["run"], held.run());
    until("it is settled", || is_settled(&held));
    assert_eq!(held.log(), ["done"]);
    until("it is told", || {
        let metrics = serving.answers("/metrics", 200);
        metrics
            .contains("mainstay_drill_last_run_succeeded{drill=\"d\"} 1\n")
            .then_some(())
    });
    assert_eq!(serving.answers("/healthz", 200), "ok\n");
    assert_eq!(serving.answers("/readyz", 200), "ok\n");
    let schedule: Value = serde_json::from_str(&serving.answers("/schedule", 200)).expect("JSON");
    assert_eq!(schedule["next"][0]["drill"], "d");
    assert_eq!(serving.ask("/", "").0, 404);
    let long = format!("x: {}\r\n", "x".repeat(20_000));
    assert_eq!(serving.ask("/healthz", &long).0, 431);
}

#[test]
fn figures_are_as_prometheus_wants_them() {
    let held = Held::of(&due("echo done >> log"));
    let serving = Serving::begin(&held);
    serving.said("is over");
    let (_, metrics) = serving.ask("/metrics", "");
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped());
    promtool.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = promtool
        .spawn()
        .expect("`promtool` starts; `./test` installs it");
    let mut to = promtool.stdin.take().expect("a pipe");
    to.write_all(metrics.as_bytes()).expect("it reads");
    drop(to);
    let output = promtool.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success() && said.is_empty(),
        "{said}\n{metrics}"
    );
    // The time that came, and who was reminded of it.
    let entries = metrics
        .lines()
        .find_map(|line| line.strip_prefix("mainstay_register_entries "));
    let entries: f64 = entries.expect("it is there").parse().expect("a number");
    assert!(entries >= 1.0, "{metrics}");
    for figure in [
        "mainstay_work_begun_total 1",
        "mainstay_work_failed_total 0",
        "mainstay_obligations{disposition=\"overdue\"} 0",
        "mainstay_plans_broken 0",
    ] {
        assert!(
            metrics.contains(&format!("\n{figure}\n")),
            "{figure}: {metrics}"
        );
    }
    // Nobody outside is told anything, so nothing is known of that.
    assert!(!metrics.contains("watchdog"), "{metrics}");
    let open = serving
        .ask("/metrics", "accept: application/openmetrics-text\r\n")
        .1;
    assert!(open.ends_with("\n# EOF\n"), "{open}");
    assert!(
        open.contains("# TYPE mainstay_work_begun counter\n"),
        "{open}"
    );
}

#[test]
fn a_broken_plan_changes_nothing_until_it_is_mended() {
    let held = Held::of(&due(WAITS));
    let plan = held.path("plans/t.yaml");
    let good = fs::read_to_string(&plan).expect("it is there");
    let later = good.replace("every: P1Y", "every: P2Y");
    let serving = Serving::begin(&held);
    serving.answers("/readyz", 200);
    fs::write(&plan, "drills: [{id: d").expect("room");
    let why = serving.answers("/readyz", 503);
    assert!(why.contains("plans/t.yaml"), "{why}");
    assert_eq!(serving.answers("/healthz", 200), "ok\n");
    // What the plan said before counts.
    let schedule = serving.answers("/schedule", 200);
    assert!(schedule.contains("\"drill\": \"d\""), "{schedule}");
    let metrics = serving.answers("/metrics", 200);
    assert!(metrics.contains("\nmainstay_plans_broken 1\n"), "{metrics}");
    fs::write(&plan, later).expect("room");
    serving.answers("/readyz", 200);
    until("the mended plan counts", || {
        let two_years = chrono::TimeDelta::days(2 * 365);
        let next = serving.answers("/schedule", 200);
        let next: Value = serde_json::from_str(&next).expect("JSON");
        let at: chrono::DateTime<chrono::Utc> =
            next["next"][0]["at"].as_str()?.parse().expect("a moment");
        (at > chrono::Utc::now() + two_years - chrono::TimeDelta::days(10)).then_some(())
    });
    fs::write(held.path("go"), "").expect("room");
}

/// Ends a daemon in the middle of a drill; another one takes its place.
fn replaced(signal: Signal) {
    let held = Held::of(&due(WAITS));
    let first = Serving::begin(&held);
    until("it began", || (held.log() == ["began"]).then_some(()));
    let run = held.run();
    assert_eq!(first.said("goes on as a run")["run"], run);
    let asked = Instant::now();
    first.end(signal);
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "{:?}",
        asked.elapsed()
    );
    let second = Serving::begin(&held);
    second.answers("/readyz", 200);
    fs::write(held.path("go"), "").expect("room");
    until("it is settled", || is_settled(&held));
    assert_eq!(held.log(), ["began", "ended"]);
    assert_eq!(held.run(), run);
    // Whatever the second one looked at since, it began nothing.
    let metrics = second.answers("/metrics", 200);
    assert!(
        metrics.contains("\nmainstay_work_begun_total 0\n"),
        "{metrics}"
    );
}

#[test]
fn a_drill_goes_on_when_the_daemon_is_replaced() {
    replaced(Signal::TERM);
}

#[test]
fn a_drill_goes_on_when_the_daemon_is_killed() {
    replaced(Signal::KILL);
}

#[test]
fn of_two_for_one_workspace_only_one_serves() {
    let held = Held::of(&due("echo done >> log"));
    let first = Serving::begin(&held);
    let second = held.say(&["serve"]);
    let complaint = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success());
    assert!(
        complaint.contains("another `mainstay serve` does"),
        "{complaint}"
    );
    until("it is settled", || is_settled(&held));
    first.end(Signal::TERM);
    let third = Serving::begin(&held);
    third.answers("/readyz", 200);
    assert_eq!(held.log(), ["done"]);
}

/// Has every look fail, as on a disk that cannot be written, until it is undone.
struct Unwritable<'h>(&'h Held);

impl<'h> Unwritable<'h> {
    fn new(held: &'h Held) -> Self {
        let lock = held.path(".mainstay/state/duties.lock");
        fs::remove_file(&lock).expect("it is there");
        fs::create_dir(&lock).expect("room");
        let unwritable = Unwritable(held);
        unwritable.look();
        unwritable
    }

    /// Has the daemon look again.
    fn look(&self) {
        let plan = self.0.path("plans/t.yaml");
        let same = fs::read(&plan).expect("it is there");
        fs::write(plan, same).expect("room");
    }

    fn mend(self) {
        let lock = self.0.path(".mainstay/state/duties.lock");
        fs::remove_dir(lock).expect("it is there");
        self.look();
    }
}

#[test]
fn systemd_is_told_by_the_loop_itself() {
    let held = Held::of("drills: []\n");
    let socket = held.path("notify");
    let heard = UnixDatagram::bind(&socket).expect("a socket");
    let socket = socket.to_string_lossy().into_owned();
    let environment = [
        ("NOTIFY_SOCKET", socket.as_str()),
        ("WATCHDOG_USEC", "2000000"),
    ];
    let hears = |within: Duration| {
        heard.set_read_timeout(Some(within)).expect("a time");
        let mut bytes = [0; 4096];
        let count = heard.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
    };
    let waits_for = |start: &str| {
        until(start, || {
            let said = hears(Duration::from_secs(1))?;
            said.starts_with(start).then_some(said)
        })
    };
    let serving = Serving::with(&held, &environment);
    waits_for("READY=1");
    waits_for("STATUS=0 to be done, 0 overdue; 0 at work");
    for _ in 0..3 {
        waits_for("WATCHDOG=1");
    }
    kill_process(pid(&serving.child), Signal::HUP).expect("it is there");
    assert!(waits_for("RELOADING=1").contains("MONOTONIC_USEC="));
    waits_for("READY=1");
    // With the second of these it has looked, too.
    waits_for("WATCHDOG=1");
    waits_for("WATCHDOG=1");
    // A loop that hangs does not say that it lives.
    let lock = fs::File::open(held.path(".mainstay/state/duties.lock")).expect("it is there");
    lock.lock().expect("it is free");
    kill_process(pid(&serving.child), Signal::HUP).expect("it is there");
    waits_for("READY=1");
    while hears(Duration::from_millis(100)).is_some() {}
    assert_eq!(hears(Duration::from_secs(3)), None);
    assert_eq!(serving.answers("/healthz", 200), "ok\n");
    lock.unlock().expect("it was locked");
    waits_for("WATCHDOG=1");
    kill_process(pid(&serving.child), Signal::TERM).expect("it is there");
    waits_for("STOPPING=1");
}

/// A server that knows only the addresses of one check of healthchecks.io.
struct Checks {
    url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

const CHECK: &str = "/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278";

impl Checks {
    fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("a port");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(request) = answer(stream) {
                    kept.lock().expect("whole").push(request);
                }
            }
        });
        let url = format!("http://{address}{CHECK}");
        Checks { url, heard }
    }

    #[track_caller]
    fn hears(&self, start: &str) -> String {
        until(start, || {
            let heard = self.heard.lock().expect("whole");
            heard.iter().find(|it| it.starts_with(start)).cloned()
        })
    }
}

/// Answers one request; gives back its method, its path below the check, and what it sent.
fn answer(stream: TcpStream) -> Option<String> {
    let mut from = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    from.read_line(&mut line).ok()?;
    loop {
        let mut header = String::new();
        from.read_line(&mut header).ok()?;
        let header = header.trim().to_lowercase();
        if let Some(value) = header.strip_prefix("content-length: ") {
            length = value.parse().ok()?;
        }
        if header.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    let (method, rest) = line.split_once(' ')?;
    let path = rest.split(' ').next()?.strip_prefix(CHECK);
    let known = path.filter(|path| ["", "/start", "/fail"].contains(path));
    let status = known.map_or("404 Not Found", |_| "200 OK");
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    from.get_mut().write_all(answer.as_bytes()).ok()?;
    let path = known.unwrap_or("?");
    Some(format!(
        "{method} {path} {}",
        String::from_utf8_lossy(&body)
    ))
}

#[test]
fn a_watchdog_outside_hears_that_all_goes_on_or_why_not() {
    let held = Held::of("drills: []\n");
    let checks = Checks::begin();
    let serving = Serving::with(&held, &[("MAINSTAY_WATCHDOG", &checks.url)]);
    checks.hears("GET /start");
    checks.hears("GET  ");
    let unwritable = Unwritable::new(&held);
    let why = checks.hears("POST /fail");
    assert!(why.contains("duties.lock"), "{why}");
    assert!(serving.answers("/readyz", 503).contains("duties.lock"));
    let before = checks.heard.lock().expect("whole").len();
    unwritable.mend();
    serving.answers("/readyz", 200);
    until("it hears that all is well", || {
        let heard = checks.heard.lock().expect("whole");
        heard[before..]
            .iter()
            .any(|it| it.starts_with("GET  "))
            .then_some(())
    });
    let heard = checks.heard.lock().expect("whole");
    assert!(!heard.iter().any(|it| it.contains('?')), "{heard:?}");
    // Who knows the address can speak in its name.
    let log = format!("{:?}", serving.log.lock().expect("whole"));
    assert!(!log.contains(CHECK), "{log}");
}

#[test]
fn a_watchdog_that_cannot_be_told_is_told_of_once() {
    let held = Held::of("drills: []\n");
    let nobody = format!("http://127.0.0.1:{}{CHECK}", crate::support::free_port());
    let serving = Serving::with(&held, &[("MAINSTAY_WATCHDOG", &nobody)]);
    let said = serving.said("cannot tell the watchdog; tries again each minute");
    assert_eq!(said["level"], "WARN");
    until("it is a figure", || {
        let metrics = serving.answers("/metrics", 200);
        metrics
            .contains("\nmainstay_watchdog_failed 1\n")
            .then_some(())
    });
    assert_eq!(serving.answers("/readyz", 200), "ok\n");
    // By now it was tried twice: as it began, and after the first look.
    std::thread::sleep(Duration::from_secs(3));
    let log = serving.log.lock().expect("whole");
    let count = log.iter().filter(|it| **it == said).count();
    assert_eq!(count, 1);
    assert!(!format!("{log:?}").contains(CHECK), "{log:?}");
}

#[test]
fn the_unit_is_understood_and_confined() {
    let unit = crate::support::root().join("packaging/mainstay.service");
    let mut analyze = Command::new("systemd-analyze");
    analyze.args(["security", "--offline=true", "--threshold=20", "--no-pager"]);
    let output = analyze.arg(&unit).output();
    let output = output.expect("`systemd-analyze` starts; `./test` installs it");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    // The exposure is more than 2.0 of 10 where it fails.
    assert!(output.status.success(), "{said}{complaints}");
    assert!(said.contains("Overall exposure level"), "{said}");
    // What it does not know it passes over, and says so.
    assert!(!complaints.contains("Unknown"), "{complaints}");
}
