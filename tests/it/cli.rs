//! The command as people run it: what it prints, where, and with which exit status.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::{self, NOW};

/// What came of a command.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// The command, in a folder, as if nobody sat at a terminal.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("COLUMNS", "100");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command and waits for it.
pub fn run(mut command: Command) -> Ran {
    let output = command.output().expect("the command starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran {
        status: output.status.code().expect("it ends by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Runs `mainstay` with these arguments in a folder.
pub fn mainstay<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Ran {
    let mut command = command(folder);
    command.args(arguments);
    run(command)
}

/// The same, where it must succeed; returns what was printed.
#[track_caller]
pub fn done(folder: &Path, arguments: &[&str]) -> String {
    let ran = mainstay(folder, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}\n{}{}", ran.out, ran.err);
    ran.out
}

/// The same, where it must fail; returns what was said on standard error.
#[track_caller]
pub fn fails(folder: &Path, status: i32, arguments: &[&str]) -> String {
    let ran = mainstay(folder, arguments);
    assert_eq!(ran.status, status, "{arguments:?}\n{}{}", ran.out, ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran.err
}

/// A folder with a new workspace in it.
pub fn workspace() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().expect("a folder");
    done(
        temp.path(),
        &[
            "init",
            "ws",
            "--name",
            "Blue Door",
            "--team",
            "Shop",
            "--now",
            NOW,
        ],
    );
    let folder = temp.path().join("ws");
    (temp, folder)
}

fn sample() -> PathBuf {
    support::root()
}

#[test]
fn the_help_groups_the_commands_and_lists_the_exit_statuses() {
    let folder = support::root().join("tests/cli");
    let help = done(&folder, &["--help"]);
    support::golden(&folder.join("help.txt"), &help);
    for (status, meaning) in mainstay::error::EXIT_STATUSES {
        assert!(
            help.contains(&format!("{status:>2}  {meaning}")),
            "{status}"
        );
    }
    // Which formats `render` and `run` know depends on how it was built.
    for name in [
        "init",
        "new",
        "check",
        "explain",
        "graph",
        "impact",
        "schema",
        "completions",
    ] {
        assert!(help.contains(&format!("\n  {name} ")), "{name}");
        let page = done(&folder, &[name, "--help"]);
        assert!(page.contains("Examples:\n  mainstay "), "{name}");
        support::golden(&folder.join(format!("help-{name}.txt")), &page);
    }
}

#[test]
fn a_new_workspace_has_no_errors() {
    let (_temp, folder) = workspace();
    let text = done(&folder, &["check", "--now", NOW]);
    let last = text.lines().last().expect("a summary");
    assert!(
        last.starts_with("0 errors, ") && last.ends_with(" in 2 files"),
        "{last}"
    );
    for file in ["mainstay.yaml", "plans/shop.yaml"] {
        let text = std::fs::read_to_string(folder.join(file)).expect(file);
        assert!(
            text.starts_with("# yaml-language-server: $schema="),
            "{file}"
        );
        let schema = text
            .lines()
            .next()
            .and_then(|line| line.split_once('='))
            .expect("a path")
            .1;
        let path = folder.join(file).parent().expect("a folder").join(schema);
        let schema = std::fs::read_to_string(path).expect("the schema");
        assert_eq!(schema, done(&folder, &["schema"]));
    }
}

#[test]
fn init_overwrites_nothing() {
    let (temp, folder) = workspace();
    let again = fails(temp.path(), 2, &["init", "ws"]);
    assert!(again.contains("it is one already"), "{again}");
    std::fs::remove_file(folder.join("mainstay.yaml")).expect("removed");
    std::fs::write(folder.join("plans/shop.yaml"), "# mine\n").expect("written");
    let text = done(temp.path(), &["init", "ws", "--team", "Shop"]);
    assert!(text.contains("kept ws/plans/shop.yaml"), "{text}");
    let kept = std::fs::read_to_string(folder.join("plans/shop.yaml")).expect("read");
    assert_eq!(kept, "# mine\n");
}

#[test]
fn an_awkward_name_becomes_a_valid_workspace() {
    let temp = tempfile::tempdir().expect("a folder");
    for (at, name) in ["- a: {b} #c", "no", "Ő & \"ß\" 株式会社", "שלום"]
        .iter()
        .enumerate()
    {
        let folder = format!("ws{at}");
        let (name, team) = (format!("--name={name}"), format!("--team={name}"));
        done(temp.path(), &["init", &folder, &name, &team]);
        done(temp.path(), &["check", &folder]);
    }
    for name in ["", "two\nlines", "\u{1b}[31m"] {
        fails(temp.path(), 2, &["init", "bad", "--name", name]);
    }
    assert!(!temp.path().join("bad").exists());
}

#[test]
fn the_level_that_is_denied_decides_the_exit_status() {
    let (_temp, folder) = workspace();
    done(&folder, &["check", "--now", NOW]);
    assert_eq!(
        mainstay(&folder, &["check", "--now", NOW, "--deny", "warnings"]).status,
        1
    );
    let accepted = [
        "check",
        "--now",
        NOW,
        "--deny",
        "notes",
        "--only",
        "full-copy-not-tested",
    ];
    done(&folder, &accepted);
    assert_eq!(mainstay(&sample(), &["check", "--now", NOW]).status, 1);
    let quiet = mainstay(&sample(), &["check", "--now", NOW, "--quiet"]);
    assert_eq!(
        (quiet.status, quiet.out.as_str(), quiet.err.as_str()),
        (1, "", "")
    );
}

#[test]
fn only_what_was_asked_for_is_checked() {
    let (_temp, folder) = workspace();
    let args = ["check", "--now", NOW, "--format", "json", "--only"];
    let text = done(&folder, &[&args[..], &["review-overdue,no-risks"]].concat());
    let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let checks = found["findings"].as_array().expect("findings").iter();
    let checks: Vec<&str> = checks
        .filter_map(|finding| finding["check"].as_str())
        .collect();
    assert!(!checks.is_empty());
    assert!(
        checks
            .iter()
            .all(|id| ["review-overdue", "no-risks"].contains(id)),
        "{checks:?}"
    );
    let unknown = fails(&folder, 4, &["check", "--only", "no-risk"]);
    assert!(unknown.contains("Did you mean `no-risks`?"), "{unknown}");
}

#[test]
fn a_folder_inside_a_workspace_stands_for_the_workspace() {
    let (_temp, folder) = workspace();
    let whole = done(&folder, &["check", "--now", NOW]);
    assert_eq!(done(&folder.join("plans"), &["check", "--now", NOW]), whole);
    assert_eq!(done(&folder, &["check", "plans", "--now", NOW]), whole);
}

#[test]
fn no_workspace_at_all_is_a_finding_and_no_failure() {
    let temp = tempfile::tempdir().expect("a folder");
    let ran = mainstay(temp.path(), &["check", "--now", NOW]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("error[no-organization]"), "{}", ran.out);
    done(temp.path(), &["run", "--now", NOW]);
    assert!(temp.path().join("out/plan.html").is_file());
}

#[test]
fn what_makes_no_sense_is_said_with_its_own_status() {
    let (_temp, folder) = workspace();
    fails(&folder, 2, &[]);
    fails(&folder, 2, &["chekc"]);
    fails(&folder, 2, &["check", "--format", "xml"]);
    fails(&folder, 2, &["check", "--now", "today"]);
    fails(&folder, 2, &["graph", "--depth", "1"]);
    fails(&folder, 2, &["explain", "rto"]);
    fails(&folder, 2, &["explain", "no-risks", "shop"]);
    fails(&folder, 2, &["render", "--public", "--for", "chief"]);
    fails(&folder, 3, &["check", "nowhere"]);
    for (arguments, near) in [
        (&["explain", "no-alternat"][..], "no-alternate"),
        (&["explain", "rto", "shopp"], "shop"),
        (&["graph", "--focus", "shopp"], "shop"),
        (&["impact", "shopp"], "shop"),
        (&["render", "--for", "cheif"], "chief"),
    ] {
        let said = fails(&folder, 4, arguments);
        assert!(said.starts_with("error: failed to "), "{said}");
        assert!(
            said.contains(&format!("hint: Did you mean `{near}`?")),
            "{said}"
        );
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut command = command(&sample());
    command
        .args(["graph", "--format", "svg"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let mut command = command(&sample());
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a device");
    command.arg("schema").stdout(full).stderr(Stdio::piped());
    let output = command
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.starts_with("error: failed to write to standard output: "),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_path_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;
    let temp = tempfile::tempdir().expect("a folder");
    let path = OsStr::from_bytes(b"w\xffs");
    assert_eq!(mainstay(temp.path(), &[OsStr::new("init"), path]).status, 0);
    assert_eq!(
        mainstay(temp.path(), &[OsStr::new("check"), path]).status,
        0
    );
    let out = OsStr::from_bytes(b"o\xfft");
    let arguments = [OsStr::new("render"), path, OsStr::new("--out"), out];
    assert_eq!(mainstay(temp.path(), &arguments).status, 0);
    assert!(temp.path().join(out).join("plan.html").is_file());
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let arguments = ["check", "--now", NOW];
    let piped = mainstay(&sample(), &arguments);
    assert!(!piped.out.contains('\u{1b}') && !piped.err.contains('\u{1b}'));
    let coloured = |name: &str, value: &str| {
        let mut command = command(&sample());
        command
            .args(arguments)
            .env("CLICOLOR_FORCE", "1")
            .env(name, value);
        run(command).out.contains('\u{1b}')
    };
    assert!(coloured("CLICOLOR", "1"));
    assert!(!coloured("NO_COLOR", "1"));
}

#[test]
fn every_format_of_findings_comes_out_whole() {
    for format in mainstay::render::findings::FORMATS {
        let ran = mainstay(&sample(), &["check", "--now", NOW, "--format", format.name]);
        assert_eq!((ran.status, ran.err.as_str()), (1, ""), "{}", format.name);
        match format.name {
            "json" | "sarif" => {
                let whole: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
                assert!(whole["version"] == 1 || whole["version"] == "2.1.0");
            }
            "junit" => {
                let report = quick_junit::Report::deserialize_from_str(&ran.out).expect("JUnit");
                assert!(report.failures > 0);
            }
            "github" => assert!(ran.out.lines().all(|line| line.starts_with("::"))),
            _ => assert!(
                ran.out
                    .lines()
                    .last()
                    .is_some_and(|last| last.contains("errors"))
            ),
        }
    }
}

#[test]
fn completions_are_written_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = done(&sample(), &["completions", shell]);
        assert!(text.contains("impact"), "{shell}");
    }
}

#[test]
fn of_very_many_findings_of_one_check_the_first_are_shown_and_the_rest_is_counted() {
    let folder = TempDir::new().expect("a folder");
    let systems: String = (0..150)
        .map(|i| format!("  - {{id: s{i}, name: S{i}, rto: 4 hous}}\n"))
        .collect();
    std::fs::write(
        folder.path().join("plan.yaml"),
        format!("systems:\n{systems}"),
    )
    .expect("room for the plan");
    let shown = |arguments: &[&str]| {
        let out = mainstay(folder.path(), arguments).out;
        let excerpts = out.matches("error[wrong-value]").count();
        (
            excerpts,
            out.contains("50 more like these are not shown: wrong-value;"),
        )
    };
    assert_eq!(shown(&["check"]), (100, true));
    assert_eq!(shown(&["check", "--only", "wrong-value"]), (150, false));
}

#[test]
fn what_could_not_be_read_is_told_first() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("room for the plan");
    };
    write("a.yaml", "organization: {name: X}\n");
    write(
        "b.yaml",
        "team: {id: t, name: T}\nsystems: [{id: a, name: \"A\n",
    );
    let out = mainstay(folder.path(), &["check"]).out;
    assert!(out.starts_with("error[yaml-syntax]"), "{out}");
    assert!(out.ends_with(
        "in 2 files; 1 of them not read to the end, so what others are said to lack may be there\n"
    ));
}
