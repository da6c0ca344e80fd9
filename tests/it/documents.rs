//! The document of the sample and of hard cases, in every format.

use chrono::{DateTime, Utc};
use mainstay::error::Result;
use mainstay::graph::Analysis;
use mainstay::load::Loaded;
use mainstay::model::Visibility;
use mainstay::render::document::{DocumentFormat, FORMATS, Templates, format};
use mainstay::render::view::{Input, View};
use mainstay::workspace::Workspace;

use crate::support;

/// The time at which every document here is made.
fn now() -> DateTime<Utc> {
    format!("{}T09:30:00Z", support::NOW)
        .parse()
        .expect("a time")
}

/// The sample organization, as it stands in the repository.
fn sample() -> Loaded {
    let workspace = Workspace::find(&support::root()).expect("the repository is a workspace");
    mainstay::load::load(workspace.files())
}

/// Makes a view of what was loaded and hands it on.
fn view(loaded: &Loaded, visibility: Visibility, person: Option<&str>) -> Result<View> {
    let analysis = Analysis::new(&loaded.programme);
    let findings = mainstay::checks::run(loaded, &analysis, support::now());
    let input = Input {
        loaded,
        analysis: &analysis,
        findings: &findings,
        now: now(),
        revision: Some("a1b2c3d"),
        visibility,
    };
    match person {
        Some(id) => View::for_person(&input, id),
        None => Ok(View::new(&input)),
    }
}

/// A document in a format, as text where it is text.
fn document(view: &View, name: &str) -> String {
    let format = format(name).expect("a format");
    let bytes = (format.write)(view, &Templates::embedded()).unwrap_or_else(|e| panic!("{e}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every format is written to `target/documents/`, to be looked at.
#[test]
fn the_sample_comes_out_in_every_format() {
    let loaded = sample();
    let folder = support::root().join("target/documents");
    std::fs::create_dir_all(&folder).expect("make the folder");
    for (name, visibility, person) in [
        ("plan", Visibility::Internal, None),
        ("public", Visibility::Public, None),
        ("person", Visibility::Internal, Some("zsofia-ori")),
    ] {
        let view = view(&loaded, visibility, person).expect("the person is there");
        // The whole plan as PDF takes a minute without optimization; the bench makes it.
        let quick = |format: &&DocumentFormat| format.name != "pdf" || name != "plan";
        for format in FORMATS.iter().filter(quick) {
            let bytes = (format.write)(&view, &Templates::embedded());
            let bytes = bytes.unwrap_or_else(|e| panic!("{name} as {}: {e}", format.name));
            let file = folder.join(name).with_extension(format.extension);
            std::fs::write(file, bytes).expect("write the document");
        }
    }
}
