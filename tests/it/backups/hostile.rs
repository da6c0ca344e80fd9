//! Tools that are not there, hang, or say what they should not.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use super::*;

const TOOLS: [(&str, &str); 2] = [
    ("restic", "restic: {repository: repo, password: 'file:pw'}"),
    ("borg", "borg: {repository: repo, passphrase: 'file:pw'}"),
];

/// Verifies with a shell script in the place of a tool.
fn with_script(script: &str) -> Vec<(Ran, Verification)> {
    let one = |(tool, with): (&str, &str)| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        fs::write(path.join("pw"), PASSWORD).expect("room");
        fs::create_dir_all(path.join("repo")).expect("room");
        fs::create_dir_all(path.join("bin")).expect("room");
        let file = path.join("bin").join(tool);
        let asked = "case \"$*\" in *version) echo \"$(basename \"$0\") 1.2.3\"; exit;; esac";
        fs::write(&file, format!("#!/bin/sh\n{asked}\n{script}\n")).expect("room");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).expect("it is ours");
        plan(path, with, "      within: 2s\n");
        let mut command = command(path);
        let own = std::env::var("PATH").expect("a path");
        command.env("PATH", format!("{}:{own}", path.join("bin").display()));
        let ran = cli::run(command);
        let found: Vec<Verification> = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(left_behind(path), Ok(()), "{tool}");
        let argv = fs::read_to_string(path.join("argv")).unwrap_or_default();
        assert!(!argv.contains(PASSWORD), "{argv}");
        (ran, found.into_iter().next().expect("one backup"))
    };
    TOOLS.into_iter().map(one).collect()
}

#[test]
fn a_tool_that_hangs_is_ended_and_shows_nothing() {
    let began = Instant::now();
    for (ran, found) in with_script("sleep 600 & sleep 600") {
        assert_eq!(ran.status, INCONCLUSIVE, "{}", complaints(&found));
        assert!(complaints(&found).contains("longer than"), "{}", ran.out);
    }
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[test]
fn what_is_no_answer_shows_nothing() {
    for script in [
        "echo garbage",
        "head -c 1G /dev/zero",
        "printf '\\377[{'",
        ":",
    ] {
        for (ran, found) in with_script(script) {
            assert_eq!(ran.status, INCONCLUSIVE, "{script}: {}", complaints(&found));
        }
    }
}

#[test]
fn a_tool_that_is_not_there_shows_nothing() {
    for (_, with) in TOOLS {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("pw"), PASSWORD).expect("room");
        plan(folder.path(), with, "");
        let mut command = command(folder.path());
        command.env("PATH", folder.path());
        let ran = cli::run(command);
        assert_eq!(ran.status, INCONCLUSIVE, "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("is not installed"), "{}", ran.out);
    }
}

#[test]
fn a_password_is_never_among_the_arguments_nor_in_what_is_told() {
    let script = "tr '\\0' '\\n' < /proc/$$/cmdline >> \"$(dirname \"$0\")/../argv\"\n\
                  echo \"$RESTIC_PASSWORD$BORG_PASSPHRASE\"; cat \"$RESTIC_PASSWORD_FILE\"\n\
                  echo \"$RESTIC_PASSWORD$BORG_PASSPHRASE$(cat \"$RESTIC_PASSWORD_FILE\")\" >&2\n\
                  exit 1";
    for (ran, found) in with_script(script) {
        assert_ne!(ran.status, PASS, "{}", complaints(&found));
        assert!(
            !ran.out.contains(PASSWORD) && !ran.err.contains(PASSWORD),
            "{}",
            ran.out
        );
    }
}
