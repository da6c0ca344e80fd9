//! What the engine of drills costs: deciding, writing, and reading it all again.
//!
//! `cargo bench --no-default-features --bench drill`; a filter after `--` chooses benches.
//! `benches/peers.sh` compares whole runs with other tools on the same machine.

use divan::Bencher;
use mainstay::drill::{Effect, Engine, Exercise, Given, Message, Turn, Values, compile, read};
use mainstay::journal::{Entry, Script, Settled};
use mainstay::load::{self, File};
use mainstay::store::{Durability, Place, Store};
use mainstay::time::Moment;

/// The run whose every event should cost no more than a millisecond.
const STEPS: usize = 15_000;
/// So many events are to be verified and followed in a second.
const EVENTS: usize = 300_000;

fn main() {
    divan::main();
}

/// A drill of so many steps: as many chains side by side as may run at once.
fn script(steps: usize, chains: usize) -> Script {
    let mut plan = format!(
        "drills: [{{id: d, name: D, kind: functional, procedures: [p], parallel: {chains}}}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n"
    );
    for step in 0..steps {
        let after = step
            .checked_sub(chains)
            .map_or_else(String::new, |before| format!("s{before}"));
        plan += &format!(
            "      - {{id: s{step}, do: Do it, after: [{after}], run: {{wait: {{lasting: 1s}}}}}}\n"
        );
    }
    let content = Ok(plan.into_bytes());
    let loaded = load::load(vec![File {
        path: "plan.yaml".to_owned(),
        content,
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
    prepared.expect("a script").into_script()
}

fn now() -> Moment {
    mainstay::clock::now().expect("a clock")
}

/// A run on paper whose steps end at once; `write` takes each turn.
fn run(script: Script, at: &Moment, mut write: impl FnMut(&Engine, &Turn)) {
    let (mut engine, mut turn) = Engine::start(script, at).expect("a start");
    while !engine.run.is_over() {
        write(&engine, &turn);
        let ended = turn.effects.iter().filter_map(|effect| match effect {
            Effect::Begin(attempt) => Some(Message::Ended {
                attempt: *attempt,
                settled: Settled::Succeeded,
                facts: Vec::new(),
                at: None,
                mark: None,
                evidence: Vec::new(),
            }),
            _ => None,
        });
        turn = engine.turn(ended.collect(), at).expect("a turn");
    }
    write(&engine, &turn);
}

/// All that is decided in a run of 15,000 steps, without writing it.
#[divan::bench(args = [1, 16, 1000], sample_count = 5, sample_size = 1)]
fn decide(bencher: Bencher, chains: usize) {
    let (script, at) = (script(STEPS, chains), now());
    bencher
        .with_inputs(|| script.clone())
        .bench_local_values(|script| run(script, &at, |_, _| {}));
}

/// A run of 1,000 steps, one after the other or 16 side by side, with each turn on disk before the
/// next: what a step costs that starts no process.
#[divan::bench(
    args = [(Durability::Power, 1), (Durability::Process, 1), (Durability::Power, 16)],
    sample_count = 5,
    sample_size = 1
)]
fn write(bencher: Bencher, (durability, chains): (Durability, usize)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let (script, at) = (script(1_000, chains), now());
    bencher
        .with_inputs(|| (script.clone(), tempfile::tempdir().expect("a folder")))
        .bench_local_values(|(script, folder)| {
            let store = runtime.block_on(Store::open(
                &Place::Folder(folder.path().into()),
                durability,
            ));
            let mut store = store.expect("a store");
            run(script, &at, |engine, turn| {
                let written = store.append("r", &turn.entries, &engine.run, &[], &[]);
                runtime.block_on(written).expect("room");
            });
            folder
        });
}

/// 300,000 events are verified, read and followed.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn verify_and_replay(bencher: Bencher) {
    let mut entries: Vec<Entry> = Vec::new();
    run(script(EVENTS / 2, 16), &now(), |_, turn| {
        entries.extend(turn.entries.iter().cloned());
    });
    assert!(entries.len() >= EVENTS);
    bencher.bench_local(|| read(&entries).expect("it holds together").1);
}
