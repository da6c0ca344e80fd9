//! Mail as the programs write it that are in use, and as somebody writes it who means harm.

use super::*;

const ID: &str = "live-0123456789abcdef0123456789abcdef01234567";

/// As Postfix returns it.
const POSTFIX: &str = "Return-Path: <>
Date: Sat, 28 Nov 2026 20:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.x.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: mainstay@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary=\"4F2A1.1/mx.x.example\"
Content-Transfer-Encoding: 8bit
Message-Id: <20261128200000.6B1@mx.x.example>

This is a MIME-encapsulated message.

--4F2A1.1/mx.x.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

<ben@x.example>: host 127.0.0.1 said: 550 5.1.1 no such user here

--4F2A1.1/mx.x.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.example
X-Postfix-Queue-ID: 4F2A1
Arrival-Date: Sat, 28 Nov 2026 20:00:00 +0000 (UTC)

Final-Recipient: rfc822; ben@x.example
Original-Recipient: rfc822;ben@x.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; 127.0.0.1
Diagnostic-Code: smtp; 550 5.1.1 no such
    user here

--4F2A1.1/mx.x.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <mainstay@example.org>
Subject: Due
Message-ID: <ID@example.org>

--4F2A1.1/mx.x.example--
";

/// As Exchange Online returns it: the copy is whole, words are in small letters or not as it likes.
const EXCHANGE: &str = "From: <postmaster@contoso.example>
To: <mainstay@example.org>
Date: Sat, 28 Nov 2026 20:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=Delivery-Status;
 boundary=\"a0b1\"
X-MS-Exchange-Message-Is-Ndr:
Message-ID: <c7d1@contoso.example>
In-Reply-To: <ID@example.org>
Subject: Undeliverable: Due

--a0b1
Content-Type: multipart/alternative; differences=Content-Type; boundary=\"b2\"

--b2
Content-Type: text/plain; charset=\"us-ascii\"
Content-Transfer-Encoding: quoted-printable

Your message couldn't be delivered.
--b2
Content-Type: text/html; charset=\"us-ascii\"

<html><body>Your message couldn't be delivered.</body></html>
--b2--
--a0b1
content-type: message/delivery-status

Reporting-MTA: dns;DB9.eurprd.example
Received-From-MTA: dns;mail.example.org

final-recipient: RFC822;Ben@X.example
action: Failed
status: 5.1.10
diagnostic-code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found
X-Display-Name: ben

--a0b1
Content-Type: message/rfc822

From: Mainstay <mainstay@example.org>
Subject: Due
Message-Id: <ID@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=\"c3\"

--c3
Content-Type: text/plain

It is due.
--c3--
--a0b1--
";

/// As Gmail returns it: with pictures, and the status before the copy.
const GMAIL: &str = "Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: mainstay@example.org
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <ID@example.org>
Content-Type: multipart/report; boundary=\"000f\"; report-type=delivery-status

--000f
Content-Type: multipart/related; boundary=\"000e\"

--000e
Content-Type: multipart/alternative; boundary=\"000d\"

--000d
Content-Type: text/plain; charset=\"UTF-8\"

** Address not found **
--000d--
--000e
Content-Type: image/png; name=\"icon.png\"
Content-Transfer-Encoding: base64
Content-ID: <icon.png>

iVBORw0KGgo=
--000e--
--000f
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Sat, 28 Nov 2026 12:00:00 -0800 (PST)
X-Original-Message-ID: <ID@example.org>

Final-Recipient: rfc822; ben@x.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.google.com. (the server for the domain.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser
Last-Attempt-Date: Sat, 28 Nov 2026 12:00:01 -0800 (PST)

--000f
Content-Type: message/rfc822

Received: by 2002:a05 with SMTP id x1
From: mainstay@example.org
Message-ID: <ID@example.org>
Subject: Due

It is due.
--000f--
";

fn read(mail: &str) -> Option<Arrived> {
    let sent = mail.replace("<ID@", &format!("<{ID}@"));
    let (unix, wire) = (sent.clone(), sent.replace('\n', "\r\n"));
    let read = Arrived::read(wire.as_bytes());
    // A pipe gives lines as Unix has them.
    assert_eq!(read, Arrived::read(unix.as_bytes()));
    read
}

#[track_caller]
fn came_back(mail: &str) -> Returned {
    match read(mail) {
        Some(Arrived::Returned(returned)) => returned,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn is_automatic(mail: &str, part: &str) {
    match read(mail) {
        Some(Arrived::Automatic { why }) => assert!(why.contains(part), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_comes_back_names_the_message_and_whom_it_did_not_reach() {
    for (mail, address, said) in [
        (POSTFIX, "ben@x.example", "550 5.1.1 no such user here"),
        (
            EXCHANGE,
            "Ben@X.example",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
        ),
        (GMAIL, "ben@x.example", "550-5.1.1 The email account"),
    ] {
        let returned = came_back(mail);
        assert_eq!(returned.id, ID);
        let [missed] = &returned.missed[..] else {
            panic!("{returned:?}");
        };
        assert!(
            missed.addresses.iter().all(|it| it == address),
            "{missed:?}"
        );
        assert!(missed.said.starts_with(said), "{missed:?}");
    }
}

#[test]
fn only_what_failed_for_good_came_back() {
    for action in ["delayed", "delivered", "relayed", "expanded", "fail"] {
        let mail = POSTFIX.replace("Action: failed", &format!("Action: {action}"));
        is_automatic(&mail, "a report on a delivery");
    }
    let more = "\nFinal-Recipient: rfc822; cy@x.example\nAction: delayed\nStatus: 4.4.1\n\
                \nFinal-Recipient: rfc822; di@x.example\nAction: failed\nStatus: 5.2.2\n\
                \n--4F2A1.1/mx.x.example\nContent-Description: Undelivered Message H";
    let end = "\n--4F2A1.1/mx.x.example\nContent-Description: Undelivered Message H";
    let returned = came_back(&POSTFIX.replace(end, more));
    let of = |it: &Missed| (it.addresses.last().cloned(), it.said.clone());
    let all: Vec<_> = returned.missed.iter().map(of).collect();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(
        all[1],
        (Some("di@x.example".to_owned()), "5.2.2 ".trim().to_owned())
    );
}

#[test]
fn a_report_of_something_else_changes_nothing() {
    for (from, to) in [
        (
            "Message-ID: <ID@example.org>",
            "Message-ID: <7b1f@example.org>",
        ),
        (
            "Message-ID: <ID@example.org>",
            "Message-ID: <live-0123@example.org>",
        ),
        ("Message-ID: <ID@example.org>", "X-Nothing: 1"),
        ("text/rfc822-headers", "text/plain"),
        (
            "Content-Type: message/delivery-status",
            "Content-Type: text/plain",
        ),
    ] {
        assert!(POSTFIX.contains(from), "{from}");
        is_automatic(&POSTFIX.replace(from, to), "a report on a delivery");
    }
    let seen = POSTFIX.replace(
        "report-type=delivery-status",
        "report-type=disposition-notification",
    );
    is_automatic(&seen, "a report");
    // What somebody writes between is none of what the server says.
    let quoted = POSTFIX.replace(
        "multipart/report; report-type=delivery-status;",
        "multipart/mixed;",
    );
    let quoted = quoted.replace("Auto-Submitted: auto-replied\n", "");
    assert_eq!(
        read(&quoted.replace("Return-Path: <>", "Return-Path: <eve@x.example>")),
        Some(Arrived::Written)
    );
}

#[test]
fn what_programs_answer_is_told_from_what_people_write() {
    let with = |line: &str| format!("From: ben@x.example\n{line}\nSubject: Re: Due\n\nAway.\n");
    for mark in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=\"x\"",
        "Precedence: bulk",
        "Precedence: Auto_Reply",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "List-Id: <news.x.example>",
        "List-Unsubscribe: <mailto:off@x.example>",
    ] {
        let name = mark.split(':').next().expect("a name");
        is_automatic(&with(mark), &name.to_ascii_lowercase());
    }
    for line in [
        "Auto-Submitted: no",
        "Precedence: normal",
        "Return-Path: <ben@x.example>",
        "X-Mailer: x",
    ] {
        assert_eq!(read(&with(line)), Some(Arrived::Written), "{line}");
    }
}

#[test]
fn what_is_no_mail_is_none() {
    for bytes in [&b""[..], b"\n\n", b"\xff\xfe\x00", b"no head at all"] {
        let read = Arrived::read(bytes);
        assert!(
            !matches!(read, Some(Arrived::Returned(_))),
            "{bytes:?}: {read:?}"
        );
    }
    assert_eq!(Arrived::read(b""), None);
}

#[test]
fn nothing_that_somebody_sends_does_harm() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(MAIL_MAX / 31);
    assert_eq!(Arrived::read(nested.as_bytes()), Some(Arrived::Written));
    let open: String = (0..40_000)
        .map(|it| format!("Content-Type: multipart/report; boundary=b{it}\n\n--b{it}\n"))
        .collect();
    assert!(Arrived::read(open.as_bytes()).is_some());
    let group = "\nFinal-Recipient: rfc822; ben@x.example\nAction: failed\n";
    let many = POSTFIX.replace(
        "\nFinal-Recipient",
        &(group.repeat(20_000) + "\nFinal-Recipient"),
    );
    assert_eq!(came_back(&many).missed.len(), RECIPIENTS_MAX);
    let long = POSTFIX.replace("no such", &"\u{1b}[2J\u{202e}x".repeat(10_000));
    let said = &came_back(&long).missed[0].said;
    assert!(said.chars().count() <= SAID_MAX, "{said}");
    assert!(!said.contains(['\u{1b}', '\u{202e}', '\n']), "{said}");
    // Every beginning of a mail is a mail that somebody can send.
    let mail = GMAIL.replace("<ID@", &format!("<{ID}@"));
    for end in 0..mail.len() {
        let _ = Arrived::read(&mail.as_bytes()[..end]);
    }
}
