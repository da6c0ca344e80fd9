//! A program of one's own is told a message.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use mainstay::notify::Delivery;
use serde_json::Value;

use super::server::{Manner, Service};
use super::services::CASES;
use super::*;
use crate::held::{Held, until};

/// Keeps what it is told.
pub const RECORD: &str = "cat > told.json";

/// A workspace with a program `tell` that does this.
fn program(script: &str) -> TempDir {
    let folder = workspace();
    let path = folder.path().join("tell");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("room");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    folder
}

#[track_caller]
fn run(folder: &TempDir, more: &str, within: Duration) -> Delivery {
    let channel = channel(&format!("{{script: {{argv: [./tell, 'a b'], {more}}}}}"));
    delivered(
        (&channel, folder.path(), within),
        &message("a", "ada@x.example"),
    )
}

/// What a program is told of a message.
pub fn told(script: &str, message: &Message) -> Value {
    let folder = program(script);
    let channel = channel("{script: {argv: [./tell]}}");
    check(
        &delivered((&channel, folder.path(), WITHIN), message),
        Ends::Delivered,
        "status 0",
    );
    let text = fs::read_to_string(folder.path().join("told.json")).expect("it was told");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn its_exit_status_says_what_came_of_it() {
    let check = |script: &str, ends, part: &str| {
        check(&run(&program(script), "", WITHIN), ends, part);
    };
    check(
        "echo on the board",
        Ends::Delivered,
        "exit status 0: on the board",
    );
    check(
        "echo busy >&2; exit 75",
        Ends::Later,
        "exit status 75: busy",
    );
    check(
        "echo first; echo no such board >&2; exit 1",
        Ends::Refused,
        "status 1: no such board",
    );
    check("kill -9 $$", Ends::Later, "signal 9");
    check("exit 74", Ends::Refused, "exit status 74");
    // It need not read what it is told.
    check("exec < /dev/null; exit 0", Ends::Delivered, "exit status 0");
}

#[test]
fn it_is_told_all_of_the_message_and_its_arguments() {
    let json = told(RECORD, &message("a", "ada@x.example"));
    assert_eq!(json["to"][0]["address"], "ada@x.example");
    assert_eq!(json["mode"], "live");
    assert_eq!(json["state"], "trigger");
    assert_eq!(json["urgency"], "high");
    assert_eq!(json["link"], "https://x.example/?a=1&b=2");
    let folder = program("test \"$1\" = 'a b'");
    check(&run(&folder, "", WITHIN), Ends::Delivered, "");
}

#[test]
fn it_sees_of_the_environment_only_what_is_stated() {
    let held = Held::of(
        "channels: [{id: c, name: C, with: {script: {argv: [./tell], environment: [STATED]}}}]\n",
    );
    let path = held.path("tell");
    fs::write(
        &path,
        "#!/bin/sh\nenv | sort | cut -d= -f1 > names\necho \"$STATED\"\n",
    )
    .expect("room");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let mut command = held.command(&["notify", "test", "c"]);
    let output = command
        .env("STATED", SECRET)
        .env("OTHER", "x")
        .output()
        .expect("it starts");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(said, "delivered: exit status 0: [hidden]\n");
    let names = fs::read_to_string(held.path("names")).expect("it ran");
    let own = ["PWD", "SHLVL", "_", "OLDPWD"];
    let names: Vec<&str> = names.lines().filter(|name| !own.contains(name)).collect();
    assert_eq!(names, ["PATH", "STATED"]);
}

#[test]
fn one_that_takes_too_long_is_ended_with_all_that_it_began() {
    let folder = program("sleep 300 & echo $! > child; wait");
    let began = Instant::now();
    let delivery = run(&folder, "within: 1s", WITHIN);
    check(&delivery, Ends::Later, "took longer than 1 s");
    assert!(began.elapsed() < Duration::from_secs(10));
    let child = fs::read_to_string(folder.path().join("child")).expect("it ran");
    // Who was killed is there until the system has cleared up.
    until("what it began is gone", || {
        let state = fs::read_to_string(format!("/proc/{}/stat", child.trim()));
        let state = state.unwrap_or_default();
        (state.is_empty() || state.contains(") Z ")).then_some(())
    });
}

#[test]
fn one_that_writes_without_end_is_heard_in_part() {
    let folder = program("yes | head -c 10000000; echo; echo the end");
    check(&run(&folder, "", WITHIN), Ends::Delivered, "the end");
}

#[test]
fn one_that_is_not_there_is_refused() {
    check(
        &run(&workspace(), "", WITHIN),
        Ends::Unready,
        "`./tell` cannot be run",
    );
    let folder = program("exit 0");
    check(
        &run(&folder, "environment: [MAINSTAY_NOT_SET]", WITHIN),
        Ends::Unready,
        "MAINSTAY_NOT_SET",
    );
}

/// A workspace with channels and those who hear them.
fn held() -> Held {
    let held = Held::of(
        "people:
  - {id: ada, name: Ada, contacts: [{by: email, to: ada@x.example}]}
  - {id: ben, name: Ben}
roles: [{id: lead, name: Lead, primary: ada, alternates: [ben]}]
channels:
  - {id: board, name: Board, with: {script: {argv: [sh, -c, 'exit $(cat status)']}}}
  - {id: mail, name: Mail, with: {smtp: {host: x.example, from: m@x.example}}, alternate: board}
  - {id: half, name: Half, with: {slack: {token: env:TOKEN}}}
  - {id: odd, name: Odd, with: {smtp: {host: x.example, from: m@x.example, tls: perhaps}}}\n",
    );
    let organization = "organization:
  name: Example
  notices:
    - {audience: lead, channel: mail, kinds: [due, reminder]}
    - {audience: responsible, channel: board, kinds: [run]}
    - {audience: nobody, channel: nowhere}\n";
    fs::write(held.path("mainstay.yaml"), organization).expect("room");
    held
}

#[test]
fn the_list_shows_who_hears_what_and_who_cannot_be_reached() {
    let held = held();
    let text = held.told(&["notify", "list"]);
    let expected = "\
board  Board, by script
  responsible: run
    whoever is responsible for what it is about
half  Half, by slack
  cannot be used: the channel says no `channel` for its `token`
  nobody hears anything by it
mail  Mail, by smtp
  when it does not work: board
  lead: due, reminder
    reminded before: P30D, P7D, P1D
    Ada <ada@x.example>
    Ben: has no address there
odd  Odd, by smtp
  nobody hears anything by it
";
    assert_eq!(text, expected);
    let json: Value =
        serde_json::from_str(&held.told(&["notify", "list", "--format", "json"])).expect("JSON");
    assert_eq!(json[2]["hears"][0]["people"][1]["unreachable"], true);
}

#[test]
fn a_channel_or_party_that_is_nowhere_is_found() {
    let output = held().say(&["check", "--only", "dangling-reference"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("there is no channel `nowhere`"), "{said}");
    assert!(
        said.contains("there is no person or role or team `nobody`"),
        "{said}"
    );
    assert_eq!(said.matches("there is no").count(), 2, "{said}");
}

#[test]
fn the_exit_status_of_a_test_says_what_came_of_it() {
    let held = held();
    for (status, exit, word) in [
        ("0", 0, "delivered"),
        ("75", 7, "not delivered now"),
        ("1", 1, "refused"),
    ] {
        fs::write(held.path("status"), status).expect("room");
        let output = held.say(&["notify", "test", "board"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.starts_with(&format!("{word}: ")), "{said}");
    }
}

#[test]
fn a_channel_that_is_not_understood_is_not_tried() {
    let held = held();
    for (words, exit, part) in [
        (
            &["notify", "test", "odd", "--to", "ada"][..],
            6,
            "cannot be understood",
        ),
        (&["notify", "test", "half"][..], 1, "says no `channel`"),
        (
            &["notify", "test", "mail"][..],
            2,
            "without anybody to tell",
        ),
        (
            &["notify", "test", "none"][..],
            4,
            "find the channel `none`",
        ),
        (
            &["notify", "test", "mail", "--to", "ben"][..],
            1,
            "nobody has a mail address: Ben",
        ),
    ] {
        let output = held.say(words);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("UTF-8");
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_credential_is_read_where_systemd_puts_it() {
    let mut cases = CASES.iter();
    let case = cases.find(|case| case.key == "slack").expect("a case");
    let service = Service::start(case.judge, Manner::Usual);
    let held =
        Held::of("channels: [{id: c, name: C, with: {slack: {webhook: 'credential:hook.url'}}}]\n");
    fs::create_dir(held.path("given")).expect("room");
    let webhook = format!("{}{}\n", service.address, case.webhook);
    fs::write(held.path("given/hook.url"), webhook).expect("room");
    let try_it = |folder: Option<&str>| {
        let mut command = held.command(&["notify", "test", "c"]);
        command.env_remove("CREDENTIALS_DIRECTORY");
        if let Some(folder) = folder {
            command.env("CREDENTIALS_DIRECTORY", held.path(folder));
        }
        let output = command.output().expect("it starts");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(try_it(Some("given")), "delivered: Slack has taken it\n");
    let why = "refused: the secret `credential:hook.url` cannot be read: systemd has handed over \
               no credentials\n";
    assert_eq!(try_it(None), why);
    assert_eq!(service.taken().len(), 1);
}
