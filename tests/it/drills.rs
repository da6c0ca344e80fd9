//! Drills as they are typed: real processes, real commands, and engines that are lost.

use std::fs;
use std::process::Command;

use mainstay::steps::hold;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::held::{Held, group_of, kill, kill_only_shims, kill_shims, quick, slow, until};

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
    let end = until("the command has ended", || hold::end(&folder));
    held.told(&["drill", "resume", &run]);
    let events = held.say(&["drill", "report", &run, "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&events.stdout).expect("JSON");
    let took = report["steps"][0]["took-ms"].as_u64().expect("it ended");
    let ended = end.at.expect("a moment").boot_micros / 1_000;
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
    let decided = &report["decisions"][0];
    assert_eq!(decided["by"], "ada");
    assert_eq!(decided["what"], "took `p/a` for done");
    assert_eq!(decided["why"], "it is in the log");
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
    let attempt = held
        .path(".mainstay/state/runs")
        .join(&run)
        .join("step-2-1");
    let group = hold::group(&attempt).expect("it began");
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
    let attempt = held
        .path(".mainstay/state/runs")
        .join(&run)
        .join("step-1-1");
    kill_process_group(group_of(&attempt), Signal::KILL).expect("it is there");
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
    let held = Held(folder);
    let port = format!("port={}", crate::support::free_port());
    let shown = held.told(&["drill", "run", "grades-rehearsal", "--with", &port]);
    assert!(shown.contains("the answer is `1000`"), "{shown}");
    let report = held.report(&held.run());
    assert_eq!(report["succeeded"], true);
    assert_eq!(report["steps"].as_array().map(Vec::len), Some(7));
}

#[test]
fn what_is_missing_keeps_a_drill_from_beginning_and_nothing_is_touched() {
    let step = "{id: b, do: B, run: {command: {argv: [./not-there], environment: [NOT_SET]}}, \
        undo: {run: {command: {argv: [mainstay-not-there]}}}}";
    let held = Held::new(&[&quick("a"), step]);
    let told = held.say(&["drill", "preflight", "d"]);
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stdout).expect("UTF-8");
    assert_eq!(
        told,
        "`p/b`: there is no program `./not-there`\n\
         `p/b`: there is no program `mainstay-not-there`\n\
         not rehearsed: the undo of `p/b`\n"
    );
    assert!(!held.path(".mainstay").exists(), "looking makes nothing");
    let refused = held.say(&["drill", "run", "d"]);
    assert_eq!(refused.status.code(), Some(6));
    assert!(held.log().is_empty());
    assert!(held.told(&["drill", "list"]).contains("never run here"));
}

#[test]
fn a_drill_keeps_others_from_what_it_tests_until_it_is_over() {
    let held = Held::new(&["{id: tell, do: Tell everybody}"]);
    let plan = held.path("plans/t.yaml");
    let text = fs::read_to_string(&plan).expect("there").replace(
        "drills: [{id: d, name: D, kind: functional, procedures: [p]}]",
        "systems: [{id: db, name: D}, {id: shop, name: S, depends-on: [{on: db}]}]\n\
         drills:\n\
         \x20 - {id: d, name: D, kind: functional, procedures: [p], scope: [db]}\n\
         \x20 - {id: e, name: E, kind: functional, procedures: [p], scope: [shop]}",
    );
    fs::write(&plan, text).expect("room");
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let refused = held.say(&["drill", "run", "e"]);
    assert_eq!(refused.status.code(), Some(6));
    let why = String::from_utf8(refused.stderr).expect("UTF-8");
    assert!(
        why.contains(&format!("run `{run}` (running) keeps others from `shop`")),
        "{why}"
    );
    held.told(&["step", "done", &run, "p/tell", "--by", "ada"]);
    assert!(drill.wait().expect("it ends").success());
    assert!(
        held.told(&["drill", "preflight", "e"])
            .contains("can begin")
    );
}

#[test]
fn a_key_that_interrupts_stops_the_run_and_takes_back_what_began() {
    let undo = "undo: {run: {command: {argv: [sh, -c, \"echo undo-a >> log\"]}}}";
    let held = Held::new(&[&slow("a", "30").replace("undo: {none: a log}", undo)]);
    let mut drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    let process = i32::try_from(drill.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("a number");
    kill_process(process, Signal::INT).expect("it runs");
    assert_eq!(drill.wait().expect("it ends").code(), Some(1));
    assert_eq!(held.log(), ["a", "undo-a"]);
    assert_eq!(held.report(&held.run())["state"], "was stopped");
}

#[test]
fn a_disk_that_is_full_stops_the_run_before_anything_more_is_done() {
    let names: Vec<String> = (0..40).map(|i| format!("s{i}")).collect();
    let steps: Vec<String> = names.iter().map(|name| quick(name)).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let mut stopped = 0;
    for blocks in [150, 250, 350, 450] {
        let held = Held::new(&steps);
        // No file of the engine may grow further: writing to it fails as on a disk that is full.
        let mut shell = Command::new("sh");
        let line = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec {} drill run d",
            env!("CARGO_BIN_EXE_mainstay")
        );
        let output = shell
            .args(["-c", &line])
            .current_dir(held.path(""))
            .output();
        let output = output.expect("`sh` starts");
        if output.status.success() {
            continue;
        }
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{blocks}: {errors}");
        assert!(errors.contains("Is the disk full"), "{errors}");
        let before = held.log().len();
        assert!(before < names.len(), "{blocks}");
        stopped += 1;
        if held
            .told(&["drill", "list", "--format", "json"])
            .contains("d-20")
        {
            held.told(&["drill", "resume", &held.run()]);
            assert_eq!(
                held.log(),
                names,
                "{blocks}: what was begun is not done again"
            );
        }
    }
    assert!(stopped > 1, "some of the limits are reached");
}

#[test]
fn a_secret_that_a_service_answers_with_is_hidden() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    let echo = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("somebody asks");
        let mut request = [0; 4096];
        let count = stream.read(&mut request).expect("a request");
        let text = String::from_utf8_lossy(&request[..count]).into_owned();
        let head = format!("HTTP/1.1 500 No\r\ncontent-length: {}\r\n\r\n", text.len());
        stream
            .write_all((head + &text).as_bytes())
            .expect("somebody listens");
        text
    });
    let step = format!(
        "{{id: a, do: Ask, run: {{http: {{url: \"http://{address}/a\", \
         headers: [{{name: x-token, value: \"${{CANARY}}\"}}]}}}}}}"
    );
    let held = Held::new(&[&step]);
    let mut command = held.command(&["drill", "run", "d"]);
    let output = command
        .env("CANARY", "xyzzy-secret")
        .output()
        .expect("it runs");
    assert!(
        echo.join().expect("it ends").contains("xyzzy-secret"),
        "it was sent"
    );
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        shown.contains("[hidden]") && !shown.contains("xyzzy-secret"),
        "{shown}"
    );
}

#[test]
fn a_command_that_outlives_its_shim_is_waited_for_before_anything_is_decided() {
    let step = "{id: a, do: A, run: {command: {argv: [sh, -c, \
                'echo a >> log; sleep 1; echo end >> log']}}, undo: {none: x}, \
                verify: {command: {argv: [grep, -q, end, log]}}}";
    let held = Held::new(&[step, &quick("b")]);
    let mut drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    kill_only_shims(&held, &held.run());
    assert!(drill.wait().expect("it ends").success());
    assert_eq!(
        held.log(),
        ["a", "end", "b"],
        "it is not begun a second time"
    );
}

#[test]
fn what_is_asked_while_nobody_is_there_comes_before_anything_else() {
    let held = Held::new(&[&slow("a", "0.5"), &quick("b")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    kill(drill);
    let run = held.run();
    let folder = held
        .path(".mainstay/state/runs")
        .join(&run)
        .join("step-1-1");
    until("the command has ended", || hold::end(&folder));
    let said = held.told(&[
        "drill", "stop", &run, "--by", "ada", "--why", "enough", "--leave",
    ]);
    assert!(said.contains("kept"), "{said}");
    let skip = |step| ["step", "skip", &run, step, "--by", "ada", "--note", "x"];
    // Whether it still runs nobody knows yet; that there is no such step is known.
    held.told(&skip("p/a"));
    assert_eq!(held.say(&skip("p/nowhere")).status.code(), Some(6));
    let output = held.say(&["drill", "resume", &run]);
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(errors.contains("cannot be had: `p/a`: "), "{errors}");
    assert_eq!(held.log(), ["a"], "nothing was begun after the stop");
}

#[test]
fn a_journal_that_was_taken_away_ends_the_run_with_an_error() {
    let held = Held::new(&["{id: a, do: A}"]);
    let mut command = held.command(&["drill", "run", "d"]);
    let drill = command
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null());
    let drill = drill.spawn().expect("it runs");
    held.run();
    fs::remove_dir_all(held.path(".mainstay/state")).expect("it is there");
    let output = drill.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(errors.contains("removed"), "{errors}");
}

#[test]
fn whoever_is_told_something_is_told_on_the_terminal_and_in_the_journal() {
    let held = Held::of(
        "people: [{id: ada, name: Ada}]\n\
         drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n      \
         - {id: a, do: A, run: {notify: {who: ada, text: It begins.}}}\n",
    );
    let said = held.told(&["drill", "run", "d"]);
    assert!(said.contains("to ada: It begins."), "{said}");
    let report = held.report(&held.run());
    assert_eq!(
        report["steps"][0]["trials"][0]["facts"][0],
        "to ada: It begins."
    );
}
