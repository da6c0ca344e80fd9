//! A real PostgreSQL that is asked, and never written to.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use serde_json::{Value, json};

use super::{Shown, fails, shown, succeeds, unclear};
use crate::held::{Held, until};
use crate::support::free_port;

/// Text that is written another way in an address.
const PASSWORD: &str = "xyzzy/canary";
const PASSWORD_WRITTEN: &str = "xyzzy%2Fcanary";
/// Who a server is run as where root runs the tests: `nobody`.
const NOBODY: u32 = 65_534;

/// What makes a server, and a certificate for it.
const MAKE: [&str; 2] = [
    "initdb -D data -U ada -A scram-sha-256 --pwfile password -E UTF8 --locale C -N",
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=db \
     -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
     -keyout data/server.key -out data/server.crt",
];
const SERVE: &str = "postgres -D data -h 127.0.0.1 -k '' -F -c ssl=on";

struct Server {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Server {
    fn start() -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let all = fs::Permissions::from_mode(0o777);
        fs::set_permissions(folder.path(), all).expect("it is ours");
        fs::write(folder.path().join("password"), PASSWORD).expect("room");
        let port = free_port();
        for line in MAKE {
            let made = unprivileged(&folder, line).output().expect("`sh` starts");
            assert!(
                made.status.success(),
                "{line}; `./test` installs it: {made:?}"
            );
        }
        let serve = format!("{SERVE} -p {port}");
        let child = unprivileged(&folder, &serve).spawn().expect("it starts");
        let server = Server {
            folder,
            port,
            child,
        };
        until("the server answers", || server.told("select 1"));
        server
    }

    /// Does something as the owner of everything; `None` where it fails.
    fn told(&self, sql: &str) -> Option<String> {
        let mut psql = Command::new("psql");
        psql.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "ada"]);
        psql.args(["-Atq", "-c", sql, "postgres"])
            .env("PGPASSWORD", PASSWORD);
        let output = psql.output().expect("`psql` starts; `./test` installs it");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        output.status.success().then(|| text.trim().to_owned())
    }

    fn url(&self, password: &str) -> String {
        format!("postgres://ada:{password}@127.0.0.1:{}/postgres", self.port)
    }

    /// Asks by way of a drill of one step.
    fn asked(&self, query: &str, more: Value) -> Shown {
        asked(query, more, "60s", &self.url(PASSWORD_WRITTEN))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let process = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(process) = process {
            // It ends at once, and all its processes with it.
            let _ = kill_process(process, Signal::QUIT);
        }
        let _ = self.child.wait();
        // Its files are somebody else's; what is left is the folder's to remove.
        let _ = fs::remove_dir_all(self.folder.path().join("data"));
    }
}

/// A program of the server, which never runs as root.
fn unprivileged(folder: &tempfile::TempDir, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec {line}")]);
    command.current_dir(folder.path());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    if geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn asked(query: &str, more: Value, timeout: &str, url: &str) -> Shown {
    let mut sql = json!({"postgres": "ORDERS_DB", "query": query});
    let more = more.as_object().expect("keys").clone();
    sql.as_object_mut().expect("keys").extend(more);
    let run = json!({"sql": sql});
    let step = format!("{{id: a, do: Ask, timeout: {timeout}, run: {run}}}");
    let held = Held::new(&[&step]);
    let shown = shown(&held, &[("ORDERS_DB", url)]);
    let told = shown.as_ref().unwrap_or_else(|told| told);
    let secrets = [PASSWORD, PASSWORD_WRITTEN, url];
    let kept = held.report(&held.run()).to_string();
    for secret in secrets {
        assert!(
            !told.contains(secret) && !kept.contains(secret),
            "{told} {kept}"
        );
    }
    shown
}

#[test]
fn an_answer_of_any_type_is_compared_as_text() {
    let server = Server::start();
    let numbers = "create table orders as select generate_series(1, 1000) as id";
    server.told(numbers).expect("a table");
    for (query, is) in [
        ("select count(*) from orders;", "1000"),
        ("select id from orders order by id desc", "1000"),
        ("select 1.50::numeric", "1.50"),
        ("select date '2026-11-22'", "2026-11-22"),
        ("select 'b'::text union select 'a' order by 1", "a"),
        ("select null", "null"),
        ("select true", "t"),
        ("select array[1, 2]", "{1,2}"),
        ("show transaction_read_only", "on"),
    ] {
        let told = format!("the answer is `{is}`");
        succeeds(server.asked(query, json!({"is": is})), &[&told]);
    }
    let least = server.asked("select count(*) from orders", json!({"at-least": 1_001}));
    fails(least, &["the answer is `1000`, and not 1001 at least"]);
    let none = server.asked("select id from orders where id = 0", json!({}));
    fails(none, &["there is no row"]);
    let url = server.url(PASSWORD_WRITTEN);
    let long = asked("select pg_sleep(60)", json!({}), "2s", &url);
    fails(long, &["it took longer than 2 s"]);
    until("the server has given it up", || {
        let asking = "select count(*) from pg_stat_activity where query like '%pg_sleep(60)'";
        server.told(asking).filter(|count| count == "0")
    });
}

#[test]
fn nothing_is_ever_written() {
    let server = Server::start();
    server
        .told("create table orders as select 1 as id")
        .expect("a table");
    server.told("create sequence numbers").expect("a sequence");
    for (write, why) in [
        (
            "delete from orders",
            "cannot execute DELETE in a read-only transaction",
        ),
        (
            "select nextval('numbers')",
            "cannot execute nextval() in a read-only transaction",
        ),
        (
            "commit; delete from orders",
            "cannot insert multiple commands",
        ),
        (
            "with gone as (delete from orders returning id) select count(*) from gone",
            "cannot execute SELECT in a read-only transaction",
        ),
        (
            "do $$ begin set transaction read write; delete from orders; end $$",
            "read-write mode must be set before any query",
        ),
    ] {
        fails(server.asked(write, json!({})), &[why]);
    }
    let left = "select (select count(*) from orders), (select is_called from numbers)";
    assert_eq!(server.told(left).as_deref(), Some("1|f"));
}

#[test]
fn an_address_and_its_password_are_never_told() {
    let server = Server::start();
    let wrong = asked(
        "select 1",
        json!({}),
        "60s",
        &server.url("xyzzy%2Fcanary-wrong"),
    );
    fails(
        wrong,
        &["`ORDERS_DB` refuses: password authentication failed"],
    );
    let echoed = server.asked("select 'it is xyzzy' || '/canary'", json!({}));
    succeeds(echoed, &["the answer is `it is [hidden]`"]);
    let nowhere = format!("postgres://ada:{PASSWORD_WRITTEN}@127.0.0.1:1/postgres");
    fails(
        asked("select 1", json!({}), "60s", &nowhere),
        &["`ORDERS_DB` does not answer", "refused"],
    );
}

#[test]
fn a_server_proves_who_it_is_where_the_address_asks_for_it() {
    let server = Server::start();
    let query = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    let url = server.url(PASSWORD_WRITTEN) + "?sslmode=verify-full";
    let encrypted = json!({"is": "t"});
    let unknown = asked(query, encrypted.clone(), "60s", &url);
    fails(unknown, &["`ORDERS_DB` does not answer", "certificate"]);
    let known = server.folder.path().join("data/server.crt");
    let url = format!("{url}&sslrootcert={}", known.display());
    succeeds(asked(query, encrypted, "60s", &url), &["the answer is `t`"]);
}

#[test]
fn what_cannot_be_asked_is_refused_before_anything_begins() {
    let step = json!({"sql": {"postgres": "ORDERS_DB", "query": "select 1"}});
    let held = Held::new(&[&format!("{{id: a, do: Ask, run: {step}}}")]);
    fails(
        shown::<&str>(&held, &[]),
        &["the environment has no variable `ORDERS_DB`"],
    );
    for bad in [
        "xyzzy-canary",
        "mysql://ada:xyzzy-canary@db/x",
        "postgres://h:xyzzy-canary/x",
    ] {
        let refused = shown(&held, &[("ORDERS_DB", bad)]);
        let told = refused.clone().expect_err("it is refused");
        assert!(!told.contains("xyzzy"), "{told}");
        fails(refused, &["variable `ORDERS_DB` holds no address"]);
    }
    let neither = json!({"sql": {"query": "select 1"}});
    unclear(
        neither,
        "asks no database: state `sqlite`, a file, or `postgres`",
    );
    let both = json!({"sql": {"query": "select 1", "sqlite": "a", "postgres": "B"}});
    unclear(both, "asks two databases at once");
}
