//! Dumps that Mainstay takes itself, with what the tables held.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Server, run};

/// What makes dumps of a server, and verifies them.
struct Taker(tempfile::TempDir, String);

impl Taker {
    fn of(server: &Server) -> Taker {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("mainstay.yaml");
        fs::write(settings, "organization: {name: B}\n").expect("room");
        fs::create_dir(folder.path().join("plans")).expect("room");
        let host = server.path().display();
        let address = format!("postgres:///postgres?host={host}&user=postgres");
        let taker = Taker(folder, address);
        taker.expects("[{fingerprints: {tables: [public.orders]}}]");
        taker
    }

    fn expects(&self, expect: &str) {
        let plan = format!(
            "team: {{id: a, name: A}}\nsystems: [{{id: db, name: DB}}]\nbackups: [{{id: b, \
             name: Copy, of: [db], every: 1d, take: {{write-under: full, with: {{pg-dump: {{from: \
             TAKEN, to: full, prefix: db-}}}}}}, verify: {{with: {{pg-dump: {{folder: full, \
             prefix: db-}}}}, expect: {expect}}}}}]\n"
        );
        fs::write(self.0.path().join("plans/a.yaml"), plan).expect("room");
    }

    fn says(&self, words: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_mainstay"))
            .args(words)
            .env("TAKEN", &self.1)
            .current_dir(self.0.path())
            .output()
            .expect("it starts");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).expect("UTF-8");
        (output.status.code(), told)
    }

    #[track_caller]
    fn takes(&self) {
        let (status, told) = self.says(&["backup", "take-full"]);
        assert_eq!(status, Some(0), "{told}");
        assert!(!told.contains(&self.1), "{told}");
    }

    fn verifies(&self) -> (Option<i32>, String) {
        self.says(&["backup", "verify", "--level", "5"])
    }

    /// The only file with such an ending.
    fn file(&self, ending: &str) -> PathBuf {
        let all = fs::read_dir(self.0.path().join("full")).expect("it is there");
        let mut all = all.map(|entry| entry.expect("it stays").path());
        let file = all.find(|path| path.to_string_lossy().ends_with(ending));
        file.expect("it is there")
    }
}

/// Tables with all that is written as text in more than one way, or stands elsewhere.
const ODD_TABLES: &str = "create schema s; create type mood as enum ('good', 'bad'); \
     create table s.\\\"two Words\\\" as select g as id, now() + g * interval '1 hour' as at, \
     (g / 7.0)::float8 as r, g::text::bytea as b, array[g, null] as a, 'good'::mood as m, \
     jsonb_build_object('g', g) as j, interval '1 month' * g as i, 's.orders'::text as t, \
     g::money as c from generate_series(1, 50) g; create table s.empty (id int); \
     create table s.none (); \
     create table s.t (t text, amount int); insert into s.t values ('t', 1), ('t', 2); \
     create cast (s.t as text) with inout as implicit; \
     create table s.\\\"line\nbreak\\\" as select 1 as one; \
     create table parent (id int) partition by range (id); \
     create table part partition of parent for values from (0) to (10); \
     insert into parent values (1), (2); create table child (x int) inherits (s.empty); \
     insert into child values (1, 2); create unlogged table s.unlogged as select 1 as one; \
     alter database postgres set timezone to 'Asia/Kolkata'; \
     alter database postgres set datestyle to 'German'";

#[test]
fn a_dump_is_taken_with_what_the_tables_held_when_it_was_begun() {
    let server = Server::start("");
    server.does(ODD_TABLES);
    let taker = Taker::of(&server);
    // What is written meanwhile is in both, or in neither; what would change a table waits.
    let meanwhile = [
        "insert into orders values (0, 'later'); delete from part",
        "truncate s.unlogged",
        "alter table child add column if not exists more int",
    ];
    let stop = AtomicBool::new(false);
    let done = std::thread::scope(|threads| {
        threads.spawn(|| {
            meanwhile.iter().for_each(|sql| server.does(sql));
            while !stop.load(Ordering::Relaxed) {
                server.does(meanwhile[0]);
            }
        });
        let done = taker.says(&["backup", "take-full"]);
        stop.store(true, Ordering::Relaxed);
        done
    });
    assert_eq!(done.0, Some(0), "{}", done.1);
    let (status, told) = taker.verifies();
    assert_eq!(status, Some(0), "{told}");
    assert!(told.contains("level 5 restored and validated"), "{told}");
    assert!(
        told.contains("held when the backup was made: 10 tables, "),
        "{told}"
    );
}

#[test]
fn what_was_written_down_of_the_tables_is_compared_and_cannot_be_changed() {
    let server = Server::start("");
    server.does(ODD_TABLES);
    let taker = Taker::of(&server);
    taker.takes();
    let file = taker.file(".fingerprints");
    let good = fs::read_to_string(&file).expect("it is there");
    // Another value in a column that is called as a row might be.
    server.does("update s.t set amount = 0 where amount = 1");
    let sum = |all: &str| {
        let mut lines = all.lines().map(str::to_owned);
        lines
            .find(|line| line.ends_with(" s.t"))
            .expect("it is there")
    };
    let other = Taker::of(&server);
    other.takes();
    let later = fs::read_to_string(other.file(".fingerprints")).expect("it is there");
    assert_ne!(sum(&good), sum(&later));
    // A line that is gone, which a checksum of the dump does not show.
    fs::write(&file, good.replace(&(sum(&good) + "\n"), "")).expect("room");
    let (status, told) = taker.verifies();
    assert_eq!(status, Some(1), "{told}");
    assert!(told.contains(".fingerprints` was changed"), "{told}");
    // Where nobody knows what Mainstay wrote, the tables themselves show it.
    fs::remove_dir_all(taker.0.path().join(".mainstay")).expect("it is there");
    let words = "50 ";
    let line = good.lines().find(|line| line.ends_with("s.\"two Words\""));
    let line = line.expect("it is there");
    assert!(line.starts_with(words), "{line}");
    let other_sum = format!("50 7 {}", line.splitn(3, ' ').last().expect("a name"));
    for (bad, status, why) in [
        (
            good.replace(line, &line.replacen(words, "51 ", 1)),
            1,
            "has 50 rows, not 51",
        ),
        (good.replace(line, &other_sum), 1, "has other rows"),
        (
            good.replace("public.orders", "public.gone"),
            1,
            "`public.gone` is missing",
        ),
        (
            good.replace("public.orders", "public.gone"),
            1,
            "of `public.orders` nothing was",
        ),
        (good.replace(' ', ""), 7, "is no number of rows"),
    ] {
        fs::write(&file, bad).expect("room");
        let (found, told) = taker.verifies();
        assert_eq!(found, Some(status), "{told}");
        assert!(told.contains(why), "{why}: {told}");
    }
    fs::remove_file(&file).expect("it is there");
    let (status, told) = taker.verifies();
    assert_eq!(status, Some(7), "{told}");
    assert!(told.contains("take-full` writes it"), "{told}");
    let dump = fs::metadata(taker.file(".dump")).expect("it is there");
    assert_eq!(dump.permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_a_database_holds_does_not_depend_on_how_it_encodes_it() {
    let server = Server::start("");
    server.does("create database postgres2 encoding latin1 template template0 lc_collate 'C'");
    let insert = "create table orders as select U&'\\00E9' as t, 1 as id";
    run(server.path(), &server.psql(insert, "postgres2"));
    let mut taker = Taker::of(&server);
    taker.1 = taker.1.replace("/postgres?", "/postgres2?");
    taker.takes();
    let (status, told) = taker.verifies();
    assert_eq!(status, Some(0), "{told}");
}

#[test]
fn a_dump_that_cannot_be_taken_leaves_nothing() {
    let server = Server::start("");
    let mut taker = Taker::of(&server);
    taker.1 = taker.1.replace("/postgres?", "/none?");
    let (status, told) = taker.says(&["backup", "take-full"]);
    assert_ne!(status, Some(0), "{told}");
    assert!(told.contains("\"none\" does not exist"), "{told}");
    taker.1 = "postgres://user:canary-71-pass@127.0.0.1:1/none".to_owned();
    let (status, told) = taker.says(&["backup", "take-full"]);
    assert_ne!(status, Some(0), "{told}");
    assert!(!told.contains("canary-71-pass"), "{told}");
    let left = fs::read_dir(taker.0.path().join("full")).expect("it is there");
    assert_eq!(left.count(), 0);
}

#[test]
fn less_rows_than_before_are_a_fault() {
    let server = Server::start("");
    let taker = Taker::of(&server);
    let query = "[{query: {query: select count(*) from orders, drop-at-most: 10%}}]";
    taker.expects(query);
    taker.takes();
    let (status, told) = taker.verifies();
    assert_eq!(status, Some(7), "{told}");
    assert!(told.contains("none before it was restored"), "{told}");
    for (gone, status) in [(300, Some(0)), (900, Some(1))] {
        server.does(&format!("delete from orders where id <= {gone}"));
        taker.takes();
        let (found, told) = taker.verifies();
        assert_eq!(found, status, "{told}");
    }
}
