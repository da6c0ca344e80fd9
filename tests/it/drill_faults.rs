//! Drills on machines that are not well: processes that are stopped and come back, clocks that are
//! set, folders that cannot be written, journals that were edited.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use mainstay::steps::hold;

use crate::held::{
    Held, begun, contents, group_of, kill, pid, quick, shims_of, suspend, until, wake,
};

/// Stands for the minutes for which a machine may be suspended.
const A_WHILE: Duration = Duration::from_secs(3);

/// A step that writes its name to `log`, waits for the file `go` and takes no longer than that.
fn held_up(name: &str, more: &str) -> String {
    format!(
        "{{id: {name}, do: Wait, {more} run: {{command: {{argv: [sh, -c, \
         \"echo {name} >> log; until [ -e go ]; do sleep 0.02; done\"]}}}}, undo: {{none: a log}}}}"
    )
}

fn go(held: &Held) {
    fs::write(held.path("go"), "").expect("room");
}

/// A run of these steps whose first has begun.
fn running(held: &Held) -> (Child, String) {
    let drill = held.start(&["drill", "run", "d"]);
    until("the first step has begun", || {
        (held.log() == ["a"]).then_some(())
    });
    (drill, held.run())
}

/// The end that the shim leaves of the first attempt at the first step.
/// The folder of the first attempt at the first step.
fn attempt(held: &Held, run: &str) -> PathBuf {
    held.path(".mainstay/state/runs").join(run).join("step-1-1")
}

fn took_ms(report: &serde_json::Value, step: usize) -> u128 {
    let took = report["steps"][step]["took-ms"].as_u64();
    took.expect("it ended").into()
}

#[track_caller]
fn errors(output: &Output, code: i32) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{errors}");
    errors
}

#[test]
fn a_runner_that_was_stopped_loses_nothing_and_measures_what_was() {
    // Its time is over while the runner stands still, although it took much less.
    let held = Held::new(&[
        &held_up("a", "timeout: 2s, retry: {times: 3},"),
        &quick("b"),
    ]);
    let began = Instant::now();
    let (mut drill, run) = running(&held);
    suspend(pid(&drill));
    go(&held);
    let attempt = attempt(&held, &run);
    until("the step has ended", || hold::end(&attempt));
    let ended = began.elapsed();
    std::thread::sleep(A_WHILE);
    assert_eq!(held.log(), ["a"], "nothing goes on meanwhile");
    wake(pid(&drill));
    let status = drill.wait().expect("it ends");
    assert!(status.success(), "{:?}", held.states(&run));
    assert_eq!(held.log(), ["a", "b"]);
    let report = held.report(&run);
    let took = took_ms(&report, 0);
    assert!(took <= ended.as_millis(), "{took} ms, and not {ended:?}");
    let whole = report["took-ms"].as_u64().map(u128::from);
    assert!(whole >= Some(A_WHILE.as_millis()), "the run itself waited");
}

#[test]
fn a_shim_that_was_stopped_loses_no_end() {
    let held = Held::new(&[&held_up("a", ""), &quick("b")]);
    let (mut drill, run) = running(&held);
    let shims = shims_of(&held.path(".mainstay/state/runs").join(&run));
    let [shim] = shims[..] else {
        panic!("{shims:?}: a run has one shim");
    };
    suspend(shim);
    let stopped = Instant::now();
    go(&held);
    let group = group_of(&begun(&held, &run)[0]).as_raw_nonzero();
    until("the step has ended", || {
        let stat = fs::read_to_string(format!("/proc/{group}/stat")).expect("nobody took note");
        stat.contains(") Z ").then_some(())
    });
    std::thread::sleep(A_WHILE);
    assert_eq!(held.states(&run), ["a: runs", "b: waits for others"]);
    // An engine that looks meanwhile finds it held on to, and does not begin it again.
    kill(drill);
    drill = held.start(&["drill", "resume", &run]);
    until("it was taken over", || {
        (held.report(&run)["clocks"]["owners"] == 2).then_some(())
    });
    let stopped = stopped.elapsed();
    wake(shim);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(held.log(), ["a", "b"]);
    // Nobody but the shim sees when it ended, so it took as long as that stood still at least.
    let took = took_ms(&held.report(&run), 0);
    assert!(took >= stopped.as_millis(), "{took} ms, and {stopped:?}");
}

#[test]
fn a_run_of_a_runner_that_stands_still_is_not_taken_from_it() {
    let held = Held::new(&[&held_up("a", ""), &quick("b")]);
    let (drill, run) = running(&held);
    suspend(pid(&drill));
    let refused = errors(&held.say(&["drill", "resume", &run]), 6);
    assert!(
        refused.contains("Another process carries it out"),
        "{refused}"
    );
    kill(drill);
    go(&held);
    held.told(&["drill", "resume", &run]);
    assert_eq!(held.log(), ["a", "b"]);
}

#[test]
fn a_runner_that_comes_back_after_its_run_was_taken_over_does_nothing_more() {
    let tell = "{id: tell, do: Tell everybody}";
    let held = Held::new(&[&held_up("a", ""), &quick("b"), tell, &quick("c")]);
    let mut command = held.command(&["drill", "run", "d"]);
    let stale = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let stale = stale.spawn().expect("it runs");
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    let run = held.run();
    suspend(pid(&stale));
    // Somebody takes the lock away by hand.
    let folder = held.path(".mainstay/state/runs").join(&run);
    fs::remove_file(folder.join("owner")).expect("it is there");
    let mut drill = held.start(&["drill", "resume", &run]);
    until("it was taken over", || {
        (held.report(&run)["clocks"]["owners"] == 2).then_some(())
    });
    go(&held);
    until("a person is asked", || {
        (held.states(&run)[2] == "tell: runs").then_some(())
    });
    let before = held.report(&run);
    // The first one learns that the step has ended, as the shim tells it, and may not write it.
    wake(pid(&stale));
    let refused = errors(&stale.wait_with_output().expect("it ends"), 6);
    assert!(
        refused.contains("Another process has taken the run over"),
        "{refused}"
    );
    assert_eq!(held.report(&run), before, "it wrote nothing");
    assert_eq!(held.log(), ["a", "b"], "it began nothing");
    held.told(&["step", "done", &run, "p/tell", "--by", "ada"]);
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(held.log(), ["a", "b", "c"]);
}

/// Runs a command as somebody whom permissions bind; they do not bind root unless it gives that up.
fn bound(held: &Held, words: &[&str]) -> Output {
    let inner = held.command(words);
    if !rustix::process::geteuid().is_root() {
        return held.say(words);
    }
    let mut outer = Command::new("setpriv");
    outer.args(["--bounding-set", "-all", "--inh-caps", "-all"]);
    outer.arg(inner.get_program()).args(inner.get_args());
    outer.current_dir(held.path("")).env_remove("MAINSTAY_BY");
    outer.output().expect("`setpriv` starts")
}

/// Gives a folder and what is in it these permissions, of which files have no `x`.
fn permit(folder: &Path, mode: u32) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            permit(&path, mode);
        } else {
            fs::set_permissions(&path, Permissions::from_mode(mode & 0o666)).expect("it is ours");
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(mode)).expect("it is ours");
}

#[test]
fn where_nothing_may_be_written_no_drill_begins_and_all_that_was_can_be_read() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    let run = held.run();
    let state = held.path(".mainstay/state");
    let shown = |words: &[&str]| held.told(words);
    let reading: [&[&str]; 4] = [
        &["drill", "list"],
        &["drill", "status", &run],
        &["drill", "report", &run],
        &["drill", "preflight", "d"],
    ];
    let usual = reading.map(shown);
    // Whoever only reads leaves files beside the journals; the last one that writes removes them.
    for left in [true, false] {
        for beside in ["journal.db-wal", "journal.db-shm"] {
            let beside = state.join(beside);
            assert!(left || fs::remove_file(beside).is_ok(), "it was there");
        }
        permit(&state, 0o555);
        let before = contents(&state);
        let refused = errors(&bound(&held, &["drill", "run", "d"]), 3);
        assert!(refused.contains("Permission denied"), "{refused}");
        for (words, usual) in reading.iter().zip(&usual) {
            let output = bound(&held, words);
            errors(&output, 0);
            assert_eq!(&String::from_utf8_lossy(&output.stdout), usual, "{words:?}");
        }
        assert_eq!(contents(&state), before);
        assert_eq!(held.log(), ["a"]);
        permit(&state, 0o755);
    }
}

#[test]
fn a_run_that_goes_on_is_seen_by_those_who_may_not_write() {
    let held = Held::new(&["{id: tell, do: Tell everybody}"]);
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let state = held.path(".mainstay/state");
    permit(&state, 0o555);
    let output = bound(&held, &["drill", "status", &run]);
    errors(&output, 0);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    permit(&state, 0o755);
    assert!(shown.contains("p/tell  runs"), "{shown}");
    held.told(&["step", "done", &run, "p/tell", "--by", "ada"]);
    assert!(drill.wait().expect("it ends").success());
}

/// The library that shows a process another time than it is; Debian has it in a folder of each
/// architecture.
pub fn faketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").expect("Debian").flatten();
    let mut libraries = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let library = libraries.find(|library| library.exists());
    library.expect("`./test` installs the package `faketime`")
}

#[test]
fn a_clock_that_is_set_by_an_hour_is_written_down_and_changes_no_length() {
    for (set, words) in [("-3600.5", "set back by 1 h"), ("+3600.5", "set on by 1 h")] {
        let held = Held::new(&[&held_up("a", ""), &quick("b")]);
        let clock = held.path("clock");
        fs::write(&clock, "+0").expect("room");
        let began = Instant::now();
        let mut command = held.command(&["drill", "run", "d"]);
        command
            .env("LD_PRELOAD", faketime())
            .env("FAKETIME_TIMESTAMP_FILE", &clock);
        // Every look at the clock reads the file, and only the clock on the wall is another one.
        command
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut drill = command.spawn().expect("it runs");
        until("the step has begun", || (held.log() == ["a"]).then_some(()));
        fs::write(&clock, set).expect("room");
        go(&held);
        assert!(drill.wait().expect("it ends").success());
        let lasted = began.elapsed().as_millis();
        // That there is a report says that the chain was verified.
        let report = held.report(&held.run());
        let changes = &report["clocks"]["changes"];
        assert_eq!(changes.as_array().map(Vec::len), Some(1), "{changes}");
        assert_eq!(changes[0]["id"], "clock-set");
        let what = changes[0]["what"].as_str().expect("a text");
        assert!(what.contains(words), "{what}");
        let whole = u128::from(report["took-ms"].as_u64().expect("it is over"));
        let steps = took_ms(&report, 0) + took_ms(&report, 1);
        assert!(
            steps <= whole && whole <= lasted,
            "{steps}, {whole}, {lasted} ms"
        );
        assert!(steps > 0, "and not cut off at nothing");
    }
}

#[test]
fn a_key_that_is_told_line_by_line_is_hidden_in_every_line() {
    let key = "-----BEGIN MAINSTAY KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n\
               EFAASCBKcwggSjAgEAAoIBAQ\n\tqV7cXw0pLk3Zs\n-----END MAINSTAY KEY-----";
    let step = "{id: a, do: Tell, run: {command: {argv: [sh, -c, \"echo \\\"$KEY\\\"; \
        echo \\\"$KEY\\\" | while read -r line; do sleep 0.01; echo \\\"told $line\\\" >&2; done; \
        exit 1\"], environment: [KEY]}}, undo: {none: only words}}";
    let held = Held::new(&[step]);
    let output = held
        .command(&["drill", "run", "d"])
        .env("KEY", key)
        .output();
    let output = output.expect("it runs");
    let run = held.run();
    let mut all = contents(&held.path(".mainstay"));
    let files = all.len();
    all.push(("what was shown".into(), output.stdout));
    for format in ["json", "md", "html", "junit", "text"] {
        let report = held.say(&["drill", "report", &run, "--format", format]);
        all.push((format.into(), report.stdout));
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(text(&all[files].1).contains("| told [hidden]"), "{all:?}");
    assert!(
        files >= 5,
        "the journal and what the shim leaves were looked at"
    );
    for (file, bytes) in all {
        for line in key.lines() {
            let told = text(&bytes).contains(line.trim());
            assert!(!told, "{} holds `{line}`", file.display());
        }
    }
}

#[test]
fn the_list_tells_what_the_journal_says_and_nothing_that_was_written_beside_it() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    let run = held.run();
    let listed = || {
        let listed = held.told(&["drill", "list", "--format", "json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
        let run = &listed["runs"][0];
        let word = |name: &str| run[name].as_str().map(str::to_owned);
        let always = |name| word(name).expect("a word");
        (always("phase"), always("last"), word("verdict"))
    };
    let was = listed();
    assert_eq!(
        (was.0.as_str(), was.2.as_deref()),
        ("succeeded", Some("succeeded"))
    );
    held.tamper("UPDATE run SET phase = 'running', last = '2020-01-01T00:00:00Z'");
    assert_eq!(listed(), was);
    held.tamper("UPDATE event SET text = replace(text, 'succeeded', 'stopped')");
    assert!(listed().0.contains("cannot be relied upon"));
    assert_eq!(listed().2, None);
    held.tamper("DELETE FROM event WHERE seq = (SELECT seq FROM run)");
    assert!(listed().0.contains("cannot be relied upon"));
    for words in [["drill", "report", &run], ["drill", "status", &run]] {
        let refused = errors(&held.say(&words), 5);
        assert!(refused.contains("removed entries"), "{refused}");
    }
}

#[test]
fn a_run_that_is_listed_in_other_words_is_not_broken_and_one_that_ends_elsewhere_is() {
    let held = Held::new(&[&quick("a")]);
    held.told(&["drill", "run", "d"]);
    let broken = || {
        let checked = held.say(&["check", "--only", "journal-broken"]);
        String::from_utf8(checked.stdout)
            .expect("UTF-8")
            .contains("journal-broken")
    };
    held.tamper("UPDATE run SET phase = 'ended well'");
    assert!(!broken(), "an older version may have said it so");
    held.tamper("UPDATE run SET last = '2020-01-01T00:00:00Z'");
    assert!(broken());
}

#[test]
fn journals_whose_maker_was_lost_before_there_was_any_are_none() {
    let held = Held::new(&[&quick("a")]);
    fs::create_dir_all(held.path(".mainstay/state")).expect("room");
    fs::write(held.path(".mainstay/state/journal.db"), "").expect("room");
    assert!(held.told(&["drill", "list"]).contains("never run here"));
    held.told(&["drill", "run", "d"]);
    assert_eq!(held.log(), ["a"]);
}

#[test]
fn of_two_drills_that_begin_at_once_and_cannot_both_one_does() {
    let held = Held::of(
        "systems: [{id: db, name: D}, {id: shop, name: S, depends-on: [{on: db}]}]\n\
         drills:\n\
         \x20 - {id: d, name: D, kind: functional, procedures: [p], scope: [db]}\n\
         \x20 - {id: e, name: E, kind: functional, procedures: [p], scope: [shop]}\n\
         procedures: [{id: p, name: P, steps: [{id: tell, do: Tell everybody}]}]\n",
    );
    for round in 1..=20 {
        let mut both = ["d", "e"].map(|drill| held.start(&["drill", "run", drill]));
        let refused = until("one is refused", || {
            both.iter_mut()
                .find_map(|drill| drill.try_wait().expect("it is ours"))
        });
        assert_eq!(refused.code(), Some(6), "round {round}");
        let listed = held.told(&["drill", "list", "--format", "json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
        let runs = listed["runs"].as_array().expect("a list");
        assert_eq!(runs.len(), round, "one run more than before");
        let open = runs.iter().find(|run| run["phase"] == "running");
        let run = open.and_then(|run| run["id"].as_str()).expect("one began");
        let why = ["--why", "enough", "--leave", "--by", "ada"];
        held.told(&[&["drill", "stop", run][..], &why].concat());
        for mut drill in both {
            drill.wait().expect("it ends");
        }
    }
}

#[test]
fn what_nobody_could_have_is_refused_also_while_nobody_carries_the_run_out() {
    let held = Held::of(
        "people: [{id: ada, name: A}]\n\
         drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
         procedures: [{id: p, name: P, steps: [{id: a, do: A}]}]\n",
    );
    let drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    until("people are asked", || {
        (held.states(&run)[0] == "a: runs").then_some(())
    });
    kill(drill);
    let release = |by| {
        let why = ["drill", "release", &run, "--why", "copied", "--by", by];
        held.say(&why)
    };
    let check = |by, expected: &str| {
        let output = release(by);
        assert_eq!(output.status.code(), Some(6));
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(told.contains(expected), "{told}");
    };
    check("zed", "no person `zed`");
    check("ada", "no evidence is held in this run");
    let incident = [
        "drill",
        "incident",
        &run,
        "--what",
        "Orders are lost",
        "--severity",
        "SEV2",
        "--caused-by-drill",
        "--by",
        "ada",
    ];
    assert!(held.told(&incident).contains("kept, but nobody carries"));
    // What was asked before and is kept counts.
    let output = release("ada");
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(told.contains("kept, but nobody carries"), "{told}");
    check("ada", "no evidence is held in this run");
}
