//! Verifications of real repositories, with one thing wrong with each.
//!
//! A fault that does harm must be seen; what does none must not be complained of. Which faults
//! there are, the test of verifications knows that comes with Mainstay.

mod altered;
mod borg;
mod hostile;
mod postgres;
mod restic;
mod s3;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mainstay::proof::{SelfTested, Verdict, Verification};
use tempfile::TempDir;

use crate::cli::{self, Ran};
use crate::held::until;

/// What nothing that can be read may ever contain.
const PASSWORD: &str = "canary-7f3e-password";
/// How large a file in a backup is, in bytes.
const FILE_SIZE: usize = 700_000;

/// The exit statuses of a verification.
const PASS: i32 = 0;
const FAIL: i32 = 1;
const INCONCLUSIVE: i32 = 7;

/// A repository, and the files that are saved in it.
struct Prepared(TempDir);

impl Prepared {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        fs::write(path.join("pw"), format!("{PASSWORD}\n")).expect("room");
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(path.join("pw"), private).expect("it is ours");
        fs::create_dir_all(path.join("src/deep")).expect("room");
        Prepared(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file that cannot be compressed, the same on every run.
    fn add_file(&self, name: &str) {
        let mut state = name.bytes().fold(0x9e37_79b9_7f4a_7c15_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        let mut bytes = Vec::with_capacity(FILE_SIZE + 8);
        while bytes.len() < FILE_SIZE {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend_from_slice(&state.to_le_bytes());
        }
        fs::write(self.path().join("src").join(name), bytes).expect("room");
    }

    /// Runs a program of its tool in its folder; it must succeed.
    #[track_caller]
    fn tool(&self, words: &[&str]) -> String {
        tool(self.path(), words)
    }

    /// A workspace with a copy of the repository, and a plan that says how it is verified.
    fn workspace(&self, with: &str) -> TempDir {
        let workspace = tempfile::tempdir().expect("a folder");
        for name in ["repo", "pw"] {
            copy(&self.path().join(name), &workspace.path().join(name));
        }
        plan(workspace.path(), with, "");
        workspace
    }
}

/// Copies a file or a folder as it is.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.expect("`cp` starts").success());
}

/// Writes a workspace with one backup.
fn plan(folder: &Path, with: &str, more: &str) {
    fs::write(
        folder.join("mainstay.yaml"),
        "organization: {name: Example}\n",
    )
    .expect("room");
    fs::create_dir_all(folder.join("plans")).expect("room");
    let plan = format!(
        "team: {{id: t, name: T}}\n\
         systems: [{{id: s, name: S}}]\n\
         backups:\n  - id: b\n    name: B\n    of: [s]\n    every: 1d\n    verify:\n      \
         with: {{{with}}}\n{more}      \
         expect: [{{files: {{at-least: 4, present: [src/a]}}}}]\n"
    );
    fs::write(folder.join("plans/t.yaml"), plan).expect("room");
}

/// Runs a tool as people do who make backups.
#[track_caller]
fn tool(folder: &Path, words: &[&str]) -> String {
    let output = start_tool(folder, words).output().expect("it starts");
    let (out, err) = texts(&output);
    assert!(output.status.success(), "{words:?}: {out}{err}");
    out
}

fn start_tool(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .current_dir(folder)
        .env("RESTIC_REPOSITORY", folder.join("repo"))
        .env("RESTIC_PASSWORD_FILE", folder.join("pw"))
        .env("RESTIC_CACHE_DIR", folder.join("cache"))
        .env("BORG_REPO", folder.join("repo"))
        .env("BORG_BASE_DIR", folder.join("base"))
        .env("BORG_PASSPHRASE", PASSWORD)
        .env("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes");
    command
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// The command that verifies the one backup of a workspace.
fn command(workspace: &Path) -> Command {
    let mut command = cli::command(workspace);
    command
        .args(["backup", "verify", "--format", "json"])
        .env_remove("MAINSTAY_SCRATCH");
    command
}

/// Verifies the one backup of a workspace.
fn verify(workspace: &Path) -> (Ran, Verification) {
    read(command(workspace))
}

/// What a verification says of one backup.
fn read(command: Command) -> (Ran, Verification) {
    let ran = cli::run(command);
    let found: Result<Vec<Verification>, _> = serde_json::from_str(&ran.out);
    let found = found.unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    (ran, found.into_iter().next().expect("one backup"))
}

/// What did not pass, in one line.
fn complaints(found: &Verification) -> String {
    let bad = found.trials.iter();
    let bad = bad.filter(|trial| trial.verdict != Verdict::Pass);
    let bad: Vec<String> = bad.map(mainstay::proof::Trial::sentence).collect();
    bad.join(" | ")
}

/// Every fault of a small repository of the tool is seen, and nothing else is complained of.
fn self_tested(tool: &str) {
    let workspace = tempfile::tempdir().expect("a folder");
    plan(workspace.path(), "restic: {repository: none}", "");
    let mut command = cli::command(workspace.path());
    command
        .args(["backup", "self-test", tool, "--format", "json", "--in"])
        .arg(workspace.path())
        .env_remove("MAINSTAY_SCRATCH");
    let ran = cli::run(command);
    let found: Result<Vec<SelfTested>, _> = serde_json::from_str(&ran.out);
    let found = found.unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    let [SelfTested { tested, .. }] = &found[..] else {
        panic!("one tool: {}", ran.out);
    };
    assert!(tested.len() > 5, "{}", ran.out);
    for one in tested {
        assert_eq!(one.verdict, one.must, "{}: {}", one.fault, one.found);
    }
    assert_eq!(ran.status, PASS, "{}", ran.err);
    let left = fs::read_dir(workspace.path().join(".mainstay/state/scratch"));
    assert_eq!(left.expect("it is there").count(), 0);
}

/// Adds many files of one size to what is backed up.
fn add_many(folder: &Path) {
    for at in 0..128u32 {
        let path = folder.join(format!("src/many/{}/{at} file", at % 8));
        fs::create_dir_all(path.parent().expect("a folder")).expect("room");
        let mut bytes = vec![0; 50_000];
        for (place, byte) in (0u32..).zip(&mut bytes) {
            *byte = (place.wrapping_mul(2_654_435_761 + at) >> 13) as u8;
        }
        fs::write(path, bytes).expect("room");
    }
}

/// Restores parts of the one backup of a workspace: what came of it, and what is foreseen.
fn sampled(mut command: Command, workspace: &Path) -> (Ran, serde_json::Value) {
    command
        .args(["backup", "estimate", "--sample", "--format", "json", "--in"])
        .arg(workspace)
        .env_remove("MAINSTAY_SCRATCH");
    let ran = cli::run(command);
    let lines: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_default();
    (ran, lines[0].clone())
}

/// Parts of a real repository come back as they were asked for, and nothing of it changes.
fn parts_come_back(prepared: &Prepared, with: &str) {
    let workspace = prepared.workspace(with);
    let before = listing(&workspace.path().join("repo"));
    let (ran, line) = sampled(cli::command(workspace.path()), workspace.path());
    assert_eq!(ran.status, PASS, "{}{}", ran.out, ran.err);
    let scope = line["scope"].as_f64().expect("a share");
    assert!((10.0..=15.7).contains(&scope), "{line}");
    assert!(
        line["takes"]
            .as_str()
            .expect("an estimate")
            .ends_with("estimated from parts")
    );
    assert_eq!(before, listing(&workspace.path().join("repo")));
    assert_eq!(left_behind(workspace.path()), Ok(()));
}

/// Nothing of a restore is left, and the password is nowhere.
fn left_behind(workspace: &Path) -> Result<(), String> {
    for file in files(&workspace.join(".mainstay")) {
        let bytes = fs::read(&file).map_err(|error| error.to_string())?;
        let mut windows = bytes.windows(PASSWORD.len());
        if windows.any(|window| window == PASSWORD.as_bytes()) {
            return Err(format!("the password is in `{}`", file.display()));
        }
        if file.components().any(|part| part.as_os_str() == "scratch") {
            return Err(format!("`{}` is left", file.display()));
        }
    }
    Ok(())
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        match path.is_dir() && !path.is_symlink() {
            true => files.extend(self::files(&path)),
            false => files.push(path),
        }
    }
    files.sort();
    files
}

/// The names of all files in a folder, and what is in each.
fn listing(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap_or_default();
        (path, bytes)
    };
    files(folder).into_iter().map(read).collect()
}

fn remove(file: &Path) {
    fs::remove_file(file).expect("it is there");
}

/// A password that is not the right one is a fault, and told nowhere.
fn wrong_password(prepared: &Prepared, with: &str) {
    let workspace = prepared.workspace(with);
    let wrong = format!("{PASSWORD}-but-wrong");
    fs::write(workspace.path().join("pw"), &wrong).expect("room");
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", complaints(&found));
    assert!(!ran.out.contains(PASSWORD) && !ran.err.contains(PASSWORD));
    assert_eq!(left_behind(workspace.path()), Ok(()));
}

/// A backup can be made while a verification is going on, and after one that was killed; nothing of
/// a lock is left.
fn not_disturbed(prepared: &Prepared, with: &str, backup: &[&str]) {
    let workspace = prepared.workspace(with);
    copy(&prepared.path().join("src"), &workspace.path().join("src"));
    let before = listing(&workspace.path().join("repo"));
    let mut verification = command(workspace.path());
    verification
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    let mut verification = verification.spawn().expect("it starts");
    let log = workspace.path().join(".mainstay/state/scratch");
    until("a restore is prepared", || log.exists().then_some(()));
    verification.kill().expect("it runs");
    verification.wait().expect("it ends");
    assert_eq!(before, listing(&workspace.path().join("repo")));
    // What the first one started may still be going on where that restores.
    let again = workspace.path().join("again");
    let mut verification = command(workspace.path());
    verification.env("MAINSTAY_SCRATCH", &again);
    let told = workspace.path().join("told");
    let verification = verification.stdout(fs::File::create(&told).expect("room"));
    let mut verification = verification.spawn().expect("it starts");
    tool(workspace.path(), backup);
    let ended = verification.wait().expect("it ends");
    let told = fs::read_to_string(&told).expect("it was told");
    let is_fine = |code| [PASS, INCONCLUSIVE].contains(&code);
    assert!(ended.code().is_some_and(is_fine), "{told}");
    let locks = files(&workspace.path().join("repo"));
    let mut locks = locks
        .iter()
        .filter(|file| file.to_string_lossy().contains("/lock"));
    assert_eq!(locks.next(), None);
    let mut last = command(workspace.path());
    last.env("MAINSTAY_SCRATCH", &again);
    let (ran, found) = read(last);
    assert_eq!(ran.status, PASS, "{}", complaints(&found));
}

/// A repository that nobody can write to is verified as any other. Only root can make one.
fn read_only(prepared: &Prepared, with: &str) {
    let workspace = prepared.workspace(with);
    let (real, shown) = (workspace.path().join("repo"), workspace.path().join("ro"));
    fs::create_dir(&shown).expect("room");
    plan(
        workspace.path(),
        &with.replace("repository: repo", "repository: ro"),
        "",
    );
    let mount = |words: &[&str]| {
        let mut command = Command::new("mount");
        let ended = command.args(words).arg(&real).arg(&shown).output();
        ended.is_ok_and(|output| output.status.success())
    };
    if !mount(&["--bind", "-o", "ro"]) {
        eprintln!("nothing can be mounted here");
        return;
    }
    let is_read_only = fs::write(shown.join("probe"), "").is_err();
    let (ran, found) = verify(workspace.path());
    let unmounted = Command::new("umount").arg(&shown).status();
    assert!(is_read_only && unmounted.is_ok_and(|status| status.success()));
    assert_eq!(ran.status, PASS, "{}", complaints(&found));
    assert_eq!(found.source_unchanged, Some(true));
}
