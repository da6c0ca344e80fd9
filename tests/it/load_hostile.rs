//! Input that means harm: a clear finding with a place, and everything else still works.
//!
//! No test here watches a clock. What would run away does so by a factor of thousands, and then
//! the test does not end.

use std::path::Path;

use mainstay::finding::{Finding, Place, Spot};
use mainstay::load::{self, File, Loaded, PROBLEMS_MAX, SIZE_MAX, Unread};
use mainstay::render::findings::{Colour, Report, format};
use mainstay::workspace::Workspace;

use crate::load::complaints;
use crate::support;

/// A file that is in order, to see that the other one hides nothing in it.
const GOOD: &str = "organization: {name: Example}\nsystems:\n  - {id: good, name: Good}\n";

fn load_beside_good(bad: Result<Vec<u8>, Unread>) -> Loaded {
    let file = |path: &str, content| File {
        path: path.to_owned(),
        content,
    };
    let loaded = load::load(vec![
        file("bad.yaml", bad),
        file("good.yaml", Ok(GOOD.as_bytes().to_vec())),
    ]);
    assert!(loaded.programme.systems.has("good"));
    assert!(loaded.programme.organization.is_some());
    let report = Report::new(&loaded.findings, &loaded.sources, Colour::Plain);
    let shown = (format("text").expect("a format").write)(&report);
    let many = loaded.findings.len() * 4_000;
    assert!(shown.len() <= many, "{} bytes shown", shown.len());
    loaded
}

fn check(bad: impl Into<Vec<u8>>, expected: &[&str]) -> Loaded {
    let loaded = load_beside_good(Ok(bad.into()));
    assert_eq!(complaints(&loaded), expected);
    loaded
}

#[test]
fn an_alias_bomb_is_defused() {
    let mut bomb = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for (this, last) in ('b'..='z').zip('a'..) {
        let nine = vec![format!("*{last}"); 9].join(", ");
        bomb += &format!("{this}: &{this} [{nine}]\n");
    }
    let loaded = load_beside_good(Ok(bomb.into_bytes()));
    let complex = |f: &&Finding| f.check == "yaml-too-complex";
    assert!(loaded.findings.iter().filter(complex).count() > 1);
}

#[test]
fn a_long_text_is_not_repeated_without_end() {
    let long = "x".repeat(1 << 20);
    let aliases = "*a, ".repeat(10_000);
    let text = format!("team: &a \"\\u0041{long}\"\nsystems: [{aliases}]\n");
    let loaded = load_beside_good(Ok(text.into_bytes()));
    assert!(
        loaded
            .findings
            .iter()
            .any(|f| f.check == "yaml-too-complex")
    );
}

#[test]
fn a_small_text_may_be_repeated_but_only_so_often() {
    let text = format!(
        "systems: [{}]\n",
        "&a x, ".to_owned() + &"*a, ".repeat(100_000)
    );
    let loaded = load_beside_good(Ok(text.into_bytes()));
    assert!(
        loaded
            .findings
            .iter()
            .any(|f| f.check == "too-many-problems")
    );
}

#[test]
fn anchors_around_anchors_are_not_kept_many_times_over() {
    let open: String = (0..60).map(|i| format!("&a{i} [")).collect();
    let text = format!("junk: {open}{}{}\n", "x,".repeat(200_000), "]".repeat(60));
    check(text, &["unknown-key 1:1 junk"]);
}

#[test]
fn a_chain_of_aliases_is_followed_as_far_as_it_is_short() {
    let mut text = "x0: &x0 {id: a, name: A}\n".to_owned();
    for i in 1..2_000 {
        text += &format!("x{i}: &x{i} *x{}\n", i - 1);
    }
    let loaded = load_beside_good(Ok(text.into_bytes()));
    assert!(loaded.findings.iter().any(|f| f.check == "yaml-syntax"));
}

#[test]
fn nesting_has_a_limit_whichever_way_it_is_written() {
    let levels = 100_000;
    check(
        "systems: ".to_owned() + &"[".repeat(levels),
        &["yaml-too-complex 1:74 "],
    );
    check(
        "systems: ".to_owned() + &"{a: ".repeat(levels),
        &["yaml-too-complex 1:266 "],
    );
    check("- ".repeat(levels), &["yaml-too-complex 1:129 "]);
    let staircase: String = (0..3_000).map(|i| " ".repeat(i) + "a:\n").collect();
    let loaded = load_beside_good(Ok(staircase.into_bytes()));
    assert_eq!(
        complaints(&loaded),
        ["unknown-key 1:1 a", "yaml-too-complex 65:65 "]
    );
}

#[test]
fn garbage_is_no_text_and_refused_where_it_begins() {
    let size = usize::try_from(SIZE_MAX).expect("fits");
    let mut state = 1u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let garbage: Vec<u8> = (0..size).map(|_| byte()).collect();
    let loaded = load_beside_good(Ok(garbage));
    assert_eq!(loaded.findings.len(), 1);
    assert_eq!(loaded.findings[0].check, "file-unreadable");
    assert!(loaded.sources.files()[0].text.len() < 1_000);
}

#[test]
fn printable_garbage_is_refused_once() {
    check("}{][,:%@`".repeat(1 << 17), &["yaml-syntax 1:1 "]);
}

#[test]
fn more_values_than_a_plan_can_have_are_refused() {
    let text = "junk: [".to_owned() + &"x,".repeat(4_100_000) + "]\n";
    check(text, &["unknown-key 1:1 junk", "yaml-too-complex 2:1 "]);
}

#[test]
fn a_file_that_is_too_large_is_refused_by_its_size() {
    let loaded = load_beside_good(Err(Unread::TooLarge(1 << 30)));
    assert_eq!(complaints(&loaded), ["file-unreadable 1:1 "]);
    let bytes = vec![b'#'; usize::try_from(SIZE_MAX).expect("fits") + 1];
    check(bytes, &["file-unreadable 1:1 "]);
}

#[test]
fn what_is_not_utf8_is_shown_where_it_begins() {
    check(b"systems:\n  - id: caf\xe9\n", &["file-unreadable 2:12 "]);
    check(b"\xff\xfet\0e\0a\0m\0", &["file-unreadable 1:1 "]);
    check(b"a: \xed\xa0\x80", &["file-unreadable 1:4 "]);
}

#[test]
fn a_nul_byte_is_shown_where_it_is() {
    check("team:\n  id: a\0b\n", &["file-unreadable 2:8 \0"]);
}

#[test]
fn other_control_characters_do_not_reach_the_terminal() {
    let text = "team: {id: \"a\\e[31m\", name: \u{1b}[2J}\n\"\\e]0;x\": 1\n";
    let loaded = load_beside_good(Ok(text.as_bytes().to_vec()));
    let report = Report::new(&loaded.findings, &loaded.sources, Colour::Plain);
    let shown = (format("text").expect("a format").write)(&report);
    assert!(!loaded.findings.is_empty() && !shown.contains('\u{1b}'));
    let one_line = |f: &Finding| !f.message.contains(char::is_control);
    assert!(loaded.findings.iter().all(one_line));
}

#[test]
fn a_key_that_stands_twice_is_found_among_many() {
    let many: String = (0..200_000).map(|i| format!("k{i}: 1\n")).collect();
    let text = format!("systems: []\n{many}systems: [x]\n");
    let loaded = load_beside_good(Ok(text.into_bytes()));
    let twice = loaded
        .findings
        .iter()
        .find(|f| f.check == "yaml-duplicate-key");
    // So many unknown keys are not all listed, but the first to be found is.
    assert!(twice.is_some());
    check(
        "team: {id: a, id: b, name: A}",
        &["yaml-duplicate-key 1:15 id"],
    );
    check(
        "team: {id: a, \"id\": b, name: A}",
        &["yaml-duplicate-key 1:15 \"id\""],
    );
}

#[test]
fn tags_are_refused_and_the_value_is_still_read() {
    let text = "team:\n  id: !!str 7\n  name: !secret x\n  lead: ! y\n";
    let loaded = load_beside_good(Ok(text.as_bytes().to_vec()));
    let tags = loaded.findings.iter().filter(|f| f.check == "yaml-tag");
    assert_eq!(tags.count(), 3);
    assert!(loaded.programme.teams.has("7"));
    check(
        "team: !!python/object:os.system {id: a, name: b}",
        &["yaml-tag 1:33 "],
    );
}

#[test]
fn a_directive_changes_nothing() {
    let text = "%YAML 1.1\n---\nsystems: [{id: no, name: 0777, tier: yes}]\n";
    let loaded = check(text, &["dangling-reference 3:38 yes"]);
    assert!(loaded.programme.systems.has("no"));
}

#[test]
fn a_quote_that_is_never_closed_is_shown_where_it_opens() {
    check("team:\n  id: \"a\n  name: b\n", &["yaml-syntax 2:7 "]);
    check("team:\n  id: 'a\n", &["yaml-syntax 2:7 "]);
    check("team: {id: a", &["yaml-syntax 1:7 "]);
}

#[test]
fn ten_thousand_documents_are_ten_thousand_plans() {
    let text: String = (0..10_000)
        .map(|i| format!("---\nteam: {{id: t{i}, name: T, lead: x{i}}}\n"))
        .collect();
    let loaded = load_beside_good(Ok(text.into_bytes()));
    assert_eq!(loaded.programme.teams.len(), 10_000);
    let last = &complaints(&loaded)[9_999];
    assert_eq!(last, "dangling-reference 20000:34 x9999");
}

#[test]
fn ten_thousand_broken_documents_are_counted() {
    let loaded = load_beside_good(Ok("---\n[\n".repeat(10_000).into_bytes()));
    assert_eq!(loaded.findings.len(), PROBLEMS_MAX + 1);
    let unlisted = loaded
        .findings
        .iter()
        .find(|f| f.check == "too-many-problems");
    let message = &unlisted.expect("says so").message;
    assert!(message.starts_with("9000 more"), "{message}");
}

#[test]
fn a_key_of_a_megabyte_is_quoted_in_part() {
    let key = "k".repeat(1 << 20);
    let loaded = load_beside_good(Ok(
        format!("{key}: 1\nsystems: [{{{key}: x}}]\n").into_bytes()
    ));
    assert!(!loaded.findings.is_empty());
    assert!(loaded.findings.iter().all(|f| f.message.len() < 2_000));
    let long = format!("systems: [{{id: {key}, name: x, rto: {key}}}]");
    let loaded = load_beside_good(Ok(long.into_bytes()));
    assert!(loaded.findings.iter().all(|f| f.message.len() < 2_000));
}

#[test]
fn one_item_with_more_problems_than_are_listed_is_left_out_and_says_so() {
    let keys: String = (0..100_000).map(|i| format!("    k{i}: x\n")).collect();
    let text = format!("systems:\n  - id: a\n    name: A\n{keys}  - {{id: b, name: B}}\n");
    let loaded = load_beside_good(Ok(text.into_bytes()));
    let unlisted = |f: &&Finding| f.check == "too-many-problems";
    assert_eq!(loaded.findings.iter().filter(unlisted).count(), 1);
    assert!(!loaded.programme.systems.has("a") && loaded.programme.systems.has("b"));
}

#[test]
fn a_hundred_thousand_dangling_references_are_counted() {
    let needs: String = (0..100_000).map(|i| format!("{{on: gone-{i}}},")).collect();
    let systems: String = (0..1_000)
        .map(|i| format!("  - {{id: sys-{i}, name: S}}\n"))
        .collect();
    let text = format!("systems:\n{systems}  - {{id: a, name: A, depends-on: [{needs}]}}\n");
    let loaded = load_beside_good(Ok(text.into_bytes()));
    let dangling = |f: &&Finding| f.check == "dangling-reference";
    assert_eq!(loaded.findings.iter().filter(dangling).count(), 10_000);
    assert!(
        loaded
            .findings
            .iter()
            .any(|f| f.message.starts_with("90000 more"))
    );
}

#[test]
fn thousands_of_places_in_one_line_are_found_in_one_pass() {
    let text = format!("systems: [{}]\n", "{id: a, name: A},".repeat(20_000));
    let loaded = check(text.clone(), &[]);
    let declared = &loaded.programme.systems.get("a").expect("a").declarations;
    let places: Vec<Place> = declared.iter().map(|d| d.at.key("name")).collect();
    let located = loaded.sources.locate(&places);
    assert_eq!(located.len(), 20_000);
    let last = &located[&places[19_999]];
    assert_eq!(last.start.column, text.len() - 4);
}

/// A workspace on disk with one good plan, to put bad company beside.
fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mainstay.yaml"), GOOD).expect("write");
    std::fs::create_dir(folder.path().join("plans")).expect("create");
    let plan = "team: {id: t, name: T}\n";
    std::fs::write(folder.path().join("plans/t.yaml"), plan).expect("write");
    folder
}

fn check_folder(folder: &Path, expected: &[(&str, &str)]) {
    let files = Workspace::find(folder).expect("a workspace").files();
    let loaded = load::load(files);
    assert!(loaded.programme.systems.has("good") && loaded.programme.teams.has("t"));
    let said = loaded.findings.iter().map(|finding| {
        assert_eq!(finding.check, "file-unreadable");
        let place = finding.place.as_ref().expect("a place");
        assert_eq!(place.spot, Spot::File);
        (loaded.sources.path(place.file), finding.message.as_str())
    });
    let said: Vec<_> = said.collect();
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for ((path, message), (expected_path, part)) in said.iter().zip(expected) {
        assert_eq!(path, expected_path);
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_gibibyte_is_refused_without_being_read() {
    let folder = workspace();
    let file = std::fs::File::create(folder.path().join("plans/huge.yaml")).expect("create");
    file.set_len(1 << 30).expect("a sparse file");
    check_folder(folder.path(), &[("plans/huge.yaml", "1073741824 bytes")]);
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_or_nowhere_or_to_folders_are_told() {
    use std::os::unix::fs::symlink;
    let folder = workspace();
    let plans = folder.path().join("plans");
    symlink("loop.yaml", plans.join("loop.yaml")).expect("link");
    symlink("..", plans.join("up")).expect("link");
    symlink("gone.yaml", plans.join("lost.yaml")).expect("link");
    symlink("t.yaml", plans.join("same.txt")).expect("link");
    check_folder(
        folder.path(),
        &[
            ("plans/loop.yaml", "symbolic links"),
            ("plans/lost.yaml", "No such file"),
            ("plans/up", "a link to a folder"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn what_is_not_a_file_is_never_opened() {
    let folder = workspace();
    let plans = folder.path().join("plans");
    let pipe = plans.join("pipe.yaml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is there").success());
    std::os::unix::net::UnixListener::bind(plans.join("socket.yml")).expect("a socket");
    std::os::unix::fs::symlink("/dev/zero", plans.join("zero.yaml")).expect("link");
    std::fs::create_dir(plans.join("folder.yaml")).expect("create");
    check_folder(
        folder.path(),
        &[
            ("plans/pipe.yaml", "a pipe or a device"),
            ("plans/socket.yml", "a pipe or a device"),
            ("plans/zero.yaml", "a pipe or a device"),
        ],
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = workspace();
    let plans = folder.path().join("plans");
    let (file, closed) = (plans.join("secret.yaml"), plans.join("closed"));
    std::fs::write(&file, "team: {}\n").expect("write");
    std::fs::create_dir(&closed).expect("create");
    let forbid = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("chmod");
    };
    forbid(&file, 0);
    forbid(&closed, 0);
    // Nothing is forbidden to root.
    if std::fs::read(&file).is_err() {
        check_folder(
            folder.path(),
            &[
                ("plans/closed", "ermission denied"),
                ("plans/secret.yaml", "ermission denied"),
            ],
        );
    }
    forbid(&closed, 0o700);
}

#[test]
fn hidden_files_are_left_alone_and_endings_may_be_shouted() {
    let folder = workspace();
    let plans = folder.path().join("plans");
    std::fs::create_dir_all(plans.join(".git")).expect("create");
    std::fs::write(plans.join(".git/config.yaml"), "broken: [").expect("write");
    std::fs::write(plans.join(".hidden.yaml"), "broken: [").expect("write");
    std::fs::write(plans.join("notes.txt"), "broken: [").expect("write");
    std::fs::write(plans.join("LOUD.YML"), "roles: [{id: r, name: R}]\n").expect("write");
    check_folder(folder.path(), &[]);
    let files = Workspace::find(folder.path()).expect("a workspace").files();
    assert!(load::load(files).programme.roles.has("r"));
}

#[test]
fn folders_have_a_limit_to_their_depth() {
    let folder = workspace();
    let deep = folder.path().join("plans").join("d/".repeat(40));
    std::fs::create_dir_all(&deep).expect("create");
    std::fs::write(deep.join("deep.yaml"), "broken: [").expect("write");
    let shown = format!("plans/{}", ["d"; 33].join("/"));
    check_folder(folder.path(), &[(&shown, "folders deep")]);
}

#[test]
fn findings_of_one_file_stand_beside_those_of_another() {
    let loaded = load_beside_good(Ok(b"systems: [{id: a, name: A, tier: x}, 5]".to_vec()));
    let empty = support::findings(&loaded);
    assert!(empty.len() >= 2);
}
