//! Names that a real name server is asked for.

use std::net::{TcpStream, UdpSocket};
use std::process::{Child, Command};

use serde_json::{Value, json};

use super::{Shown, fails, looked, succeeds};
use crate::held::until;
use crate::support::free_port;

/// What the name server says. The last is an `NS` record of `example`, octet by octet.
const RECORDS: [&str; 8] = [
    "host-record=www.example,192.0.2.1,2001:db8::1,300",
    "host-record=www.example,192.0.2.2,300",
    "cname=shop.example,www.example,600",
    "txt-record=example,v=spf1 -all",
    "mx-host=example,mail.example,10",
    "srv-host=_db._tcp.example,db.example,5432,10,5",
    "local=/example/",
    "dns-rr=example,2,036e7331076578616d706c6500",
];

struct Server {
    port: u16,
    child: Child,
}

impl Server {
    fn start() -> Server {
        let port = free_port();
        let mut command = Command::new("dnsmasq");
        command.args([
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--pid-file",
        ]);
        command.args([
            "--no-resolv",
            "--no-hosts",
            "--bind-interfaces",
            "--local-ttl=7",
        ]);
        command.args(["--listen-address=127.0.0.1", &format!("--port={port}")]);
        command.args(RECORDS.map(|record| format!("--{record}")));
        let child = command
            .spawn()
            .expect("`dnsmasq` starts; `./test` installs it");
        until("the name server answers", || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Server { port, child }
    }

    /// Asks for a name; `more` says for what, and what is expected.
    fn asked(&self, name: &str, more: Value) -> Shown {
        let mut dns = json!({"name": name, "server": format!("127.0.0.1:{}", self.port)});
        let more = more.as_object().expect("keys").clone();
        dns.as_object_mut().expect("keys").extend(more);
        looked(&json!({"dns": dns}), "60s")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_kind_of_record_is_asked_for_and_compared_as_a_set() {
    let server = Server::start();
    for (name, record, is) in [
        ("www.example", "A", &["192.0.2.2", "192.0.2.1"][..]),
        ("WWW.example.", "AAAA", &["2001:DB8:0:0::1"]),
        ("shop.example", "CNAME", &["www.example."]),
        ("shop.example", "A", &["192.0.2.1", "192.0.2.2"]),
        ("example", "TXT", &["v=spf1 -all"]),
        ("example", "MX", &["10 MAIL.example"]),
        ("_db._tcp.example", "SRV", &["10 5 5432 db.example"]),
        ("example", "NS", &["ns1.example"]),
    ] {
        let shown = server.asked(name, json!({"record": record, "is": is}));
        succeeds(shown, &[&format!("the {record} of `{name}` is `")]);
    }
}

#[test]
fn an_answer_that_is_not_the_expected_one_is_shown() {
    let server = Server::start();
    let some = json!({"is": ["192.0.2.1"]});
    let told = "the A of `www.example` is `192.0.2.1`, `192.0.2.2`, not `192.0.2.1`";
    fails(server.asked("www.example", some), &[told]);
    let long = json!({"ttl-at-most": "1m"});
    let told = "the A of `www.example` may be kept for 300 s (its TTL), not 1 min at most";
    fails(server.asked("www.example", long), &[told]);
    // The name on the way is kept as well.
    let told = "the A of `shop.example` may be kept for 600 s (its TTL)";
    fails(
        server.asked("shop.example", json!({"ttl-at-most": "5m"})),
        &[told],
    );
    let short = json!({"ttl-at-most": "5m", "record": "A"});
    succeeds(server.asked("www.example", short), &["TTL 300 s, in "]);
}

#[test]
fn a_name_that_is_not_there_is_told_from_a_record_that_is_not_there() {
    let server = Server::start();
    let none = server.asked("gone.example", json!({}));
    fails(none, &["says that there is no `gone.example` (NXDOMAIN)"]);
    let none = server.asked("www.example", json!({"record": "MX"}));
    fails(none, &["says that `www.example` has no MX"]);
    let refused = server.asked("elsewhere.test", json!({}));
    fails(
        refused,
        &["refuses to say what `elsewhere.test` is: Query Refused"],
    );
}

#[test]
fn a_name_server_that_says_nothing_is_waited_for_as_long_as_the_step_may_take() {
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let server = silent.local_addr().expect("a port").to_string();
    let action = json!({"dns": {"name": "www.example", "server": server}});
    fails(looked(&action, "1s"), &["it took longer than 1 s"]);
    drop(silent);
    fails(
        looked(&action, "60s"),
        &[&format!("`{server}` does not answer")],
    );
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_begins() {
    let action = json!({"dns": {"name": "www.example", "server": "192.0.2.53"}});
    fails(
        looked(&action, "1s"),
        &["`192.0.2.53` is not written as `host:port`"],
    );
    let action = json!({"dns": {"name": "www..example"}});
    fails(looked(&action, "1s"), &["`www..example` is no name"]);
}

#[test]
fn a_name_can_be_waited_for() {
    let server = Server::start();
    let place = format!("127.0.0.1:{}", server.port);
    let dns = json!({"name": "www.example", "record": "AAAA", "server": place});
    let action = json!({"wait-until": {"probe": {"dns": dns}}});
    succeeds(
        looked(&action, "60s"),
        &["the AAAA of `www.example` is `2001:db8::1`"],
    );
}
