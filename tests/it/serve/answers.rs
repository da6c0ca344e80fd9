//! People are asked, and answer: by the link that they were sent, or by a command.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Output, Stdio};

use serde_json::Value;

use super::Serving;
use crate::held::{Held, until};
use crate::notify::mail::Mailbox;

/// The key with which links are signed.
const KEY: (&str, &str) = ("ANSWERS_KEY", "0123456789abcdef0123456789abcdef");

/// Four people and a channel that writes each message to a file of its own.
const PLAN: &str = "
people:
  - {id: ada, name: Ada, contacts: [{by: sms, to: '1'}]}
  - {id: ben, name: Ben <b>, contacts: [{by: sms, to: '2'}]}
  - {id: eve, name: Eve, contacts: [{by: sms, to: '3'}]}
  - {id: joe, name: Joe}
channels:
  - id: sms
    name: Text messages
    with: {script: {argv: [sh, -c, 'cat > part.$$ && mv part.$$ sms.$$'], addresses: sms}}
call-trees:
  - id: crisis
    name: Crisis team
    calls: [{from: ada, to: [joe, ben, eve]}]
    page: {by: [sms], need: 2, within: 2m, then: rest}
  - id: rest
    name: Whoever is left
    calls: [{from: eve}]
    page: {by: [sms], within: 1s}
";

/// A workspace, its daemon, and what it has sent.
struct Asking {
    held: Held,
    serving: Serving,
}

impl Asking {
    fn begin(plan: &str, organization: &str) -> Self {
        let held = Held::of(&format!("{PLAN}{plan}"));
        let stated = format!(
            "organization:\n  name: Example\n  answers: {{url: 'http://x.example/below/', key: \
             'env:{}'}}\n{organization}",
            KEY.0
        );
        fs::write(held.path("mainstay.yaml"), stated).expect("room");
        let serving = Serving::with(&held, &[KEY]);
        Asking { held, serving }
    }

    /// The message that somebody with a number got, once it is there.
    #[track_caller]
    fn sent(&self, to: &str) -> Value {
        until(&format!("a message for {to}"), || self.found(to))
    }

    /// The message that somebody with a number got whose title begins with this, once it is there.
    #[track_caller]
    fn sent_about(&self, to: &str, title: &str) -> Value {
        let is_it = |message: &Value| {
            let found = message["title"].as_str();
            found.is_some_and(|found| found.starts_with(title))
        };
        until(&format!("{title} for {to}"), || {
            self.all(to).into_iter().find(is_it)
        })
    }

    fn found(&self, to: &str) -> Option<Value> {
        self.all(to).into_iter().next()
    }

    /// Every message that somebody with a number got.
    fn all(&self, to: &str) -> Vec<Value> {
        let files = fs::read_dir(self.held.path(".")).expect("it is there");
        let sent = files.filter_map(|file| {
            let file = file.expect("it is there");
            let is_sent = file.file_name().to_string_lossy().starts_with("sms.");
            let text = is_sent.then(|| fs::read_to_string(file.path()).expect("text"))?;
            Some(serde_json::from_str::<Value>(&text).expect("JSON"))
        });
        sent.filter(|message| message["to"][0]["address"] == to)
            .collect()
    }

    /// The path of the link in a message, below what the proxy takes away.
    fn link(message: &Value) -> String {
        let link = message["link"].as_str().expect("a link");
        let path = link
            .strip_prefix("http://x.example/below")
            .expect("our address");
        path.to_owned()
    }

    /// Says something by a link; gives back the status and the page.
    fn say(&self, path: &str, form: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.serving.address).expect("it listens");
        let length = form.len();
        let request =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{form}");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status");
        (status.parse().expect("a number"), body.to_owned())
    }

    /// Nobody makes a link who has none, and what is no answer is none.
    #[track_caller]
    fn refuses_what_is_forged(&self, link: &str) {
        let (rest, last) = link.split_at(link.len() - 1);
        let forged = format!("{rest}{}", if last == "0" { "1" } else { "0" });
        assert_eq!(self.say(&forged, "response=confirmed").0, 404);
        assert_eq!(self.say("/answer/x", "response=confirmed").0, 404);
        assert_eq!(self.say(link, "response=perhaps").0, 400);
        assert_eq!(self.say(link, &"x".repeat(5_000)).0, 400);
    }

    /// Begins a call; what it says comes at its end.
    fn call(&self, words: &[&str]) -> std::thread::JoinHandle<Output> {
        let words = [
            &["notify", "call", "crisis", "--text", "Can you come?"],
            words,
        ]
        .concat();
        let mut command = self.held.command(&words);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let child = child.expect("it starts");
        std::thread::spawn(move || child.wait_with_output().expect("it ends"))
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_call_ends_when_enough_have_confirmed() {
    let asking = Asking::begin("", "");
    let call = asking.call(&["--id", "c1", "--exercise", "run-1"]);
    let (ada, ben) = (asking.sent("1"), asking.sent("2"));
    // Nothing reaches Joe, so Ben was called at once in his place, and Eve was not.
    assert_eq!(asking.found("3"), None);
    let title = ada["title"].as_str().expect("a title");
    assert!(
        title.starts_with("EXERCISE") && title.ends_with("EXERCISE"),
        "{title}"
    );
    let link = Asking::link(&ada);
    // Whatever looks at links in mail opens them, and that is no answer.
    let (status, page) = asking.serving.ask(&link, "");
    assert_eq!(status, 200);
    assert!(
        page.contains("Can you come?") && page.contains("EXERCISE"),
        "{page}"
    );
    let history = asking.held.told(&["store", "verify"]);
    assert!(!history.is_empty());
    asking.refuses_what_is_forged(&link);
    let (status, page) = asking.say(&link, "response=confirmed");
    assert_eq!(status, 200);
    assert!(
        page.contains("Ada, it is noted that you said yes"),
        "{page}"
    );
    let (_, page) = asking.say(&Asking::link(&ben), "response=declined");
    assert!(
        page.contains("Ben &lt;b&gt;, it is noted that you said no"),
        "{page}"
    );
    // He declined: Eve is called at once, and not after two minutes.
    let eve = asking.sent("3");
    asking.say(&Asking::link(&eve), "response=confirmed");
    let output = call.join().expect("it ends");
    let told = said(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("nothing reaches joe"), "{told}");
    assert!(
        told.contains("enough have confirmed: 2 of 4 who were called"),
        "{told}"
    );
    // Under the same id nobody is called again.
    let again = asking
        .call(&["--id", "c1", "--exercise", "run-1"])
        .join()
        .expect("it ends");
    let sorted = |told: &str| {
        let mut lines: Vec<String> = told.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&said(&again)), sorted(&told));
    // Another call needs another id, or nobody would hear of it.
    for words in [["crisis", "There is a fire"], ["rest", "Can you come?"]] {
        let [tree, text] = words;
        let words = ["notify", "call", tree, "--text", text, "--id", "c1"];
        let other = asking.held.say(&words);
        assert_eq!(other.status.code(), Some(6), "{words:?}");
    }
}

#[test]
fn a_call_goes_on_with_another_tree_and_says_when_nobody_is_left() {
    let asking = Asking::begin("", "");
    let call = asking.call(&["--id", "c2", "--to", "call.json"]);
    for number in ["1", "2", "3"] {
        let link = Asking::link(&asking.sent(number));
        assert_eq!(asking.say(&link, "response=declined").0, 200);
    }
    // The tree that is called then has nobody who has not said no before.
    let output = call.join().expect("it ends");
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("rest: 1 of 1 have to confirm"), "{told}");
    assert!(
        told.ends_with("too few have confirmed: 0 of 4 who were called\n"),
        "{told}"
    );
    let kept = fs::read_to_string(asking.held.path("call.json")).expect("it is there");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(kept["reached"], false);
    assert_eq!(kept["stages"][1]["tree"], "rest");
}

#[test]
fn a_drill_calls_people_and_measures_how_long_it_takes() {
    let drill = "
procedures:
  - id: p
    name: Call
    steps:
      - id: tell
        do: Tell Ada
        run: {notify: {who: ada, text: The drill begins, by: [sms]}}
      - id: call
        do: Call the crisis team
        run: {call: {tree: crisis, text: Can you come?}}
        undo: {none: Nobody can be uncalled}
drills:
  - {id: d, name: D, kind: functional, incidents: {criteria: [It goes wrong]}, procedures: [p]}
";
    let asking = Asking::begin(drill, "");
    let held = &asking.held;
    let mut run = held.start(&["drill", "run", "d", "--by", "ada"]);
    let told = asking.sent("1");
    assert!(
        told["text"]
            .as_str()
            .expect("text")
            .contains("The drill begins"),
        "{told}"
    );
    let link = Asking::link(&asking.sent("2"));
    assert_eq!(asking.say(&link, "response=confirmed").0, 200);
    let files = || {
        asking
            .all("1")
            .into_iter()
            .find(|message| message["link"].is_string())
    };
    let ada = until("Ada is called", files);
    assert_eq!(asking.say(&Asking::link(&ada), "response=confirmed").0, 200);
    assert_eq!(run.wait().expect("it ends").code(), Some(0));
    let report = held.report(&held.run()).to_string();
    assert!(
        report.contains("enough have confirmed: 2 of 3 who were called"),
        "{report}"
    );
}

#[test]
fn who_stands_behind_is_told_when_nobody_confirms() {
    let notices =
        "  notices:\n    - {audience: ben, channel: sms, confirm: {within: 1s, then: eve}}\n";
    let drill = "drills: [{id: d, name: D, kind: tabletop, lead: ada, next: 2020-01-01}]\n";
    let asking = Asking::begin(drill, notices);
    // Ben says that somebody else has to, so Eve hears of it.
    let ben = asking.sent_about("2", "Overdue: D");
    asking.say(&Asking::link(&ben), "response=declined");
    asking.sent_about("3", "Nobody has confirmed");
    // She says by a command that she sees to it.
    let outbox = asking.held.told(&["notify", "outbox", "--format", "json"]);
    let outbox: Value = serde_json::from_str(&outbox).expect("JSON");
    let keys = outbox["messages"].as_array().expect("messages").iter();
    let mut keys = keys.map(|message| message["key"].as_str().expect("a key"));
    let key = keys
        .find(|key| key.ends_with("unanswered/sms/eve"))
        .expect("her message");
    let other = asking.held.say(&["notify", "answer", key, "--by", "ada"]);
    assert_eq!(
        other.status.code(),
        Some(6),
        "{}",
        String::from_utf8_lossy(&other.stderr)
    );
    let answered = asking.held.told(&["notify", "answer", key, "--by", "eve"]);
    assert!(answered.starts_with("eve confirmed at "), "{answered}");
}

#[test]
fn a_daemon_that_can_sign_no_link_is_not_ready() {
    let held = Held::of(PLAN);
    let stated = "organization: {name: Example, answers: {url: 'http://x.example', key: \
                  'file:answers.key'}}\n";
    fs::write(held.path("mainstay.yaml"), stated).expect("room");
    let serving = Serving::begin(&held);
    until("it says why it is not ready", || {
        let why = serving.answers("/readyz", 503);
        why.contains("cannot send links for answers").then_some(())
    });
    fs::write(held.path("answers.key"), KEY.1).expect("room");
    // Plans that change are looked at anew, and so is the key.
    fs::write(held.path("mainstay.yaml"), format!("{stated}# again\n")).expect("room");
    serving.answers("/readyz", 200);
}

#[test]
fn a_reply_by_mail_is_an_answer_of_whoever_was_asked() {
    let mailbox = Mailbox::open(&[]);
    let plan = format!(
        "
people: [{{id: ada, name: Ada, contacts: [{{by: email, to: ada@x.example}}]}}]
channels:
  - id: mail
    name: Mail
    with: {{smtp: {{host: localhost, port: {}, tls: none, from: m@example.org, reply-to: \
m@example.org}}}}
call-trees: [{{id: crisis, name: Crisis, calls: [{{from: ada}}], page: {{by: [mail]}}}}]
",
        mailbox.port
    );
    let held = Held::of(&plan);
    let stated = format!(
        "organization: {{name: Example, answers: {{url: 'http://x.example', key: 'env:{}'}}}}\n",
        KEY.0
    );
    fs::write(held.path("mainstay.yaml"), stated).expect("room");
    let _serving = Serving::with(&held, &[KEY]);
    let mut call = held.start(&["notify", "call", "crisis", "--text", "Can you come?"]);
    let mail = until("the mail", || mailbox.mails().into_iter().next());
    assert!(
        mail["plain"]
            .as_str()
            .expect("text")
            .contains("Reply with `yes` or `no` alone"),
        "{mail}"
    );
    let id = mail["heads"]["message-id"].as_str().expect("an id");
    let reply = |id: &str, text: &str| {
        let mut command = held.command(&["notify", "receive"]);
        command
            .env(KEY.0, KEY.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mail = format!("From: a@home.example\r\nIn-Reply-To: {id}\r\n\r\n{text}\r\n");
        let mut to = child.stdin.take().expect("a pipe");
        to.write_all(mail.as_bytes()).expect("it reads");
        drop(to);
        let output = child.wait_with_output().expect("it ends");
        (output.status.code(), said(&output))
    };
    let (local, domain) = id.split_once('@').expect("an address");
    let (unproven, proof) = local.split_once('.').expect("a proof");
    let turned: String = proof.chars().rev().collect();
    for id in [
        format!("{unproven}@{domain}"),
        format!("{unproven}.{turned}@{domain}"),
    ] {
        assert_eq!(reply(&id, "yes").0, Some(69), "{id}");
    }
    assert_eq!(reply(id, "perhaps").0, Some(69));
    assert_eq!(
        reply(id, "Yes\r\n> no"),
        (Some(0), "ada confirmed: Answer needed: Crisis\n".into())
    );
    assert_eq!(call.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_tree_without_people_reaches_nobody() {
    let tree = "  - {id: empty, name: Nobody, page: {by: [sms]}}\n";
    let held = Held::of(&format!("{PLAN}{tree}"));
    let output = held.say(&["notify", "call", "empty", "--text", "Can you come?"]);
    let told = said(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.ends_with("too few have confirmed: 0 of 0 who were called\n"),
        "{told}"
    );
}
