//! How long the documents of the sample take: the goals are 50 ms for HTML and 1 s for PDF.
//!
//! `cargo bench --bench document`; a filter after `--` chooses benches.

use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use mainstay::checks;
use mainstay::finding::Finding;
use mainstay::graph::Analysis;
use mainstay::load::{self, Loaded};
use mainstay::model::Visibility;
use mainstay::record::Record;
use mainstay::render::document::{FORMATS, Templates, format};
use mainstay::render::view::{Input, View};
use mainstay::time::Date;
use mainstay::workspace::Workspace;

fn main() {
    divan::main();
}

static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    load::load(
        Workspace::find(root)
            .expect("the repository is a workspace")
            .files(),
    )
});

static ANALYSIS: LazyLock<Analysis> = LazyLock::new(|| Analysis::new(&LOADED.programme));

static RECORD: LazyLock<Record> = LazyLock::new(Record::default);

static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    checks::run(
        &LOADED,
        &ANALYSIS,
        &RECORD,
        Date(input(&[]).now.date_naive()),
    )
});

fn input(findings: &[Finding]) -> Input<'_> {
    Input {
        loaded: &LOADED,
        analysis: &ANALYSIS,
        findings,
        record: &RECORD,
        now: "2026-11-22T09:30:00Z".parse().expect("a time"),
        revision: None,
        visibility: Visibility::Internal,
    }
}

/// The values that templates show.
#[divan::bench]
fn view(bencher: Bencher) {
    let input = input(&FINDINGS);
    bencher.bench_local(|| View::new(&input));
}

/// From the programme to the bytes of a file.
#[divan::bench(args = FORMATS.iter().map(|format| format.name), sample_count = 10)]
fn document(bencher: Bencher, name: &str) {
    let (input, templates) = (input(&FINDINGS), Templates::embedded());
    let write = format(name).expect("the name of a format").write;
    bencher.bench_local(|| write(&View::new(&input), &templates).expect("the sample comes out"));
}
