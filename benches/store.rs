//! What it costs to write journals: steps a second, a step being two commits, from several
//! connections at once, each with a run of its own.
//!
//! `cargo bench --no-default-features --bench store`. PostgreSQL is measured where `initdb` and
//! `postgres` are in `PATH`, on a server of its own that syncs every commit.

#[expect(dead_code, reason = "tests also end it and reach it by its port")]
#[path = "../tests/it/store/server.rs"]
mod server;

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use mainstay::app::wait_for;
use mainstay::drill::{Engine, Exercise, Given, Message, Request, Turn, Values, compile};
use mainstay::journal::What;
use mainstay::load::{self, File};
use mainstay::store::{Durability, Place, Store};

use self::server::Server;

/// For how long is measured, in each of the rounds.
const LASTING: Duration = Duration::from_secs(3);
/// How often; the median is told.
const ROUNDS: usize = 5;
/// How many connections write at once.
const WRITERS: [usize; 4] = [1, 2, 4, 8];

/// What the tests' server takes from other tests.
mod held {
    /// Waits until something is there.
    pub fn until<T>(what: &str, mut there: impl FnMut() -> Option<T>) -> T {
        for _ in 0..6_000 {
            if let Some(there) = there() {
                return there;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("{what}: not after a minute");
    }
}

/// The same.
mod support {
    /// A port of loopback that nobody listens on.
    pub fn free_port() -> u16 {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        free.local_addr().expect("a port").port()
    }
}

fn main() {
    for durability in [Durability::Power, Durability::Process] {
        let told = format!("SQLite, {durability:?}");
        measured(
            &told,
            1,
            || {
                let folder = tempfile::tempdir().expect("a folder");
                let place = Place::Folder(folder.path().into());
                (place, folder)
            },
            durability,
        );
    }
    let server = Server::start();
    for writers in WRITERS {
        let told = format!("PostgreSQL, Power, {writers} at once");
        let place = || (server.place(&server.database()), ());
        measured(&told, writers, place, Durability::Power);
    }
}

/// Tells the median of some rounds, each at a new place.
fn measured<Guard>(
    told: &str,
    writers: usize,
    mut place: impl FnMut() -> (Place, Guard),
    durability: Durability,
) {
    let mut rates: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (place, _guard) = place();
            rate(&place, writers, durability)
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let (least, median, most) = (rates[0], rates[ROUNDS / 2], rates[ROUNDS - 1]);
    println!("{told:<32} {median:>7.0} steps/s  ({least:.0} to {most:.0})");
}

/// How many steps a second.
fn rate(place: &Place, writers: usize, durability: Durability) -> f64 {
    let barrier = Barrier::new(writers);
    let done = thread::scope(|threads| {
        let writing: Vec<_> = (0..writers)
            .map(|who| {
                let barrier = &barrier;
                threads.spawn(move || steps(place, &format!("r{who}"), durability, barrier))
            })
            .collect();
        let done = writing.into_iter().map(|it| it.join().expect("it ends"));
        done.sum::<u32>()
    });
    f64::from(done) / LASTING.as_secs_f64()
}

/// Writes a run for as long as is measured; gives back how many steps that were.
fn steps(place: &Place, id: &str, durability: Durability, barrier: &Barrier) -> u32 {
    let work = async {
        let mut store = Store::open(place, durability).await?;
        let (mut engine, turn) = begun();
        write(&mut store, id, &engine, &turn).await?;
        barrier.wait();
        let (began, mut done) = (Instant::now(), 0);
        while began.elapsed() < LASTING {
            for text in ["started", "finished"] {
                let request = Request {
                    by: "ada".to_owned(),
                    what: What::Noted {
                        text: text.to_owned(),
                    },
                };
                let now = mainstay::clock::now()?;
                let turn = engine.turn(vec![Message::Asked(request)], &now)?;
                write(&mut store, id, &engine, &turn).await?;
            }
            done += 1;
        }
        Ok(done)
    };
    wait_for(work).expect("it is written")
}

async fn write(
    store: &mut Store,
    id: &str,
    engine: &Engine,
    turn: &Turn,
) -> mainstay::error::Result<()> {
    let (entries, run) = (&turn.entries, &engine.run);
    store.append(id, entries, run, &[], &[]).await
}

/// A run that waits for somebody.
fn begun() -> (Engine, Turn) {
    let plan = "drills: [{id: d, name: D, kind: functional, procedures: [p]}]\n\
         procedures:\n  - {id: p, name: P, steps: [{id: a, do: Do it}]}\n";
    let loaded = load::load(vec![File {
        path: "plan.yaml".to_owned(),
        content: Ok(plan.as_bytes().to_vec()),
    }]);
    let drill = loaded.programme.drills.get("d").expect("declared");
    let given = Given {
        plans: "",
        values: &Values::new(),
        program: "mainstay",
        today: "2026-11-22".parse().expect("a day"),
        seed: 0,
    };
    let prepared = compile::<Exercise>(&loaded.programme, drill, &given);
    let script = prepared.expect("a script").into_script();
    let now = mainstay::clock::now().expect("a clock");
    Engine::start(script, &now).expect("a start")
}
