//! Mail by a real Postfix: encrypted, put off, refused for some, and delivered into a mailbox.

use std::fs;

use mainstay::app::Addressed;
use mainstay::notify::Message;
use mainstay::store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::postfix::Postfix;
use super::*;
use crate::support::load_text;

const TLS: &str = "
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = HERE/own.pem
smtpd_tls_key_file = HERE/own.key
smtpd_tls_received_header = yes
";

/// Whoever is in the table is put off; whoever is taken out of it is taken.
const GREY: &str = "
smtpd_recipient_restrictions =
    check_recipient_access texthash:HERE/config/grey, permit_mynetworks, reject
";

#[test]
fn postfix_takes_what_is_encrypted_and_delivers_it() {
    let postfix = Postfix::start(&["ada"], (TLS, ""));
    let message = message("a", "ada@x.example");
    let channel = postfix.channel("ca: ca.pem");
    let delivery = postfix.send(&channel, &message);
    check(&delivery, Ends::Delivered, "250 2.0.0 Ok: queued as");
    let mail = &postfix.mails("ada", 1)[0];
    for expected in [
        "(using TLSv1.3 with cipher",
        "from here.example (",
        "Return-Path: <mainstay@example.org>",
        "Auto-Submitted: auto-generated\n",
        "Subject: Drill <fail-over> & more\n",
    ] {
        assert!(mail.contains(expected), "{expected}\n{mail}");
    }
    let plain = postfix.channel("tls: none");
    let delivery = postfix.send(&plain, &message);
    check(&delivery, Ends::Refused, "530 5.7.0 Must issue a STARTTLS");
    // An authority that vouches for nothing here.
    let stranger = postfix.channel("tls: starttls");
    check(
        &postfix.send(&stranger, &message),
        Ends::Later,
        "UnknownIssuer",
    );
    assert_eq!(postfix.mails("ada", 1).len(), 1);
}

/// The outbox of a workspace whose plan has a channel `mail` to a Postfix, and `board` for whomever
/// that does not reach.
struct Sending {
    postfix: Postfix,
    sender: Sender,
}

impl Sending {
    fn by(postfix: Postfix) -> Self {
        let carrier = postfix.carrier();
        let plan = format!(
            "organization: {{name: Example}}\n\
             team: {{id: t, name: T}}\n\
             people:\n\
             - {{id: ada, name: Ada, contacts: [{{by: email, to: ada@x.example}}]}}\n\
             - {{id: ben, name: Ben, contacts: [{{by: email, to: ben@x.example}}]}}\n\
             channels:\n\
             - {{id: mail, name: Mail, alternate: board, \
             with: {{smtp: {{{carrier}, tls: none}}}}}}\n\
             - {{id: board, name: Board, with: {{script: {{argv: [tee, board.json]}}}}}}\n"
        );
        let loaded = load_text("plan.yaml", &plan);
        assert_eq!(loaded.findings, [], "the plan is understood");
        let workspace = workspace_of(&postfix);
        Sending {
            sender: Sender::open(&workspace, loaded.programme),
            postfix,
        }
    }

    fn post(&self, key: &str) {
        let to = |id: &str, address: &str| {
            let person = Some(id.parse().expect("an id"));
            let name = id.to_owned();
            let address = Some(address.to_owned());
            Recipient {
                person,
                name,
                address,
            }
        };
        let message = Message {
            to: vec![to("ada", "ada@x.example"), to("ben", "ben@x.example")],
            ..message(key, "")
        };
        let channel = "mail".parse().expect("an id");
        let workspace = workspace_of(&self.postfix);
        Outbox::post(&workspace, vec![Addressed { channel, message }]).expect("room");
    }

    /// The key and the channel of what was tried next, its state, and what was said.
    fn next(&mut self) -> Option<(String, String, store::State, String)> {
        self.sender
            .deliver_one()
            .map(|it| (it.key, it.channel, it.state, it.said))
    }

    /// As if the time had passed for which messages wait.
    fn wait(&self) {
        let file = self.postfix.path(".mainstay/state/journal.db");
        let work = async {
            let options = SqliteConnectOptions::new().filename(file);
            let connection = SqliteConnection::connect_with(&options).await;
            let mut connection = connection.expect("it opens");
            let passed = "UPDATE outbox SET not_before = posted_at";
            let passed = sqlx::raw_sql(passed).execute(&mut connection).await;
            assert!(passed.expect("it can be done").rows_affected() > 0);
            Ok(())
        };
        wait_for(work).expect("a runtime");
    }
}

fn workspace_of(postfix: &Postfix) -> Workspace {
    let root = postfix.folder.path().to_owned();
    Workspace {
        root,
        marked: false,
    }
}

#[test]
fn who_is_greylisted_by_postfix_gets_it_on_a_later_try_and_nobody_gets_it_twice() {
    let postfix = Postfix::start(&["ada", "ben"], (GREY, ""));
    let grey = postfix.path("config/grey");
    let both = "ada@x.example 450 4.2.0 Greylisted\nben@x.example 450 4.2.0 Greylisted\n";
    fs::write(&grey, both).expect("room");
    let mut sending = Sending::by(postfix);
    sending.post("k");
    let (_, _, state, said) = sending.next().expect("it waits");
    assert_eq!(state, store::State::Waiting);
    assert!(said.contains("450 4.2.0"), "{said}");
    assert_eq!(sending.next(), None, "it is not tried again at once");
    // Ada may come in now, Ben not yet.
    fs::write(&grey, "ben@x.example 450 4.2.0 Greylisted\n").expect("room");
    sending.wait();
    let (_, _, state, said) = sending.next().expect("its time has come");
    assert_eq!(state, store::State::Delivered, "{said}");
    assert!(said.contains("ben later: 450"), "{said}");
    fs::write(&grey, "").expect("room");
    sending.wait();
    let (key, channel, state, said) = sending.next().expect("the rest");
    assert_eq!((key.as_str(), channel.as_str()), ("k/rest", "mail"));
    assert_eq!(state, store::State::Delivered, "{said}");
    sending.postfix.mails("ben", 1);
    sending.postfix.mails("ada", 1);
    assert_eq!(sending.next(), None);
    assert_eq!(sending.postfix.mails("ada", 1).len(), 1);
    assert!(!sending.postfix.path("board.json").exists());
}

#[test]
fn whom_postfix_does_not_know_is_told_by_the_alternate_and_the_other_by_mail() {
    let mut sending = Sending::by(Postfix::start(&["ada"], ("", "")));
    sending.post("k");
    let (_, _, state, said) = sending.next().expect("it waits");
    assert_eq!(state, store::State::Delivered);
    assert!(said.contains("ben <ben@x.example>: 550 5.1.1"), "{said}");
    let (key, channel, state, said) = sending.next().expect("the alternate");
    assert_eq!((key.as_str(), channel.as_str()), ("k/for-mail", "board"));
    assert_eq!(state, store::State::Delivered, "{said}");
    assert_eq!(sending.next(), None);
    sending.postfix.mails("ada", 1);
    let board = fs::read_to_string(sending.postfix.path("board.json")).expect("it is told");
    let board: serde_json::Value = serde_json::from_str(&board).expect("JSON");
    assert_eq!(board["to"].as_array().map(Vec::len), Some(1), "{board}");
    assert_eq!(board["to"][0]["name"], "ben");
}
