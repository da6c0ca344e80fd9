//! Repositories of Borg.

use super::*;

const WITH: &str = "borg: {repository: repo, passphrase: 'file:pw'}";

/// A repository with three archives, in segments of which none holds more than one file.
fn prepared() -> Prepared {
    let prepared = Prepared::new();
    prepared.tool(&["borg", "init", "-e", "repokey"]);
    prepared.tool(&["borg", "config", "::", "max_segment_size", "524288"]);
    for (number, name) in ["a", "deep/b", "c"].into_iter().enumerate() {
        prepared.add_file(name);
        fs::write(prepared.path().join("src/small"), name).expect("room");
        prepared.tool(&["borg", "create", &format!("::n-{number}"), "src"]);
    }
    prepared
}

#[test]
fn every_fault_of_a_repository_is_seen() {
    self_tested("borg");
}

#[test]
fn a_backup_is_not_kept_from_being_made() {
    not_disturbed(&prepared(), WITH, &["borg", "create", "::later", "src"]);
}

#[test]
fn only_archives_with_such_names_are_meant() {
    let with = "borg: {repository: repo, passphrase: 'file:pw', archives: 'n-[01]'}";
    let workspace = prepared().workspace(with);
    let (ran, found) = verify(workspace.path());
    let point = found.point.expect("an archive");
    assert!(point.id.starts_with("n-1@"), "{}", point.id);
    // The third file is in the third archive only.
    assert_eq!(ran.status, FAIL);
    assert_eq!(left_behind(workspace.path()), Ok(()));
}

#[test]
fn a_repository_that_cannot_be_written_is_verified_as_any_other() {
    read_only(&prepared(), WITH);
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_is_not_told() {
    wrong_password(&prepared(), WITH);
}

#[test]
fn parts_of_an_archive_foretell_how_long_all_of_it_takes() {
    let prepared = prepared();
    add_many(prepared.path());
    prepared.tool(&["borg", "create", "::z-many", "src"]);
    parts_come_back(&prepared, WITH);
}
