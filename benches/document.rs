//! How long the documents of the sample organization take, from the view to the bytes.
//!
//! `cargo bench --bench document`; a filter after `--` chooses formats.

use std::path::Path;

use divan::Bencher;
use mainstay::graph::Analysis;
use mainstay::load;
use mainstay::model::Visibility;
use mainstay::render::document::{FORMATS, Templates, format};
use mainstay::render::view::{Input, View};
use mainstay::workspace::Workspace;

fn main() {
    divan::main();
}

/// The view of the sample, as it stands in the repository.
fn sample() -> View {
    let workspace = Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a workspace");
    let loaded = load::load(workspace.files());
    let analysis = Analysis::new(&loaded.programme);
    let today = "2026-11-22".parse().expect("a day");
    let findings = mainstay::checks::run(&loaded, &analysis, today);
    View::new(&Input {
        loaded: &loaded,
        analysis: &analysis,
        findings: &findings,
        now: "2026-11-22T09:30:00Z".parse().expect("a time"),
        revision: Some("a1b2c3d"),
        visibility: Visibility::Internal,
    })
}

/// Loading, analysing and checking the sample: what comes before every document.
#[divan::bench(sample_count = 10)]
fn view() -> View {
    sample()
}

/// One document in each format.
#[divan::bench(args = FORMATS.iter().map(|format| format.name), sample_count = 10, sample_size = 1)]
fn write(bencher: Bencher, name: &str) {
    let view = sample();
    let templates = Templates::embedded();
    let format = format(name).expect("a format of the table");
    bencher.bench_local(|| (format.write)(&view, &templates).expect("a document"));
}
