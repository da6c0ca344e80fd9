//! A run as it is seen at a terminal, and from another process: real terminals, real commands.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::held::{Held, kill, quick, slow, until};

/// Runs what follows on a terminal of its own, 30 lines of 100 columns.
const ON_A_TERMINAL: &str = r"
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 30, 100, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
sources = [terminal, 0]
while True:
    ready, _, _ = select.select(sources, [], [])
    if 0 in ready:
        typed = os.read(0, 1024)
        if not typed:
            sources.remove(0)
        os.write(terminal, typed)
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            shown = b''
        if not shown:
            break
        os.write(1, shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
";

/// A command that is shown at a terminal.
struct Terminal {
    child: Child,
    shown: Arc<Mutex<String>>,
}

impl Terminal {
    fn open(held: &Held, words: &[&str]) -> Self {
        Terminal::with(held, words, |_| {})
    }

    fn with(held: &Held, words: &[&str], set: impl Fn(&mut Command)) -> Self {
        let mut command = Command::new("python3");
        command.args(["-c", ON_A_TERMINAL, env!("CARGO_BIN_EXE_mainstay")]);
        command.args(words).current_dir(held.0.path());
        command.env_remove("MAINSTAY_BY").env_remove("NO_COLOR");
        command.env("TERM", "xterm-256color");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        set(&mut command);
        let mut child = command.spawn().expect("`python3` starts");
        let shown = Arc::new(Mutex::new(String::new()));
        let (mut out, into) = (child.stdout.take().expect("a pipe"), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut bytes = [0; 65536];
            while let Ok(count @ 1..) = out.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]);
                into.lock().expect("whole").push_str(&text);
            }
        });
        Terminal { child, shown }
    }

    fn shown(&self) -> String {
        self.shown.lock().expect("whole").clone()
    }

    #[track_caller]
    fn sees(&self, what: &str) {
        let seen = || self.shown().contains(what).then_some(());
        until(&format!("{what:?} is shown"), seen);
    }

    fn types(&mut self, keys: &str) {
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        stdin.write_all(keys.as_bytes()).expect("it reads");
        stdin.flush().expect("it reads");
    }

    fn ends(mut self) -> Option<i32> {
        let ended = self.child.wait().expect("it ends").code();
        assert!(ended.is_some(), "{}", self.shown());
        ended
    }
}

fn two_people() -> Held {
    let plan = "drills:\n- id: d\n  name: D\n  kind: functional\n  procedures: [p]\n  \
         measures: [{name: Recovery, from: p/tell, until: p/end, within: 2h}]\n\
         procedures:\n- id: p\n  name: P\n  steps:\n  \
         - {id: tell, do: Tell everybody, expected: 5m}\n  \
         - {id: end, do: Say that it is over, expected: 1h}\n";
    Held::of(plan)
}

#[test]
fn a_terminal_shows_where_the_run_stands_and_takes_what_is_typed() {
    let held = two_people();
    let mut terminal = Terminal::open(&held, &["drill", "run", "d", "--by", "ada"]);
    terminal.sees("0 of 2 steps settled");
    terminal.sees("waits   p/tell");
    terminal.sees("type: done p/tell");
    terminal.sees("until ");
    terminal.sees("[============");
    terminal.sees("Recovery: 0 s of 2 h");
    terminal.types("dont p/tell\r");
    terminal.sees("`dont` means nothing");
    terminal.types("done p/telx\u{7f}l it took two calls");
    terminal.sees("> done p/tell it took two calls");
    terminal.types("\r");
    terminal.sees("written down");
    terminal.sees("1 of 2 steps settled");
    terminal.types("done p/end\r");
    let shown = Arc::clone(&terminal.shown);
    assert_eq!(terminal.ends(), Some(0), "{}", shown.lock().expect("whole"));
    let report = held.report(&held.run());
    assert_eq!(report["steps"][0]["people"][0], "ada");
    let facts = &report["steps"][0]["trials"][0]["facts"];
    assert_eq!(facts[0], "it took two calls");
}

#[test]
fn nobody_is_guessed_and_help_is_for_everybody() {
    let held = two_people();
    let mut terminal = Terminal::open(&held, &["drill", "run", "d"]);
    terminal.sees("waits   p/tell");
    terminal.types("help\r");
    terminal.sees("answer STEP ANSWER [WHY]");
    terminal.types("done p/tell\r");
    terminal.sees("nobody knows who you are");
    assert_eq!(held.states(&held.run())[0], "tell: runs");
    // Ctrl-C is what it was.
    terminal.types("\u{3}");
    assert_eq!(terminal.ends(), Some(1));
    assert!(held.report(&held.run())["state"] == "was stopped");
}

#[test]
fn without_a_terminal_nothing_is_redrawn_and_what_is_late_is_said_once() {
    let steps = "procedures:\n- id: p\n  name: P\n  steps:\n  \
         - {id: a, do: A, run: {wait: {lasting: 2s}}, expected: 2s}\n  \
         - {id: z, do: Z, run: {wait: {lasting: 1s}}, expected: 1h}\n";
    let held = Held::of(&format!(
        "drills:\n- id: d\n  name: D\n  kind: functional\n  procedures: [p]\n  \
         measures: [{{name: Recovery, from: p/a, until: p/z, within: 1m}}]\n{steps}"
    ));
    let output = held.say(&["drill", "run", "d"]);
    let (out, errors) = (
        String::from_utf8(output.stdout).expect("UTF-8"),
        String::from_utf8(output.stderr).expect("UTF-8"),
    );
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let late = "warning: `Recovery` can no longer be in time";
    assert_eq!(errors.matches(late).count(), 1, "{errors}");
    for text in [&out, &errors] {
        assert!(
            !text.contains('\u{1b}') && !text.contains("settled"),
            "{text}"
        );
    }
    let output = held.say(&["drill", "run", "d", "--format", "json"]);
    assert!(output.stderr.is_empty(), "programs are told nothing else");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines = text.lines();
    assert!(lines.clone().count() > 5);
    assert!(lines.all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn what_stands_in_a_pipe_asks_for_nothing() {
    let held = Held::new(&[&quick("a")]);
    let mut command = held.command(&["drill", "run", "d", "--by", "ada"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let _ = stdin.write_all(b"stop it is late\n");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn no_colour_is_drawn_where_none_is_wanted() {
    let held = two_people();
    let words = ["drill", "run", "d", "--by", "ada"];
    let mut terminal = Terminal::with(&held, &words, |command| {
        command.env("NO_COLOR", "1");
    });
    terminal.sees("waits   p/tell");
    terminal.types("stop that is enough\r");
    let shown = Arc::clone(&terminal.shown);
    assert_eq!(terminal.ends(), Some(1));
    let shown = shown.lock().expect("whole");
    assert!(
        !shown.contains("\u{1b}[36m") && !shown.contains("\u{1b}[1m"),
        "{shown}"
    );
}

#[test]
fn a_run_of_another_process_is_followed_to_its_end() {
    let held = two_people();
    let mut drill = held.start(&["drill", "run", "d"]);
    let run = held.run();
    let attach = |words: &[&str]| {
        let mut command = held.command(&[&["drill", "attach", &run], words].concat());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it runs")
    };
    let all = attach(&[]);
    let entries = attach(&["--format", "json"]);
    held.told(&["step", "done", &run, "p/tell", "--by", "ada"]);
    let late = attach(&["--from-now"]);
    // At a terminal what is typed is said to the run, whoever carries it out.
    let mut terminal = Terminal::open(&held, &["drill", "attach", &run, "--by", "ada"]);
    terminal.sees("waits   p/end");
    terminal.types("done p/end\r");
    assert_eq!(terminal.ends(), Some(0));
    assert!(drill.wait().expect("it ends").success());
    let told = |child: Child| {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let all = told(all);
    for line in [
        "planned: D",
        "p/tell: begins",
        "p/tell: done",
        "the run succeeded",
    ] {
        assert!(all.contains(line), "{line}: {all}");
    }
    assert!(all.contains("Recovery: "), "{all}");
    assert_eq!(told(entries).lines().count(), 7);
    assert!(!told(late).contains("planned: D"));
    let again = held.told(&["drill", "attach", &run]);
    assert_eq!(again, all, "what is over is told as it was");
}

#[test]
fn who_follows_a_run_that_nobody_carries_out_is_told_so() {
    let held = Held::new(&[&slow("a", "1"), &quick("b")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    let run = held.run();
    kill(drill);
    let mut command = held.command(&["drill", "attach", &run]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut attached = command.spawn().expect("it runs");
    let mut errors = attached.stderr.take().expect("a pipe");
    let mut told = String::new();
    while !told.contains("nobody carries the run out now; `mainstay drill resume") {
        let mut bytes = [0; 512];
        let count = errors.read(&mut bytes).expect("it is told");
        assert!(count > 0, "{told}");
        told.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    held.told(&["drill", "resume", &run]);
    assert!(attached.wait().expect("it ends").success());
    let output = held.say(&["drill", "attach", "nothing"]);
    assert_eq!(output.status.code(), Some(4));
}
