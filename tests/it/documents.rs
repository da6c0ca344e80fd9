//! The document of the sample and of small plans, in every format.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mainstay::error::{Code, Result};
use mainstay::graph::Analysis;
use mainstay::load::Loaded;
use mainstay::model::Visibility;
use mainstay::record::Record;
use mainstay::render::document::{DocumentFormat, FORMATS, Templates, format};
use mainstay::render::view::{Input, View};
use mainstay::workspace::Workspace;
use proptest::prelude::*;
use serde_json::Value;

use crate::{generate, support};

/// A plan of one page, with names of the world, a step that nobody does and somebody idle.
pub const SMALL: &str = include_str!("../documents/small.yaml");

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

fn small() -> Loaded {
    support::load_text("small.yaml", SMALL)
}

/// The view of what was loaded, where nothing was ever run: all of it, what may be published, or
/// for one person.
fn try_view(loaded: &Loaded, visibility: Visibility, person: Option<&str>) -> Result<View> {
    try_view_after(loaded, &Record::default(), visibility, person)
}

fn try_view_after(
    loaded: &Loaded,
    record: &Record,
    visibility: Visibility,
    person: Option<&str>,
) -> Result<View> {
    let actuals = record.actuals(&loaded.programme, support::now());
    let analysis = Analysis::with(&loaded.programme, &actuals);
    let findings = support::findings_after(loaded, record);
    let input = Input {
        loaded,
        analysis: &analysis,
        findings: &findings,
        record,
        now: now(),
        revision: Some("a1b2c3d"),
        visibility,
    };
    match person {
        Some(id) => View::for_person(&input, id),
        None => Ok(View::new(&input)),
    }
}

/// The view of the consolidated plan, or of its public variant.
pub fn view(loaded: &Loaded, visibility: Visibility) -> View {
    try_view(loaded, visibility, None).expect("no person is asked for")
}

/// The same, after these runs.
pub fn view_after(loaded: &Loaded, record: &Record, visibility: Visibility) -> View {
    try_view_after(loaded, record, visibility, None).expect("no person is asked for")
}

fn try_write(view: &View, name: &str, templates: &Templates) -> Result<String> {
    let bytes = (format(name).expect("a format").write)(view, templates)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A document in a format, as text where it is text.
pub fn document(view: &View, name: &str) -> String {
    try_write(view, name, &Templates::embedded()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The text of the document as PDF.
pub fn pdf(view: &View) -> String {
    let bytes = (format("pdf").expect("a format").write)(view, &Templates::embedded());
    support::pdf_text(&bytes.unwrap_or_else(|e| panic!("pdf: {e}")))
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
        let view = try_view(&loaded, visibility, person).expect("the person is there");
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

#[test]
fn a_small_plan_reads_as_expected() {
    let loaded = small();
    let analysis = Analysis::new(&loaded.programme);
    // Without findings and the mapping, so that a new check does not change what is expected.
    let input = Input {
        loaded: &loaded,
        analysis: &analysis,
        findings: &[],
        record: &Record::default(),
        now: now(),
        revision: Some("a1b2c3d"),
        visibility: Visibility::Internal,
    };
    let mut view = View::new(&input);
    view.parts
        .iter_mut()
        .for_each(|part| part.sections.retain(|s| s.id != "frameworks"));
    let text = document(&view, "markdown");
    support::golden(&support::root().join("tests/documents/small.md"), &text);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    for format in FORMATS {
        let write = || {
            let view = view(&small(), Visibility::Internal);
            (format.write)(&view, &Templates::embedded()).expect("the small plan comes out")
        };
        assert_eq!(write(), write(), "{}", format.name);
    }
}

#[test]
fn an_empty_folder_becomes_a_document_that_says_what_is_missing() {
    let loaded = mainstay::load::load(Vec::new());
    let html = document(&view(&loaded, Visibility::Internal), "html");
    for missing in [
        "No team has declared a critical function",
        "No procedure is written",
    ] {
        assert!(html.contains(missing), "{missing}");
    }
    document(&view(&loaded, Visibility::Public), "html");
    for format in FORMATS {
        document(&view(&loaded, Visibility::Internal), format.name);
    }
}

#[test]
fn a_section_that_does_not_apply_says_why() {
    let html = document(&view(&small(), Visibility::Internal), "html");
    let said = "<strong>not applicable</strong>: <span dir=\"auto\">Kept in the register";
    assert!(html.contains(said));
}

#[test]
fn names_of_the_world_come_out_right() {
    let view = view(&small(), Visibility::Internal);
    let names = ["Őrség", "Jürgen Weiß", "株式会社", "שירה לוי", "محمد"];
    for format in ["html", "markdown"] {
        let text = document(&view, format);
        names
            .iter()
            .for_each(|name| assert!(text.contains(name), "{name} in {format}"));
    }
    let html = document(&view, "html");
    assert!(
        html.contains("<bdi>שירה לוי</bdi>"),
        "its direction is its own"
    );
    #[cfg(feature = "pdf")]
    for name in names {
        assert_eq!(
            mainstay::render::pdf::uncovered(name),
            Vec::<char>::new(),
            "{name}"
        );
    }
}

/// The text between two marks, everywhere.
fn between<'t>(text: &'t str, open: &'t str, close: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(open)
        .skip(1)
        .map(move |rest| rest.split(close).next().unwrap_or(""))
}

fn check_links(html: &str) {
    let ids: Vec<&str> = between(html, " id=\"", "\"").collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    let twice: Vec<_> = unique
        .iter()
        .filter(|id| ids.iter().filter(|i| i == id).count() > 1)
        .collect();
    assert!(twice.is_empty(), "ids that stand twice: {twice:?}");
    for link in between(html, " href=\"", "\"") {
        match link.strip_prefix('#') {
            Some(id) => assert!(unique.contains(id), "`#{id}` leads nowhere"),
            None => {
                let known = ["https://", "tel:", "sms:", "mailto:"];
                assert!(
                    known.iter().any(|scheme| link.starts_with(scheme)),
                    "{link}"
                );
            }
        }
    }
}

#[test]
fn every_link_leads_somewhere_and_nothing_is_fetched() {
    let loaded = sample();
    for (visibility, person) in [
        (Visibility::Internal, None),
        (Visibility::Public, None),
        (Visibility::Internal, Some("zsofia-ori")),
    ] {
        let view = try_view(&loaded, visibility, person).expect("the person is there");
        let html = document(&view, "html");
        check_links(&html);
        for fetching in [" src=", "@import", "url(", "<link", "<iframe", "<object"] {
            assert!(!html.contains(fetching), "{fetching}");
        }
    }
}

#[test]
fn headings_skip_no_level_and_every_column_has_a_head() {
    let html = document(&view(&sample(), Visibility::Internal), "html");
    let main = html.split("<main").nth(1).expect("a main part");
    let mut before = 1;
    for heading in between(main, "<h", ">") {
        let Some(level) = heading.chars().next().and_then(|level| level.to_digit(10)) else {
            continue;
        };
        assert!(level <= before + 1, "<h{heading}> after level {before}");
        before = level;
    }
    for head in between(main, "<th ", ">") {
        assert!(head.contains("scope="), "<th {head}>");
    }
    assert!(!main.contains("<th>"));
}

/// The content of a section, as templates see it.
fn section(view: &View, id: &str) -> Value {
    let sections = view.parts.iter().flat_map(|part| &part.sections);
    let found = sections.into_iter().find(|section| section.id == id);
    found
        .and_then(|section| section.content.clone())
        .unwrap_or_default()
}

/// The steps of some tasks: procedure and number.
fn steps(tasks: &Value) -> Vec<(String, u64)> {
    let tasks = tasks.as_array().into_iter().flatten();
    let steps = tasks.flat_map(|task| {
        let name = task["procedure"]["name"].as_str().unwrap_or_default();
        let steps = task["steps"].as_array().into_iter().flatten();
        steps.map(move |step| (name.to_owned(), step["number"].as_u64().unwrap_or(0)))
    });
    steps.collect()
}

fn check_sheets(loaded: &Loaded) {
    let content = section(&view(loaded, Visibility::Internal), "sheets");
    let sheets = content["sheets"].as_array().cloned().unwrap_or_default();
    assert_eq!(
        sheets.len(),
        loaded.programme.people.len(),
        "everybody has a sheet"
    );
    let mut given: BTreeSet<(String, u64)> = steps(&content["unassigned"]).into_iter().collect();
    for sheet in &sheets {
        given.extend(steps(&sheet["own"]));
        given.extend(steps(&sheet["standing_in"]));
        let nothing = sheet["own"] == sheet["standing_in"] && sheet["duties"] == sheet["own"];
        let silent = sheet["messages"] == sheet["calls"];
        assert_eq!(sheet["idle"] == true, nothing && silent, "{sheet}");
        assert!(
            sheet["reports_to"]["name"]["name"].is_string(),
            "everybody reports to somebody"
        );
    }
    let all = loaded.programme.procedures.iter();
    let all = all.flat_map(|p| (1..=p.steps.len() as u64).map(|n| (p.name.clone(), n)));
    assert_eq!(
        given,
        all.collect(),
        "the union over all sheets is every step"
    );
}

#[test]
fn everybody_has_a_sheet_and_every_step_is_on_one() {
    check_sheets(&sample());
    check_sheets(&small());
}

#[test]
fn a_person_gets_their_sheet_their_card_and_the_contacts() {
    let loaded = small();
    let view = try_view(&loaded, Visibility::Internal, Some("levi")).expect("she is there");
    let html = document(&view, "html");
    let sections: Vec<_> = view
        .parts
        .iter()
        .flat_map(|p| &p.sections)
        .map(|s| s.id)
        .collect();
    assert_eq!(sections, ["sheets", "cards", "contacts"]);
    assert!(html.contains("+36 1 555 0100") && !html.contains("Steps that nobody does"));
    let error = try_view(&loaded, Visibility::Internal, Some("lewi")).expect_err("nobody");
    assert_eq!(error.code, Code::NotFound);
    assert_eq!(error.hint.as_deref(), Some("Did you mean `levi`?"));
}

#[track_caller]
fn check_tampered(template: &str, source: &str, complaint: &str) {
    let mut templates = Templates::embedded();
    templates
        .replace(template, source.to_owned())
        .expect("a template");
    let error = try_write(&view(&small(), Visibility::Internal), "html", &templates);
    let error = error.expect_err("the document contradicts its model");
    assert_eq!(error.code, Code::Internal, "{error}");
    assert!(error.to_string().contains(complaint), "{error}");
}

#[test]
fn a_document_that_contradicts_its_model_is_not_written() {
    let figure = |fact: &str, value: &str, words: &str| {
        format!("<data data-fact=\"{fact}\" value=\"{value}\">{words}</data>")
    };
    let check = |source: String, complaint: &str| {
        check_tampered("html/figure.hbs", &source, complaint);
    };
    check(
        figure("{{fact}}", "{{value}}", "4 hours"),
        "reads `4 hours`, but is",
    );
    check(
        figure("{{fact}}", "1{{value}}", "{{text}}"),
        "is shown as 1",
    );
    check(
        figure("{{fact}}x", "{{value}}", "{{text}}"),
        "the model has no such figure",
    );
    check(figure("{{fact}}", "{{value}}", ""), "reads ``, but is");
    check("{{text}}".to_owned(), "is not shown");
    check_tampered(
        "html/workarounds.hbs",
        "none",
        "`function.sell.workaround.holds` is not shown",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_the_plans_say_becomes_a_document(plan in generate::document()) {
        let loaded = support::load_text("plan.yaml", &serde_json::to_string(&plan).expect("JSON"));
        for visibility in [Visibility::Internal, Visibility::Public] {
            let view = view(&loaded, visibility);
            check_links(&document(&view, "html"));
            document(&view, "markdown");
        }
    }
}

/// Text that looks like markup, runs on without end, turns around or has no shape.
const HARMFUL: [&str; 9] = [
    "#set page(width: 1pt) $x$ *b* _i_ `c`",
    "<label> @ref [x] {y} // comment",
    "\"quotes\" \\ backslash {{this}} <script>alert(1)</script>",
    "`unclosed ` and `more",
    "= heading\n- list\n\nnew paragraph",
    "\u{202e}right to left\u{202c} \u{2067}isolated",
    "שלום עולם and مرحبا",
    "a\u{200b}b\u{200d}c\u{2060} e\u{301} 🚨",
    "https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Puts harmful text wherever a plan has free text.
fn harm(value: &mut Value, next: &mut impl Iterator<Item = &'static str>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if text.contains(' ') || key == "name" => {
                        *text = next.next().expect("it never ends").to_owned();
                    }
                    value => harm(value, next),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| harm(value, next)),
        _ => {}
    }
}

#[test]
fn text_that_means_harm_is_typeset_as_text() {
    for skipped in 0..HARMFUL.len() {
        let mut plan: Value = serde_yaml::from_str(SMALL).expect("a plan");
        harm(&mut plan, &mut HARMFUL.into_iter().cycle().skip(skipped));
        let text = serde_yaml::to_string(&plan).expect("a plan");
        let loaded = support::load_text("harm.yaml", &text);
        let pdf = pdf(&view(&loaded, Visibility::Internal));
        for shown in [
            "#set page(width: 1pt)",
            "@ref [x] {y}",
            "‹U+202E›right to left",
            "שלום",
        ] {
            assert!(pdf.contains(shown), "{skipped}: {shown}\n{pdf}");
        }
    }
}
