//! Repositories of restic.

use super::*;

const WITH: &str = "restic: {repository: repo, password: 'file:pw'}";

/// A repository with three snapshots, each of which brought a pack with data and one with trees.
fn prepared() -> Prepared {
    let prepared = Prepared::new();
    prepared.tool(&["restic", "init"]);
    for name in ["a", "deep/b", "c"] {
        prepared.add_file(name);
        fs::write(prepared.path().join("src/small"), name).expect("room");
        prepared.tool(&["restic", "backup", "src"]);
    }
    prepared
}

/// The newest file in a folder of the repository.
fn newest(repository: &Path, folder: &str) -> PathBuf {
    let mut files = files(&repository.join(folder));
    files.sort_by_key(|file| {
        fs::metadata(file)
            .and_then(|it| it.modified())
            .expect("it is")
    });
    files.pop().expect("a file")
}

#[test]
fn every_fault_of_a_repository_is_seen() {
    self_tested("restic");
}

#[test]
fn a_backup_is_not_kept_from_being_made() {
    not_disturbed(&prepared(), WITH, &["restic", "backup", "src"]);
}

#[test]
fn a_snapshot_that_was_there_is_missed() {
    let workspace = prepared().workspace(WITH);
    assert_eq!(verify(workspace.path()).0.status, PASS);
    remove(&newest(&workspace.path().join("repo"), "snapshots"));
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, FAIL, "{}", complaints(&found));
    assert_eq!(left_behind(workspace.path()), Ok(()));
}

#[test]
fn a_repository_that_cannot_be_written_is_verified_as_any_other() {
    read_only(&prepared(), WITH);
}

/// A repository with many files beside.
fn with_many() -> Prepared {
    let prepared = prepared();
    add_many(prepared.path());
    prepared.tool(&["restic", "backup", "src"]);
    prepared
}

#[test]
fn parts_of_a_snapshot_foretell_how_long_all_of_it_takes() {
    parts_come_back(&with_many(), WITH);
}

#[test]
fn a_part_that_is_not_found_is_a_fault_though_restic_succeeds() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = with_many().workspace(WITH);
    let real = tool(workspace.path(), &["sh", "-c", "command -v restic"]);
    // As if every name were spelled in another way than it is in the snapshot.
    let script = format!(
        "#!/bin/bash\nexec {} \"${{@/#--include=/--include=\\/none}}\"\n",
        real.trim()
    );
    let bin = workspace.path().join("bin");
    fs::create_dir(&bin).expect("room");
    fs::write(bin.join("restic"), script).expect("room");
    fs::set_permissions(bin.join("restic"), fs::Permissions::from_mode(0o700)).expect("ours");
    let mut command = cli::command(workspace.path());
    let own = std::env::var("PATH").expect("a path");
    command.env("PATH", format!("{}:{own}", bin.display()));
    let (ran, line) = sampled(command, workspace.path());
    assert_eq!(ran.status, FAIL, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("0 files, 0 bytes (expected: "),
        "{}",
        ran.err
    );
    assert!(line["takes"].is_null(), "{line}");
}

#[test]
fn a_wrong_password_opens_nothing_and_is_not_told() {
    wrong_password(&prepared(), WITH);
}
