//! Drills as they are typed: real processes, real commands, and engines that are killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How long anything in these tests may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A workspace with one drill, `d`, of one procedure, `p`.
struct Held(tempfile::TempDir);

impl Held {
    /// Steps are lines of YAML such as `{id: a, do: A, run: …}`.
    fn new(steps: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(
            folder.path().join("mainstay.yaml"),
            "organization: {name: Example}\n",
        )
        .expect("room");
        fs::create_dir(folder.path().join("plans")).expect("room");
        let mut plan = String::from(
            "team: {id: t, name: T}\n\
             drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
             procedures:\n  - id: p\n    name: P\n    steps:\n",
        );
        for step in steps {
            plan += &format!("      - {step}\n");
        }
        fs::write(folder.path().join("plans/t.yaml"), plan).expect("room");
        Held(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command
            .args(words)
            .current_dir(self.0.path())
            .env_remove("MAINSTAY_BY");
        command.stdin(Stdio::null());
        command
    }

    fn say(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the command runs")
    }

    /// What a command prints, which must succeed.
    #[track_caller]
    fn told(&self, words: &[&str]) -> String {
        let output = self.say(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {errors}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the command runs")
    }

    /// The only run there is.
    fn run(&self) -> String {
        until("a run is there", || {
            let listed = self.told(&["drill", "list", "--format", "json"]);
            let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
            listed["runs"][0]["id"].as_str().map(str::to_owned)
        })
    }

    fn report(&self, run: &str) -> serde_json::Value {
        let output = self.say(&["drill", "report", run, "--format", "json"]);
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// What each step has come to, as `a: done`.
    fn states(&self, run: &str) -> Vec<String> {
        let report = self.report(run);
        let steps = report["steps"].as_array().expect("a list").iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        steps
            .map(|step| format!("{}: {}", &text(&step["step"])[2..], text(&step["state"])))
            .collect()
    }

    /// The lines that the steps have written to `log`.
    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }
}

/// Waits until something is there.
#[track_caller]
fn until<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(there) = there() {
            return there;
        }
        assert!(Instant::now() < end, "{what}: not after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Kills a process as the kernel does when there is no memory left.
fn kill(mut child: Child) {
    child.kill().expect("it runs");
    child.wait().expect("it is ours");
}

/// The file in which a shim says which process group its command has, in these attempts' folders.
fn begun(held: &Held, run: &str) -> Vec<PathBuf> {
    let attempts = fs::read_dir(held.path(".mainstay/state/runs").join(run))
        .into_iter()
        .flatten();
    let attempts = attempts.map(|entry| entry.expect("readable").path());
    attempts
        .filter(|path| path.join("begun").exists())
        .collect()
}

/// Kills the shims of a run and what they hold, as a machine does that loses its power.
fn kill_shims(held: &Held, run: &str) {
    let folder = held.path(".mainstay/state/runs").join(run);
    for shim in shims_of(&folder) {
        let _ = kill_process(shim, Signal::KILL);
        until("the shim is gone", || lives(shim).is_none().then_some(()));
    }
    for attempt in begun(held, run) {
        let group = fs::read_to_string(attempt.join("begun")).unwrap_or_default();
        let group = group.parse().ok().and_then(Pid::from_raw);
        if let Some(group) = group.filter(|_| !attempt.join("end").exists()) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// The state of a process; `None` when it is gone, or dead and only nobody has taken note.
fn lives(process: Pid) -> Option<()> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    (!stat.contains(") Z ")).then_some(())
}

/// The processes that hold on to the commands of a run, by its folder.
fn shims_of(run: &Path) -> Vec<Pid> {
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
fn slow(name: &str, seconds: &str) -> String {
    format!(
        "{{id: {name}, do: Write, run: {{command: {{argv: [sh, -c, \
         \"echo {name} >> log; sleep {seconds}\"]}}}}, undo: {{none: a log}}}}"
    )
}

fn quick(name: &str) -> String {
    format!(
        "{{id: {name}, do: Write, {}}}",
        APPEND.replace("NAME", name)
    )
}

#[test]
fn a_drill_runs_its_commands_and_its_people_and_reports_them() {
    let held = Held::new(&["{id: tell, do: Tell everybody}", &quick("a")]);
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    assert_eq!(held.states(&run), ["tell: runs", "a: waits for others"]);
    let output = held.say(&["step", "done", &run, "p/tell"]);
    assert_eq!(output.status.code(), Some(2), "nobody said who they are");
    let output = held.say(&["step", "done", &run, "p/a", "--by", "ada"]);
    assert_eq!(output.status.code(), Some(6), "that is the engine's to say");
    held.told(&["step", "done", &run, "p/tell", "--by", "ada"]);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(held.states(&run), ["tell: done", "a: done"]);
    assert_eq!(held.log(), ["a"]);
    let report = held.report(&run);
    assert_eq!(report["succeeded"], true);
    assert_eq!(report["plans"].as_str().map(str::len), Some(64));
}

#[test]
fn a_command_outlives_its_engine_and_is_not_run_again() {
    let held = Held::new(&[&slow("a", "1"), &quick("b")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    kill(drill);
    let run = held.run();
    held.told(&["drill", "resume", &run]);
    assert_eq!(held.log(), ["a", "b"]);
    assert_eq!(held.states(&run), ["a: done", "b: done"]);
}

#[test]
fn what_ended_while_no_engine_looked_took_as_long_as_it_did() {
    let held = Held::new(&[&slow("a", "0.2")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    kill(drill);
    let run = held.run();
    let folder = held
        .path(".mainstay/state/runs")
        .join(&run)
        .join("step-1-1");
    until("the command has ended", || {
        folder.join("end").exists().then_some(())
    });
    let end: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.join("end")).expect("there")).expect("JSON");
    held.told(&["drill", "resume", &run]);
    let events = held.say(&["drill", "report", &run, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&events.stdout).expect("JSON");
    let took = report["steps"][0]["took-ms"].as_u64().expect("it ended");
    let ended = end["at"]["boot-micros"].as_u64().expect("a moment") / 1_000;
    let began = ended - took;
    assert!(took >= 200 && began > 0, "{took} ms");
    // Whoever resumes later makes it no longer.
    let now = mainstay::clock::now().expect("a clock").boot_micros / 1_000;
    assert!(began + took <= now);
}

#[test]
fn a_step_that_is_lost_with_the_machine_is_in_doubt_until_somebody_decides() {
    let held = Held::new(&[&slow("a", "30"), &quick("b")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    kill(drill);
    let run = held.run();
    kill_shims(&held, &run);
    let mut drill = held.start(&["drill", "resume", &run]);
    until("it is in doubt", || {
        (held.states(&run)[0] == "a: in doubt").then_some(())
    });
    held.told(&[
        "drill",
        "resolve",
        &run,
        "p/a",
        "--as",
        "happened",
        "--why",
        "it is in the log",
        "--by",
        "ada",
    ]);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(held.log(), ["a", "b"], "nothing was run again");
    let report = held.report(&run);
    let decided = report["decisions"][0].as_str().expect("a decision");
    assert!(
        decided.contains("taken for done by ada: it is in the log"),
        "{decided}"
    );
}

#[test]
fn a_step_whose_shim_is_lost_is_in_doubt_and_not_tried_again() {
    let step = slow("a", "30").replace("undo:", "retry: {times: 3}, undo:");
    let held = Held::new(&[&step, &quick("b")]);
    let mut drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    let run = held.run();
    kill_shims(&held, &run);
    until("it is in doubt", || {
        (held.states(&run)[0] == "a: in doubt").then_some(())
    });
    held.told(&[
        "drill",
        "resolve",
        &run,
        "p/a",
        "--as",
        "happened",
        "--why",
        "it is in the log",
        "--by",
        "ada",
    ]);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(held.log(), ["a", "b"], "a new shim has run the second");
}

#[test]
fn a_probe_decides_about_a_step_that_is_lost() {
    let probe = "verify: {command: {argv: [grep, -q, a, log]}}";
    let step = slow("a", "30").replace("undo:", &format!("{probe}, undo:"));
    let held = Held::new(&[&step, &quick("b")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    kill(drill);
    let run = held.run();
    kill_shims(&held, &run);
    held.told(&["drill", "resume", &run]);
    assert_eq!(held.log(), ["a", "b"]);
}

#[test]
fn stopping_ends_a_command_that_will_not_and_takes_back_what_began() {
    let stubborn = "{id: b, do: Stay, run: {command: {argv: [sh, -c, \
        \"trap '' TERM; echo b >> log; while :; do sleep 1; done\"]}}, \
        undo: {run: {command: {argv: [sh, -c, \"echo undo-b >> log\"]}}}}";
    let a = quick("a").replace(
        "{none: a log}",
        "{run: {command: {argv: [sh, -c, \"echo undo-a >> log\"]}}}",
    );
    let held = Held::new(&[&a, stubborn, &quick("c")]);
    let mut drill = held.start(&["drill", "run", "d"]);
    until("it stays", || (held.log() == ["a", "b"]).then_some(()));
    let run = held.run();
    held.told(&["drill", "stop", &run, "--why", "enough", "--by", "ada"]);
    assert_eq!(drill.wait().expect("it ends").code(), Some(1));
    assert_eq!(held.log(), ["a", "b", "undo-b", "undo-a"]);
    assert_eq!(held.report(&run)["state"], "was stopped");
    let begun = held
        .path(".mainstay/state/runs")
        .join(&run)
        .join("step-2-1/begun");
    let group = fs::read_to_string(begun)
        .expect("it began")
        .parse()
        .expect("a number");
    assert!(
        !mainstay::steps::shim::group_lives(group),
        "nothing is left of it"
    );
}

#[test]
fn a_secret_is_in_nothing_that_is_kept() {
    let step = "{id: a, do: Tell, run: {command: {argv: [sh, -c, \
        \"printf 'one %s' ${CANARY%??????}; sleep 0.1; printf '%s two\\n' ${CANARY#??????}; \
        echo $CANARY >&2; exit 1\"], environment: [CANARY]}}, undo: {none: only words}}";
    let held = Held::new(&[step]);
    let canary = "xyzzy-secret";
    let mut command = held.command(&["drill", "run", "d"]);
    let output = command.env("CANARY", canary).output().expect("it runs");
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shown.contains("| one [hidden] two"), "{shown}");
    let mut folders = vec![held.path(".mainstay/state")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let kept = fs::read(&path).expect("readable");
            let found = kept
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{} holds the secret", path.display());
            files += 1;
        }
    }
    assert!(
        files >= 5,
        "the journal and what the shim leaves were looked at"
    );
}

#[test]
fn more_output_than_is_kept_is_counted_and_stops_nothing() {
    let step = "{id: a, do: Shout, run: {command: {argv: [sh, -c, \
        \"head -c 104857600 /dev/zero | tr '\\\\0' x; echo; echo over\"]}}, undo: {none: noise}}";
    let held = Held::new(&[step]);
    let shown = held.told(&["drill", "run", "d"]);
    let not_kept = 104_857_600 + 6 - mainstay::steps::shim::OUTPUT_MAX;
    assert!(
        shown.contains(&format!("{not_kept} bytes more of its output")),
        "{shown}"
    );
}

#[test]
fn a_process_that_a_command_leaves_behind_is_told_and_holds_nothing_up() {
    let step = "{id: a, do: Leave, run: {command: {argv: [sh, -c, \"sleep 300 & echo left\"]}}, \
        undo: {none: it ends}}";
    let held = Held::new(&[step]);
    let shown = held.told(&["drill", "run", "d"]);
    assert!(shown.contains("it left processes behind"), "{shown}");
    let run = held.run();
    let group = held
        .path(".mainstay/state/runs")
        .join(&run)
        .join("step-1-1")
        .join("begun");
    let group = fs::read_to_string(group).expect("it began");
    let group = group
        .parse()
        .ok()
        .and_then(Pid::from_raw)
        .expect("a number");
    kill_process_group(group, Signal::KILL).expect("it is there");
}

#[test]
fn a_step_that_takes_too_long_is_ended_and_the_run_taken_back() {
    let step = slow("a", "300").replace("undo:", "timeout: 1s, undo:");
    let held = Held::new(&[&step]);
    let output = held.say(&["drill", "run", "d"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(shown.contains("TOOK TOO LONG"), "{shown}");
    assert!(shown.contains("it took longer than 1 s"), "{shown}");
}

#[test]
fn a_run_has_one_owner() {
    let held = Held::new(&["{id: tell, do: Tell everybody}"]);
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let output = held.say(&["drill", "resume", &run]);
    assert_eq!(output.status.code(), Some(6));
    held.told(&[
        "drill", "stop", &run, "--why", "enough", "--leave", "--by", "ada",
    ]);
    assert_eq!(drill.wait().expect("it ends").code(), Some(1));
    assert_eq!(held.report(&run)["state"], "was stopped");
    let output = held.say(&["drill", "stop", &run, "--why", "again", "--by", "ada"]);
    assert_eq!(output.status.code(), Some(6), "what is over stays over");
}

#[test]
fn a_journal_that_was_changed_is_not_trusted() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    let run = held.run();
    let file = held.path(".mainstay/state/journal.db");
    let mut bytes = fs::read(&file).expect("there");
    let word = b"exit status 0";
    let at = bytes
        .windows(word.len())
        .position(|window| window == word)
        .expect("it is written");
    bytes[at + word.len() - 1] = b'1';
    fs::write(&file, bytes).expect("writable");
    let output = held.say(&["drill", "report", &run]);
    assert_eq!(output.status.code(), Some(5));
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(errors.contains("was changed"), "{errors}");
}

#[test]
fn what_is_due_and_needs_nobody_is_run_once() {
    let held = Held::new(&[&quick("a")]);
    let plan = held.path("plans/t.yaml");
    let text = fs::read_to_string(&plan).expect("there");
    let due = text.replace(
        "procedures: [p]",
        "procedures: [p], unattended: true, every: P1M",
    );
    fs::write(&plan, due).expect("room");
    held.told(&["run", "--no-drills", "--format", "md"]);
    held.told(&["run", "--now", "2030-01-01", "--format", "md"]);
    assert!(
        held.log().is_empty(),
        "nothing is done at another time than now"
    );
    let shown = held.told(&["run", "--format", "md"]);
    assert!(shown.contains("the run succeeded"), "{shown}");
    assert!(
        held.path("out")
            .join(format!("drill-{}.json", held.run()))
            .exists()
    );
    held.told(&["run", "--format", "md"]);
    assert_eq!(held.log(), ["a"], "it is not due again");
}

#[test]
fn the_rehearsal_of_the_sample_restores_what_it_damages() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut copied = Command::new("cp");
    let copied = copied
        .arg("-r")
        .args(["mainstay.yaml", "plans"])
        .arg(folder.path());
    let mut copied = copied
        .current_dir(crate::support::root())
        .spawn()
        .expect("`cp` starts");
    assert!(copied.wait().expect("it ends").success());
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("a port").port();
    drop(free);
    let held = Held(folder);
    let port = format!("port={port}");
    let shown = held.told(&["drill", "run", "grades-rehearsal", "--with", &port]);
    assert!(shown.contains("the answer is `1000`"), "{shown}");
    let report = held.report(&held.run());
    assert_eq!(report["succeeded"], true);
    assert_eq!(report["steps"].as_array().map(Vec::len), Some(7));
}

#[test]
fn two_hundred_kills_lose_nothing_and_do_nothing_twice() {
    const KILLS: u32 = 200;
    let seed = std::env::var("MAINSTAY_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        u64::from(now.expect("after 1970").subsec_nanos())
    });
    println!("MAINSTAY_SEED={seed} repeats the choices of this run");
    let mut dice = seed;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % sides
    };
    let names: Vec<String> = (0..40).map(|i| format!("s{i}")).collect();
    let steps: Vec<String> = names.iter().map(|name| slow(name, "0.02")).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (mut kills, mut doubts) = (0, 0);
    while kills < KILLS {
        let held = Held::new(&steps);
        let mut drill = held.start(&["drill", "run", "d"]);
        let run = held.run();
        loop {
            std::thread::sleep(Duration::from_millis(20 + roll(100)));
            if let Some(status) = drill.try_wait().expect("it is ours") {
                let states = held.states(&run);
                assert!(status.success(), "seed {seed}: {states:?}");
                break;
            }
            kill(drill);
            kills += 1;
            if held.report(&run)["succeeded"] == true {
                break;
            }
            let power_cut = roll(4) == 0;
            if power_cut {
                kill_shims(&held, &run);
            }
            drill = held.start(&["drill", "resume", &run]);
            if power_cut {
                doubts += decide(&held, &run);
            }
        }
        assert_eq!(
            held.log(),
            names,
            "seed {seed}: each step was done once, in order"
        );
    }
    println!("{kills} kills, {doubts} steps in doubt");
}

/// A person decides about what is in doubt by what they find in the log; how many there were.
fn decide(held: &Held, run: &str) -> u32 {
    let mut decided = 0;
    // The new engine has taken over when it says so, or is over already.
    std::thread::sleep(Duration::from_millis(30));
    for state in held.states(run) {
        let Some(name) = state.strip_suffix(": in doubt") else {
            continue;
        };
        let happened = held.log().iter().any(|line| line == name);
        let as_what = if happened {
            "happened"
        } else {
            "never-happened"
        };
        held.say(&[
            "drill",
            "resolve",
            run,
            &format!("p/{name}"),
            "--as",
            as_what,
            "--why",
            "the log",
            "--by",
            "ada",
        ]);
        decided += 1;
    }
    decided
}
