//! Findings in every format: nothing in a text may break out of it, and schemas are kept.

use mainstay::finding::{Accepted, Finding, Place, Severity};
use mainstay::load::Loaded;
use mainstay::model::Kind;
use mainstay::render::findings::{Colour, FORMATS, Report, format};
use serde_json::Value;

use crate::support;

/// Text that ends a workflow command, a JSON string, an XML element or a placeholder.
const AWKWARD: &str = "50 % of `a`\r\n::error file=x,line=1::{0} \"q\" <b>&amp;]]> \u{1b}[31m\u{7} \
                       \u{202e}עברית Ő ß 株式会社 \u{ffff}";

const PLAN: &str = "roles:\n  - id: dba\n    name: Database administrator\n    primary: Ő株ada\n";

fn loaded() -> Loaded {
    support::load_text("plans/a b,c:d%#ő.yaml", PLAN)
}

fn at(from: usize, to: usize) -> Place {
    let number = |i| u32::try_from(i).expect("small");
    Place::span(0, number(from), number(to))
}

/// One finding of each sort: plain, awkward, accepted, about a file, about nothing.
fn findings() -> Vec<Finding> {
    let name = PLAN.find('Ő').expect("a name");
    let accepted = Accepted {
        by: "grace".to_owned(),
        reason: AWKWARD.to_owned(),
        until: support::now(),
    };
    let mut tolerated = Finding::new("no-alternate", Severity::Error, AWKWARD).at(at(0, 5));
    tolerated.accepted = Some(accepted);
    vec![
        Finding::new(
            "no-alternate",
            Severity::Warning,
            "only `Ő株ada` holds the role `dba`",
        )
        .at(at(name, name + 8))
        .about(Kind::Role, "dba")
        .help("Name somebody else under `alternates`.")
        .also(at(0, 5), "the role stands here")
        .decide("Who stands in?", ["Hire", "Train"]),
        Finding::new("unknown-key", Severity::Error, AWKWARD)
            .at(at(0, PLAN.len()))
            .help(AWKWARD)
            .also(at(0, 5), AWKWARD)
            .decide(AWKWARD, [AWKWARD]),
        tolerated,
        Finding::new("not-in-the-table", Severity::Note, "something about a file")
            .at(Place::file(0)),
        Finding::new("no-alternate", Severity::Error, "something about no file")
            .about(Kind::Organization, ""),
    ]
}

fn written(name: &str, fails_at: Severity) -> String {
    let (loaded, findings) = (loaded(), findings());
    let report = Report::new(&findings, &loaded.sources, Colour::Plain)
        .fails_at(fails_at)
        .in_folder("ops/");
    (format(name).expect("a format").write)(&report)
}

fn parsed(name: &str) -> Value {
    serde_json::from_str(&written(name, Severity::Error)).expect("JSON")
}

fn golden(name: &str, text: &str) {
    support::golden(&support::root().join("tests/findings").join(name), text);
}

#[test]
fn json_has_its_documented_shape() {
    golden("awkward.json", &written("json", Severity::Error));
    let message = parsed("json")["findings"][1]["message"].clone();
    assert_eq!(message, AWKWARD);
}

#[test]
fn a_workflow_command_is_one_line_whatever_it_says() {
    let text = written("github", Severity::Error);
    golden("awkward.github.txt", &text);
    assert_eq!(text.lines().count(), findings().len());
    assert!(!text.contains(['\r', '\u{1b}', '\u{7}']));
    for line in text.lines() {
        let properties = line
            .strip_prefix("::")
            .and_then(|rest| rest.split_once("::"));
        let (properties, _) = properties.expect("a command");
        assert_eq!(properties.matches("title=").count(), 1, "{line}");
    }
}

#[test]
fn sarif_keeps_its_schema() {
    let path = support::root().join("tests/schemas/sarif-schema-2.1.0.json");
    let schema = std::fs::read_to_string(path).expect("the schema");
    // A slip of the pen in the published schema, which is no regular expression.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let log = parsed("sarif");
    let errors: Vec<String> = validator
        .iter_errors(&log)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");

    let mut broken = log;
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&broken), "the schema refuses nothing");
}

#[test]
fn sarif_says_where_what_and_whether_it_is_accepted() {
    let mut log = parsed("sarif");
    let run = &mut log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].clone();
    assert_eq!(
        rules.as_array().map(Vec::len),
        Some(mainstay::checks::CHECKS.len())
    );
    for result in run["results"].as_array_mut().expect("results") {
        // The place in the table moves with every new check; that it is right is what matters.
        let result = result.as_object_mut().expect("a result");
        let index = result.remove("ruleIndex").and_then(|index| index.as_u64());
        let rule = index.map(|index| &rules[usize::try_from(index).expect("small")]["id"]);
        assert!(rule.is_none_or(|id| *id == result["ruleId"]));
        assert_eq!(rule.is_none(), result["ruleId"] == "not-in-the-table");
    }
    let results = serde_json::json!({ "artifacts": run["artifacts"], "results": run["results"] });
    golden("awkward.sarif.json", &mainstay::text::json(&results));
}

fn junit(fails_at: Severity) -> quick_junit::Report {
    let text = written("junit", fails_at);
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{ffff}']));
    quick_junit::Report::deserialize_from_str(&text).expect("JUnit")
}

#[test]
fn junit_fails_what_fails_the_command() {
    let (errors, warnings) = (junit(Severity::Error), junit(Severity::Warning));
    assert_eq!((errors.failures, warnings.failures), (2, 3));
    let suite = |name: &str| {
        let found = errors
            .test_suites
            .iter()
            .find(|suite| suite.name.as_str() == name);
        found.unwrap_or_else(|| panic!("no suite {name}"))
    };
    // One warning, one accepted and one error.
    let ours = suite("no-alternate");
    assert_eq!((ours.tests, ours.failures, ours.skipped), (3, 1, 2));
    assert_eq!(suite("rto-exceeds-mtpd").failures, 0);
    assert!(
        suite("unknown-key").test_cases[0]
            .name
            .as_str()
            .contains("עברית Ő ß 株式会社")
    );
}

#[test]
fn text_moves_no_cursor_and_colours_only_on_a_terminal() {
    let plain = written("text", Severity::Error);
    assert!(
        !plain.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']),
        "{plain:?}"
    );
    let (loaded, findings) = (loaded(), findings());
    let report = Report::new(&findings, &loaded.sources, Colour::Terminal);
    let coloured = (format("text").expect("a format").write)(&report);
    assert!(coloured.contains("\u{1b}["));
}

#[test]
fn no_findings_are_written_in_every_format() {
    let loaded = loaded();
    for format in FORMATS {
        let text = (format.write)(&Report::new(&[], &loaded.sources, Colour::Plain));
        let is_json = matches!(format.name, "json" | "sarif");
        assert!(
            !is_json || serde_json::from_str::<Value>(&text).is_ok(),
            "{}",
            format.name
        );
    }
}
