//! How long a programme of 63,666 systems takes, and how that grows.
//!
//! `cargo bench --no-default-features --bench graph`; a filter after `--` chooses benches. The
//! figures and where the time goes are in ARCHITECTURE.md.

#[path = "support/debian.rs"]
mod debian;

use std::process::Command;
use std::sync::OnceLock;

use debian::{Plans, SYSTEMS};
use divan::{Bencher, black_box};
use mainstay::graph::failure::Failure;
use mainstay::graph::objectives::Objectives;
use mainstay::graph::order::Order;
use mainstay::graph::target::Target;
use mainstay::graph::{Analysis, Graph};
use mainstay::load::{self, Loaded};
use mainstay::record::Record;

/// The sizes at which growth is measured.
const SIZES: [usize; 4] = [1_000, 4_000, 16_000, SYSTEMS];

fn main() {
    if plans(SIZES[0]).is_some() {
        divan::main();
    }
}

/// The plans of that size, made once; nothing is measured where the data is absent.
fn plans(systems: usize) -> Option<&'static Plans> {
    static PLANS: [OnceLock<Option<Plans>>; SIZES.len()] = [const { OnceLock::new() }; SIZES.len()];
    let size = SIZES.iter().position(|size| *size == systems)?;
    PLANS[size].get_or_init(|| Plans::new(systems)).as_ref()
}

/// The programme of that size, loaded once.
fn loaded(systems: usize) -> Option<&'static Loaded> {
    static LOADED: [OnceLock<Option<Loaded>>; SIZES.len()] =
        [const { OnceLock::new() }; SIZES.len()];
    let size = SIZES.iter().position(|size| *size == systems)?;
    let loaded = LOADED[size].get_or_init(|| Some(load::load(plans(systems)?.files())));
    loaded.as_ref()
}

fn analysis() -> Option<&'static Analysis<'static>> {
    static ANALYSIS: OnceLock<Option<Analysis>> = OnceLock::new();
    let analysis = ANALYSIS.get_or_init(|| Some(Analysis::new(&loaded(SYSTEMS)?.programme)));
    analysis.as_ref()
}

/// The parser alone, on one thread: what everything else is compared with.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn parse_alone(bencher: Bencher, systems: usize) {
    let Some(plans) = plans(systems) else { return };
    bencher.bench_local(|| {
        let events = plans.texts().flat_map(granit_parser::Parser::new_from_str);
        events.filter(|event| black_box(event).is_ok()).count()
    });
}

/// What `mainstay check` does, from bytes to findings.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn check(bencher: Bencher, systems: usize) {
    let Some(plans) = plans(systems) else { return };
    let now = "2026-11-22".parse().expect("a day");
    bencher
        .with_inputs(|| plans.files())
        .bench_local_values(|files| {
            let loaded = load::load(files);
            let analysis = Analysis::new(&loaded.programme);
            let findings = mainstay::checks::run(&loaded, &analysis, &Record::default(), now).len();
            // The process ends after a check; giving the memory back one by one is not part of it.
            drop(analysis);
            std::mem::forget(loaded);
            findings
        });
}

/// The command itself, as it is typed: from the start of the process to its last line.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn check_command(bencher: Bencher, systems: usize) {
    let Some(plans) = plans(systems) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for file in plans.files() {
        let path = folder.path().join(file.path);
        std::fs::create_dir_all(path.parent().expect("in the folder")).expect("a folder");
        std::fs::write(path, file.content.expect("made above")).expect("room for the plans");
    }
    bencher.bench_local(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mainstay"));
        command
            .args(["check", "--now", "2026-11-22"])
            .arg(folder.path());
        let output = command.output().expect("the command runs");
        assert_eq!(output.status.code(), Some(1), "there are findings");
        output.stdout.len()
    });
}

/// The first part of a check.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn load_alone(bencher: Bencher, systems: usize) {
    let Some(plans) = plans(systems) else { return };
    bencher
        .with_inputs(|| plans.files())
        .bench_local_values(|files| std::mem::ManuallyDrop::new(load::load(files)));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn build(bencher: Bencher, systems: usize) {
    let Some(loaded) = loaded(systems) else {
        return;
    };
    bencher.bench_local(|| Graph::build(&loaded.programme));
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn order_and_objectives(bencher: Bencher, systems: usize) {
    let Some(loaded) = loaded(systems) else {
        return;
    };
    let graph = Graph::build(&loaded.programme);
    bencher.bench_local(|| {
        let order = Order::new(&graph);
        let objectives = Objectives::new(&graph, &order);
        (order, objectives)
    });
}

#[divan::bench(args = SIZES, sample_count = 20)]
fn all_analyses(bencher: Bencher, systems: usize) {
    let Some(loaded) = loaded(systems) else {
        return;
    };
    bencher.bench_local(|| Analysis::new(&loaded.programme));
}

/// One `mainstay impact`, of little and of much.
#[divan::bench(args = ["system:libc6", "system:0ad-data", "site:site-0", "site:land"])]
fn impact(bencher: Bencher, written: &str) {
    let Some(analysis) = analysis() else { return };
    let target = Target::find(analysis.graph.programme, written).expect("the target");
    bencher.bench_local(|| Failure::new(analysis, target));
}
