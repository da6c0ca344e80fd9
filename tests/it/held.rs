//! A workspace with a drill that is held by real processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use mainstay::steps::hold;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

/// How long anything in these tests may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A workspace with one drill, `d`, of one procedure, `p`.
pub struct Held(pub tempfile::TempDir);

impl Held {
    /// Steps are lines of YAML such as `{id: a, do: A, run: …}`.
    pub fn new(steps: &[&str]) -> Self {
        let mut plan = String::from(
            "drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
             procedures:\n  - id: p\n    name: P\n    steps:\n",
        );
        for step in steps {
            plan += &format!("      - {step}\n");
        }
        Held::of(&plan)
    }

    /// A plan with a drill `d`.
    pub fn of(plan: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(
            folder.path().join("mainstay.yaml"),
            "organization: {name: Example, incidents: {criteria: [Real data is lost]}}\n",
        )
        .expect("room");
        fs::create_dir(folder.path().join("plans")).expect("room");
        let plan = format!("team: {{id: t, name: T}}\n{plan}");
        fs::write(folder.path().join("plans/t.yaml"), plan).expect("room");
        Held(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Puts a database of SQLite with empty tables into the workspace: that of a journal.
    pub fn add_database(&self, name: &str) {
        let made = tempfile::tempdir().expect("a folder");
        mainstay::app::wait_for(async {
            let durability = mainstay::store::Durability::default();
            let store = mainstay::store::Store::open(
                &mainstay::store::Place::Folder(made.path().into()),
                durability,
            )
            .await?;
            store.close().await
        })
        .expect("a database");
        fs::copy(made.path().join("journal.db"), self.path(name)).expect("room");
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command
            .args(words)
            .current_dir(self.0.path())
            .env_remove("MAINSTAY_BY");
        command.stdin(Stdio::null());
        command
    }

    pub fn say(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the command runs")
    }

    /// What a command prints, which must succeed.
    #[track_caller]
    pub fn told(&self, words: &[&str]) -> String {
        let output = self.say(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {errors}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    pub fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the command runs")
    }

    /// The only run there is.
    pub fn run(&self) -> String {
        until("a run is there", || {
            let listed = self.told(&["drill", "list", "--format", "json"]);
            let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
            listed["runs"][0]["id"].as_str().map(str::to_owned)
        })
    }

    pub fn report(&self, run: &str) -> serde_json::Value {
        let output = self.say(&["drill", "report", run, "--format", "json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// What each step has come to, as `a: done`.
    pub fn states(&self, run: &str) -> Vec<String> {
        let report = self.report(run);
        let steps = report["steps"].as_array().expect("a list").iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        steps
            .map(|step| format!("{}: {}", &text(&step["step"])[2..], text(&step["state"])))
            .collect()
    }

    /// Does to the journals what only somebody does who edits the file.
    pub fn tamper(&self, statement: &'static str) {
        let file = self.path(".mainstay/state/journal.db");
        let work = async {
            let options = SqliteConnectOptions::new().filename(file);
            let mut connection = SqliteConnection::connect_with(&options)
                .await
                .expect("it opens");
            let forbidden = "DROP TRIGGER IF EXISTS event_is_never_changed; \
                             DROP TRIGGER IF EXISTS event_is_never_removed;";
            for statement in [forbidden, statement] {
                let done = sqlx::raw_sql(statement).execute(&mut connection).await;
                done.expect("it can be done");
            }
            connection.close().await.expect("it closes");
            Ok(())
        };
        mainstay::app::wait_for(work).expect("a runtime");
    }

    /// The lines that the steps have written to `log`.
    pub fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

/// Waits until something is there.
#[track_caller]
pub fn until<T>(what: &str, there: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, what, there)
}

/// Waits until something is there, but no longer than so long.
#[track_caller]
pub fn until_within<T>(patience: Duration, what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience;
    loop {
        if let Some(there) = there() {
            return there;
        }
        assert!(Instant::now() < end, "{what}: not after {patience:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The number of a process of ours.
pub fn pid(child: &Child) -> Pid {
    let number = i32::try_from(child.id()).expect("a number");
    Pid::from_raw(number).expect("not zero")
}

/// Stops a process as a machine does that is suspended, and waits until it stands still.
pub fn suspend(process: Pid) {
    kill_process(process, Signal::STOP).expect("it runs");
    let stat = format!("/proc/{}/stat", process.as_raw_nonzero());
    until("it stands still", || {
        let stat = fs::read_to_string(&stat).expect("it is there");
        stat.contains(") T ").then_some(())
    });
}

/// Lets a process go on that was suspended.
pub fn wake(process: Pid) {
    kill_process(process, Signal::CONT).expect("it is there");
}

/// The files in a folder and what is in them.
pub fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            all.append(&mut contents(&path));
        } else {
            all.push((path.clone(), fs::read(&path).expect("readable")));
        }
    }
    all.sort();
    all
}

/// Kills a process as the kernel does when there is no memory left.
pub fn kill(mut child: Child) {
    child.kill().expect("it runs");
    child.wait().expect("it is ours");
}

/// The folders of the attempts at commands of a run that have begun.
pub fn begun(held: &Held, run: &str) -> Vec<PathBuf> {
    let attempts = fs::read_dir(held.path(".mainstay/state/runs").join(run))
        .into_iter()
        .flatten();
    let attempts = attempts.map(|entry| entry.expect("readable").path());
    attempts
        .filter(|path| hold::group(path).is_some())
        .collect()
}

/// Kills the shims of a run and what they hold, as a machine does that loses its power.
pub fn kill_shims(held: &Held, run: &str) {
    kill_only_shims(held, run);
    kill_commands(held, run);
}

/// Kills only what holds on to the commands; those go on.
pub fn kill_only_shims(held: &Held, run: &str) {
    let folder = held.path(".mainstay/state/runs").join(run);
    for shim in shims_of(&folder) {
        let _ = kill_process(shim, Signal::KILL);
        until("the shim is gone", || lives(shim).is_none().then_some(()));
    }
}

/// Kills all commands that still run.
fn kill_commands(held: &Held, run: &str) {
    for attempt in begun(held, run) {
        if hold::end(&attempt).is_none() {
            let _ = kill_process_group(group_of(&attempt), Signal::KILL);
        }
    }
}

/// The process group of the command of an attempt, which has begun.
pub fn group_of(attempt: &Path) -> Pid {
    let group = hold::group(attempt).and_then(|group| Pid::from_raw(group.try_into().ok()?));
    group.expect("it has begun")
}

/// The state of a process; `None` when it is gone, or dead and only nobody has taken note.
pub fn lives(process: Pid) -> Option<()> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    (!stat.contains(") Z ")).then_some(())
}

/// The processes that hold on to the commands of a run, by its folder.
pub fn shims_of(run: &Path) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").expect("Linux").flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let holds = |number: &i32| {
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0).skip(1);
        words.next() == Some(b"shim")
            && words
                .next()
                .is_some_and(|word| word.ends_with(run.as_os_str().as_encoded_bytes()))
    };
    numbers.filter(holds).filter_map(Pid::from_raw).collect()
}

const APPEND: &str = "run: {command: {argv: [sh, -c, \"echo NAME >> log\"]}}, undo: {none: a log}";

/// A step that writes its name to `log` and takes some seconds.
pub fn slow(name: &str, seconds: &str) -> String {
    format!(
        "{{id: {name}, do: Write, run: {{command: {{argv: [sh, -c, \
         \"echo {name} >> log; sleep {seconds}\"]}}}}, undo: {{none: a log}}}}"
    )
}

pub fn quick(name: &str) -> String {
    format!(
        "{{id: {name}, do: Write, {}}}",
        APPEND.replace("NAME", name)
    )
}
