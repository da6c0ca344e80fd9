//! A PostgreSQL server whose backups are spoiled: it is made for them alone, and nobody else can
//! reach it.

use chrono::Utc;

use super::super::confined::{Confined, HERE};
use super::super::pg_dump::make;
use super::super::postgres::{ROLE, Server, Start};
use super::super::{Session, Trouble};
use super::spoil::remove;
use super::{Bench, Done};

/// Two tables; the rows of one do not pack well.
pub const TABLES: &str = "create table orders as select g as id, md5(g::text) || \
    md5((g + 1)::text) as t from generate_series(1, 3000) g; create index on orders (t); \
    create table customers as select g as id from generate_series(1, 10) g";
/// What it needs no more once it is made; with these its backups are three times as large.
const TEMPLATES: [&str; 2] = ["template0", "template1"];
/// The folder it is in; it is removed before its backups are spoiled.
const FOLDER: &str = "server";

/// Makes a server, does something with it, and leaves nothing of it.
pub fn with_server(bench: &Bench, work: impl FnOnce(&Server) -> Done) -> Done {
    let folder = bench.folder.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let session = Session {
        workspace: bench.folder,
        folder: &folder,
        tools: bench.tools,
        now: Utc::now(),
        expects: &|_| {},
    };
    let started = || {
        let (confined, data) = (Confined::find()?, folder.join("data"));
        make(&session, &confined, &data)?;
        let start = Start {
            data: &data,
            role: ROLE,
            archive: None,
        };
        Server::start(&session, &confined, &start)
    };
    let server = started().map_err(|trouble: Trouble| trouble.why().to_owned());
    // It has ended when what is done with it is.
    let done = server.and_then(|server| work(&server));
    done.and(remove(&folder))
}

/// Runs a program that talks to the server, and to no other.
pub fn tell(bench: &Bench, server: &Server, program: &str, words: &[&str]) -> Done {
    let host = format!("--host={HERE}");
    let user = format!("--username={}", server.role());
    let all: [&str; 3] = [&host, &user, "--no-password"];
    bench.run_in(server.folder(), program, &[&all, words].concat(), &[])
}

/// Has it do something.
pub fn does(bench: &Bench, server: &Server, sql: &str) -> Done {
    let command = format!("--command={sql}");
    let words = ["--dbname=postgres", "--no-psqlrc", "--quiet", &command];
    tell(bench, server, "psql", &words)
}

/// Leaves the one database that it is asked in.
pub fn shrink(bench: &Bench, server: &Server) -> Done {
    let own = "update pg_database set datistemplate = false";
    does(bench, server, own)?;
    TEMPLATES
        .iter()
        .try_for_each(|name| does(bench, server, &format!("drop database {name}")))
}
