//! Mail, as a real server takes it and another program reads it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mainstay::model::NoticeChannel;
use mainstay::notify::{Delivery, Message};
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::support::root;

/// A mail server, and the workspace of those who send to it.
pub struct Mailbox {
    pub folder: TempDir,
    server: Child,
    pub port: u16,
}

impl Mailbox {
    pub fn open(words: &[&str]) -> Self {
        let folder = workspace();
        std::fs::create_dir(folder.path().join("mails")).expect("room");
        authority(folder.path());
        let bin = std::env::var_os("MAINSTAY_TEST_MAIL").map(PathBuf::from);
        let python = bin
            .unwrap_or_else(|| root().join("target/mail/bin"))
            .join("python");
        assert!(
            python.is_file(),
            "{} is not there; run `./test`",
            python.display()
        );
        let mut server = Command::new(python)
            .arg(root().join("tests/it/notify/mailbox.py"))
            .arg("mails")
            .args(words)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let mut told = BufReader::new(server.stdout.take().expect("a pipe"));
        told.read_line(&mut line).expect("a line");
        Mailbox {
            folder,
            server,
            port: line.trim().parse().expect("a port"),
        }
    }

    /// A channel to it, with what else is stated.
    pub fn channel(&self, more: &str) -> NoticeChannel {
        let port = self.port;
        let from = "Mainstay <mainstay@example.org>";
        channel(&format!(
            "{{smtp: {{host: localhost, port: {port}, from: {from}, hello: here.example, {more}}}}}"
        ))
    }

    #[track_caller]
    pub fn send(&self, channel: &NoticeChannel, message: &Message) -> Delivery {
        delivered((channel, self.folder.path(), WITHIN), message)
    }

    /// What it kept, in its order.
    pub fn mails(&self) -> Vec<Value> {
        let path = |number: usize| self.folder.path().join(format!("mails/{number}.json"));
        let texts = (0..).map_while(|number| std::fs::read_to_string(path(number)).ok());
        texts
            .map(|text| serde_json::from_str(&text).expect("JSON"))
            .collect()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// An authority of one's own, `ca.pem`, and what it vouches for: `localhost`.
pub fn authority(folder: &Path) {
    let script = "
        set -e
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -keyout ca.key -out ca.pem -subj /CN=Authority -addext keyUsage=critical,keyCertSign
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -keyout own.key -out own.csr -subj /CN=localhost
        printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' > own.ext
        openssl x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
            -extfile own.ext -out own.pem";
    let made = Command::new("bash")
        .args(["-c", script])
        .current_dir(folder)
        .output();
    let made = made.expect("`bash` starts");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

const TLS: [&str; 4] = ["--certificate", "own.pem", "--key", "own.key"];

fn secure(how: &str) -> Vec<&str> {
    let words = ["--tls", how, "--password", SECRET];
    words.into_iter().chain(TLS).collect()
}

const LOGIN: &str = "ca: ca.pem, username: mainstay, password: file:secret";

#[test]
fn a_mail_is_what_was_written_for_whichever_program_reads_it() {
    let mailbox = Mailbox::open(&secure("starttls"));
    let channel = mailbox.channel(LOGIN);
    check(
        &mailbox.send(&channel, &message("a", "ada@x.example")),
        Ends::Delivered,
        "250",
    );
    let mut second = message("b", "ada@x.example");
    second.thread = Some("a".to_owned());
    check(&mailbox.send(&channel, &second), Ends::Delivered, "250");
    let mails = mailbox.mails();
    let (first, second) = (&mails[0], &mails[1]);
    assert_eq!(first["defects"], serde_json::json!([]));
    assert_eq!(first["secret"], true);
    assert_eq!(first["user"], "mainstay");
    assert_eq!(first["hello"], "here.example");
    assert_eq!(first["from"], "mainstay@example.org");
    assert_eq!(first["for"], serde_json::json!(["ada@x.example"]));
    let heads = &first["heads"];
    assert_eq!(heads["to"], "Ada Ő <ada@x.example>");
    assert_eq!(heads["subject"], "Drill <fail-over> & more");
    assert_eq!(heads["auto-submitted"], "auto-generated");
    assert_eq!(heads["date"], "Sat, 28 Nov 2026 03:15:00 +0000");
    assert_eq!(heads["in-reply-to"], Value::Null);
    let id = heads["message-id"].as_str().expect("an id");
    assert!(
        id.starts_with("<live-") && id.ends_with("@example.org>"),
        "{id}"
    );
    assert_eq!(second["heads"]["in-reply-to"], id);
    assert_eq!(second["heads"]["references"], id);
    assert_ne!(second["heads"]["message-id"], id);
    let text =
        "It is due *today* & @channel.\n\nSee [what](it) <is>.\n\nhttps://x.example/?a=1&b=2\n";
    let plain = first["plain"].as_str().expect("text");
    assert_eq!(plain.replace("\r\n", "\n"), text);
    let html = first["html"].as_str().expect("a page");
    assert!(html.contains("<p>See [what](it) &lt;is&gt;.</p>"), "{html}");
    assert!(
        html.contains("<a href=\"https://x.example/?a=1&amp;b=2\">"),
        "{html}"
    );
}

#[test]
fn a_title_with_line_breaks_adds_no_head() {
    let mailbox = Mailbox::open(&[]);
    let mut message = message("a", "ada@x.example");
    message.title = "Due\r\nBcc: eve@x.example\n\nBody".to_owned();
    message.to[0].name = "Ada\r\nBcc: eve@x.example".to_owned();
    check(
        &mailbox.send(&mailbox.channel("tls: none"), &message),
        Ends::Delivered,
        "",
    );
    let mail = &mailbox.mails()[0];
    assert_eq!(mail["heads"]["bcc"], Value::Null, "{mail}");
    assert_eq!(mail["for"], serde_json::json!(["ada@x.example"]));
    assert_eq!(mail["heads"]["subject"], "Due Bcc: eve@x.example Body");
}

#[test]
fn one_who_is_refused_among_several_is_named_and_the_others_get_it() {
    let mailbox = Mailbox::open(&[]);
    let channel = mailbox.channel("tls: none");
    let mut message = message("a", "ada@x.example");
    message.to.push(recipient("Ben", "nobody@x.example"));
    message.to.push(recipient("Cy", "no address"));
    let delivery = mailbox.send(&channel, &message);
    check(
        &delivery,
        Ends::Delivered,
        "Ben <nobody@x.example>: 550 5.1.1 no such user",
    );
    check(&delivery, Ends::Delivered, "Cy: has no mail address");
    let Delivery::Delivered { missed, .. } = delivery else {
        panic!("it was delivered");
    };
    assert_eq!(missed, ["nobody@x.example"]);
    assert_eq!(
        mailbox.mails()[0]["for"],
        serde_json::json!(["ada@x.example"])
    );
}

#[test]
fn who_is_greylisted_is_told_later_and_alone() {
    let mailbox = Mailbox::open(&[]);
    let channel = mailbox.channel("tls: none");
    let mut message = message("a", "ada@x.example");
    message.to.push(recipient("Grey", "grey@x.example"));
    let delivery = mailbox.send(&channel, &message);
    check(&delivery, Ends::Later, "Grey later: 450");
    let Delivery::Later { reached, .. } = delivery else {
        panic!("it is to be tried again");
    };
    assert_eq!(reached, ["ada@x.example"]);
    message.to.remove(0);
    check(
        &mailbox.send(&channel, &message),
        Ends::Delivered,
        "grey@x.example",
    );
    let mails = mailbox.mails();
    assert_eq!(mails[0]["for"], serde_json::json!(["ada@x.example"]));
    assert_eq!(mails[1]["for"], serde_json::json!(["grey@x.example"]));
    assert_eq!(
        mails[0]["heads"]["message-id"],
        mails[1]["heads"]["message-id"]
    );
}

#[test]
fn what_nobody_takes_is_refused_and_what_is_deferred_is_later() {
    let mailbox = Mailbox::open(&[]);
    let channel = mailbox.channel("tls: none");
    let send = |address: &str| mailbox.send(&channel, &message("a", address));
    check(
        &send("nobody@x.example"),
        Ends::Refused,
        "550 5.1.1 no such user here",
    );
    check(&send("later@x.example"), Ends::Later, "450");
    check(&send("full@x.example"), Ends::Later, "452 4.3.1 no room");
    check(
        &send("ada"),
        Ends::Refused,
        "nobody has a mail address: Ada Ő",
    );
    assert_eq!(mailbox.mails().len(), 0);
}

#[test]
fn where_no_answer_comes_it_is_said_that_it_may_come_twice() {
    let mailbox = Mailbox::open(&[]);
    let channel = mailbox.channel("tls: none");
    let silent = message("a", "silent@x.example");
    let delivery = delivered((&channel, mailbox.folder.path(), SHORT), &silent);
    check(&delivery, Ends::Later, "may come twice");
    assert_eq!(mailbox.mails().len(), 1);
}

#[test]
fn tls_from_the_first_byte_with_an_authority_of_ones_own() {
    let mailbox = Mailbox::open(&secure("implicit"));
    let message = message("a", "ada@x.example");
    let channel = mailbox.channel(&format!("tls: implicit, {LOGIN}"));
    check(&mailbox.send(&channel, &message), Ends::Delivered, "250");
    assert_eq!(mailbox.mails()[0]["secret"], true);
    let stranger = LOGIN.replace("ca: ca.pem, ", "");
    let stranger = mailbox.channel(&format!("tls: implicit, {stranger}"));
    check(
        &mailbox.send(&stranger, &message),
        Ends::Later,
        "UnknownIssuer",
    );
    assert_eq!(mailbox.mails().len(), 1);
}

#[test]
fn a_server_without_starttls_is_told_nothing() {
    let mailbox = Mailbox::open(&[]);
    let delivery = mailbox.send(&mailbox.channel(LOGIN), &message("a", "ada@x.example"));
    check(&delivery, Ends::Unready, "does not offer STARTTLS");
    assert_eq!(mailbox.mails().len(), 0);
}

#[test]
fn a_password_that_is_wrong_is_refused_and_not_shown() {
    let mut words = secure("starttls");
    words[3] = "another";
    let mailbox = Mailbox::open(&words);
    let delivery = mailbox.send(&mailbox.channel(LOGIN), &message("a", "ada@x.example"));
    check(&delivery, Ends::Unready, "535");
}

#[test]
fn a_server_that_is_not_there_is_tried_again() {
    let mut mailbox = Mailbox::open(&[]);
    mailbox.server.kill().expect("it runs");
    mailbox.server.wait().expect("it ends");
    let channel = mailbox.channel("tls: none");
    check(
        &mailbox.send(&channel, &message("a", "ada@x.example")),
        Ends::Later,
        "",
    );
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("a port").port();
    let folder = workspace();
    let channel = channel(&format!(
        "{{smtp: {{host: localhost, port: {port}, tls: none, from: m@x.example}}}}"
    ));
    let within = Duration::from_millis(500);
    let delivery = delivered(
        (&channel, folder.path(), within),
        &message("a", "ada@x.example"),
    );
    check(&delivery, Ends::Later, "does not answer");
}
