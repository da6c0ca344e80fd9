//! Mail that a real Postfix could not deliver comes back, and whom it did not reach is told
//! otherwise.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::mail::Mailbox;
use super::postfix::{NOBODY, Postfix};
use crate::held::{Held, until};

/// Ada has a mailbox here; what is for Ben goes on to another server.
const MAIN: &str = "
relay_domains = away.example, example.org
transport_maps = texthash:HERE/config/transport
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
";

/// As the README has it, but for the user.
const MASTER: &str = "
mainstay unix - n n - 1 pipe
  flags=Rq user=nobody argv=HERE/receive
";

/// Keeps each mail, and how it ended; where plans are is in a file, so that a test can change it.
const RECEIVE: &str = "#!/bin/sh
cd HERE/mails || exit 75
cat > came
HERE/mainstay notify receive --in \"$(cat HERE/where)\" < came
status=$?
echo $status >> statuses
exit $status
";

/// A drill that has been due since yesterday, at which people are needed.
fn plan(carrier: &str) -> String {
    let now = mainstay::clock::now().expect("a clock").wall;
    let from = (now - chrono::TimeDelta::days(1)).format("%Y-%m-%d");
    format!(
        "people:\n\
         - {{id: ada, name: Ada, contacts: [{{by: email, to: ada@x.example}}]}}\n\
         - {{id: ben, name: Ben, contacts: [{{by: email, to: nobody@away.example}}]}}\n\
         channels:\n\
         - {{id: mail, name: Mail, alternate: board, with: {{smtp: {{{carrier}, tls: none}}}}}}\n\
         - {{id: board, name: Board, with: {{script: {{argv: [tee, -a, board.json]}}}}}}\n\
         drills: [{{id: d, name: D, kind: tabletop, \
         schedule: {{zone: UTC, from: {from}, every: P1Y, at: '00:00'}}}}]\n"
    )
}

const ORGANIZATION: &str = "organization:
  name: Example
  notices:
    - {audience: ada, channel: mail, kinds: [due, missed]}
    - {audience: ben, channel: mail, kinds: [due, missed]}
";

/// A Postfix that hands over what is for us, and passes on what is for others.
fn receiving(transport: &str) -> Postfix {
    let postfix = Postfix::start(&["ada"], (MAIN, MASTER));
    let here = postfix.folder.path().to_string_lossy().into_owned();
    let transport = format!("{transport}example.org mainstay:\n");
    fs::write(postfix.path("config/transport"), transport).expect("room");
    fs::write(postfix.path("where"), "/nowhere").expect("room");
    fs::write(postfix.path("receive"), RECEIVE.replace("HERE", &here)).expect("room");
    let may_run = fs::Permissions::from_mode(0o755);
    fs::set_permissions(postfix.path("receive"), may_run).expect("it is ours");
    // Whoever delivers mail need not see the folder in which it was built.
    let built = Path::new(env!("CARGO_BIN_EXE_mainstay"));
    fs::copy(built, postfix.path("mainstay")).expect("room");
    postfix
}

/// A workspace that `mainstay serve` serves, a Postfix by which it sends, and another server.
struct Posted {
    held: Held,
    postfix: Postfix,
    _away: Mailbox,
    serving: Child,
}

impl Posted {
    fn begin() -> Self {
        let away = Mailbox::open(&[]);
        let postfix = receiving(&format!("away.example smtp:[127.0.0.1]:{}\n", away.port));
        let held = Held::of(&plan(&postfix.carrier()));
        fs::write(held.path("mainstay.yaml"), ORGANIZATION).expect("room");
        for path in ["", "mainstay.yaml", "plans", "plans/t.yaml"] {
            chown(held.path(path), Some(NOBODY), Some(NOBODY)).expect("we are root");
        }
        let mut posted = Posted {
            serving: as_nobody(&held, &["drill", "list"])
                .spawn()
                .expect("it starts"),
            held,
            postfix,
            _away: away,
        };
        posted.serving.wait().expect("it ends");
        let mut serve = as_nobody(&posted.held, &["serve"]);
        serve.stdout(Stdio::null()).stderr(Stdio::null());
        posted.serving = serve.spawn().expect("it starts");
        posted
    }

    /// The exit status of each mail that came.
    fn statuses(&self) -> Vec<String> {
        let all = fs::read_to_string(self.postfix.path("mails/statuses"));
        all.unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// Where those that come find the plans from now on.
    fn plans_are_at(&self, path: &Path) {
        let path = path.to_string_lossy().into_owned();
        fs::write(self.postfix.path("where"), path).expect("room");
    }

    /// What became of the messages, the newest first.
    fn outbox(&self) -> Value {
        let mut command = as_nobody(&self.held, &["notify", "outbox", "--format", "json"]);
        let output = command.output().expect("it starts");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn receive(&self, words: &[&str], mail: &Path) -> Output {
        let words = [&["notify", "receive"], words].concat();
        let mut command = as_nobody(&self.held, &words);
        command.stdin(fs::File::open(mail).expect("it is there"));
        command.output().expect("it starts")
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        let _ = self.serving.kill();
        let _ = self.serving.wait();
    }
}

/// A command by who delivers mail here.
fn as_nobody(held: &Held, words: &[&str]) -> Command {
    let mut command = held.command(words);
    command.uid(NOBODY).gid(NOBODY);
    command
}

fn ended(output: &Output) -> (Option<i32>, String) {
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8(said).expect("UTF-8");
    (output.status.code(), said)
}

#[test]
fn who_is_not_reached_after_all_is_told_by_the_alternate_once() {
    let posted = Posted::begin();
    let ada = &posted.postfix.mails("ada", 1)[0];
    assert!(
        ada.contains("To: Ada <ada@x.example>, Ben <nobody@away.example>"),
        "{ada}"
    );
    // Where nothing can be kept, the mail waits at Postfix.
    until("it is not taken", || {
        posted.statuses().contains(&"75".to_owned()).then_some(())
    });
    posted.plans_are_at(posted.held.0.path());
    let board: Value = until("the board is told", || {
        let board = fs::read_to_string(posted.held.path("board.json")).ok()?;
        serde_json::from_str(&board).ok()
    });
    assert_eq!(board["to"].as_array().map(Vec::len), Some(1), "{board}");
    assert_eq!(board["to"][0]["person"], "ben");
    until("it is taken", || {
        posted.statuses().last().filter(|it| *it == "0").map(drop)
    });
    let outbox = until("the board has it", || {
        let outbox = posted.outbox();
        (outbox["counts"]["delivered"] == 1).then_some(outbox)
    });
    let sent = &outbox["messages"][1];
    assert_eq!(sent["state"], "failed");
    let said = sent["said"].as_str().expect("it is said");
    let start = "came back for Ben <nobody@away.example>: 550 5.1.1 no such user here; taken for ";
    assert!(said.starts_with(start), "{said}");
    let body: Value = serde_json::from_str(sent["body"].as_str().expect("text")).expect("JSON");
    assert_eq!(
        body["returned"].as_object().map(serde_json::Map::len),
        Some(1),
        "{body}"
    );
    // It is a finding, and said a second time it changes nothing.
    let check = posted.held.say(&["check", "--only", "message-undelivered"]);
    let (_, told) = ended(&check);
    assert!(told.contains("came back for Ben"), "{told}");
    let again = posted.receive(&[], &posted.postfix.path("mails/came"));
    let (status, told) = ended(&again);
    assert_eq!(status, Some(0), "{told}");
    assert!(told.starts_with("it was known before that live-"), "{told}");
    assert_eq!(posted.outbox(), outbox);
    let board = fs::read_to_string(posted.held.path("board.json")).expect("it is there");
    serde_json::from_str::<Value>(&board).expect("one message");
    let nowhere = ["--store", "postgres://127.0.0.1:1/none"];
    let (status, told) = ended(&posted.receive(&nowhere, &posted.postfix.path("mails/came")));
    assert_eq!(status, Some(75), "{told}");
}

#[test]
fn who_answers_hears_that_nobody_has_read_it_and_programs_hear_nothing() {
    let postfix = receiving("");
    let send = |head: &str| {
        let mail = format!("From: ada@x.example\r\n{head}Subject: Re: Due\r\n\r\nI see to it.\r\n");
        fs::write(postfix.path("mail"), mail).expect("room");
        let sent = Command::new("curl")
            .args(["-sS", "--mail-from", "ada@x.example"])
            .args(["--mail-rcpt", "mainstay@example.org", "-T"])
            .arg(postfix.path("mail"))
            .arg(format!("smtp://127.0.0.1:{}/here.example", postfix.port))
            .output()
            .expect("`curl` starts; `./test` installs it");
        assert!(sent.status.success(), "{sent:?}");
    };
    send("Auto-Submitted: auto-replied\r\n");
    let statuses = || fs::read_to_string(postfix.path("mails/statuses")).unwrap_or_default();
    until("it is taken", || (statuses() == "0\n").then_some(()));
    send("");
    let answer = &postfix.mails("ada", 1)[0];
    assert!(answer.contains("nobody reads what is written"), "{answer}");
    assert_eq!(statuses(), "0\n69\n");
}
