//! What several tests need: a programme from text, and golden files.

use std::path::{Path, PathBuf};

use mainstay::drill::{Exercise, Given, Values, compile};
use mainstay::finding::Finding;
use mainstay::graph::Analysis;
use mainstay::journal::Script;
use mainstay::load::{self, File, Loaded};
use mainstay::record::Record;
use mainstay::time::Date;

/// The day on which everything in the tests happens.
pub const NOW: &str = "2026-11-22";

/// The root of the package.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The day on which everything in the tests happens.
pub fn now() -> Date {
    NOW.parse().expect("a day")
}

/// Loads one file from text, as of the day of the tests.
pub fn load_text(path: &str, text: &str) -> Loaded {
    let mut loaded = load::load(vec![File {
        path: path.to_owned(),
        content: Ok(text.as_bytes().to_vec()),
    }]);
    load::as_of(&mut loaded, now());
    loaded
}

/// Every finding on what was loaded, where nothing was ever run.
pub fn findings(loaded: &Loaded) -> Vec<Finding> {
    findings_after(loaded, &Record::default())
}

/// Every finding on what was loaded, after these runs.
pub fn findings_after(loaded: &Loaded, record: &Record) -> Vec<Finding> {
    let analysis = Analysis::with(&loaded.programme, &record.actuals(&loaded.programme, now()));
    mainstay::checks::run(loaded, &analysis, record, now())
}

/// What happened in past runs, from YAML.
#[track_caller]
pub fn record(yaml: &str) -> Record {
    if yaml.is_empty() {
        return Record::default();
    }
    serde_yaml::from_str(yaml).expect("a record")
}

/// What the drill `d` of a plan is going to do.
#[track_caller]
pub fn script(plan: &str) -> Script {
    let loaded = load_text("plan.yaml", plan);
    let drill = loaded.programme.drills.get("d").expect("declared");
    let given = Given {
        plans: &"ab".repeat(32),
        values: &Values::new(),
        program: "mainstay",
        today: now(),
        seed: 7,
    };
    let prepared = compile::<Exercise>(&loaded.programme, drill, &given);
    prepared.expect("a script").into_script()
}

/// A port of loopback that nobody listens on.
pub fn free_port() -> u16 {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("a port").port()
}

/// Compares with a golden file; `MAINSTAY_BLESS=1` writes it instead.
pub fn golden(path: &Path, actual: &str) {
    if std::env::var_os("MAINSTAY_BLESS").is_some() {
        std::fs::write(path, actual).expect("write the golden file");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; look at it, then set MAINSTAY_BLESS=1\n\
         --- expected\n{expected}\n--- actual\n{actual}",
        path.display()
    );
}

/// The text of a PDF as a reader takes it out of the file.
pub fn pdf_text(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, pdf).expect("room for the document");
    let output = std::process::Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(&file)
        .arg("-")
        .output()
        .expect("`pdftotext` starts; `./test` installs it");
    String::from_utf8(output.stdout).expect("UTF-8")
}
