//! What holds for every input: loading returns, places lie inside their files, and what the
//! customer's own `serde_yaml` reads from a valid plan is what the loader reads.

use std::sync::LazyLock;

use jsonschema::Validator;
use mainstay::load::{self, Complaint, File, Loaded};
use mainstay::model::*;
use mainstay::render::findings::{Colour, FORMATS, Report};
use mainstay::sections;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{generate, schema};

fn load_bytes(bytes: Vec<u8>) -> Loaded {
    let path = "plan.yaml".to_owned();
    let content = Ok(bytes);
    load::load(vec![File { path, content }])
}

/// Loads and shows; neither may panic, and every finding points into the text.
fn check_places(bytes: Vec<u8>) -> Loaded {
    let loaded = load_bytes(bytes);
    let known = |id: &str| Complaint::ALL.iter().any(|complaint| complaint.id() == id);
    let report = Report::new(&loaded.findings, &loaded.sources, Colour::Plain);
    for finding in &loaded.findings {
        assert!(known(finding.check), "{}", finding.check);
        let Some(at) = report.at(finding) else {
            assert_eq!(finding.check, Complaint::NoOrganization.id());
            continue;
        };
        let text = &at.source.text;
        assert!(text.get(at.span.clone()).is_some(), "{finding:?}");
        let line = text
            .split('\n')
            .nth(at.start.line - 1)
            .expect("a line of the file");
        assert!(at.start.column <= line.chars().count() + 1, "{finding:?}");
        assert!(at.start <= at.end);
    }
    for format in FORMATS {
        (format.write)(&report);
    }
    loaded
}

/// The schema, made once.
static SCHEMA: LazyLock<Validator> = LazyLock::new(schema::validator);

macro_rules! oracle {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// A document as `serde_yaml` reads and writes it.
        #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        struct Oracle {
            organization: Option<Organization>,
            team: Option<Team>,
            $($field: Vec<$type>,)+
            accepted: Vec<Acceptance>,
        }

        /// What was loaded, in the order in which it was written.
        fn as_written(loaded: &Loaded) -> Oracle {
            let programme = &loaded.programme;
            let team = programme.teams.first();
            Oracle {
                organization: programme.organization.as_ref().map(|o| o.value.clone()),
                team: team.map(|team| team.declarations[0].value.clone()),
                $($field: in_order(&programme.$field),)+
                accepted: programme.accepted.iter().map(|a| a.value.clone()).collect(),
            }
        }
    };
}
sections!(oracle);

fn in_order<T: Entity>(items: &Items<T>) -> Vec<T> {
    let all = items.iter().flat_map(|item| &item.declarations);
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|declared| declared.at);
    all.into_iter()
        .map(|declared| declared.value.clone())
        .collect()
}

/// The loader reads what `serde_yaml` reads, and finds nothing wrong with its form.
fn check_same(text: &str, expected: &Oracle) {
    let loaded = check_places(text.as_bytes().to_vec());
    let of_content = [
        Complaint::CalendarUnreadable,
        Complaint::DanglingReference,
        Complaint::NoOrganization,
    ];
    let of_form = |check: &str| of_content.iter().all(|complaint| complaint.id() != check);
    let wrong = loaded
        .findings
        .iter()
        .find(|finding| of_form(finding.check));
    assert!(wrong.is_none(), "{text}\n{wrong:#?}");
    let loaded = as_written(&loaded);
    if loaded != *expected {
        let lines = |oracle: &Oracle| serde_json::to_string_pretty(oracle).expect("a value");
        let (ours, theirs) = (lines(&loaded), lines(expected));
        let differ = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
        panic!("the loader and serde_yaml differ: {differ:?}\n{text}");
    }
}

/// A plan with something of everything, to be spoilt.
fn sample() -> String {
    let good = mainstay::checks::CHECKS.iter().map(|check| check.good);
    let mut text: String = good.flat_map(|text| [text, "---\n"]).collect();
    text += "systems:\n  - id: &a \"é\\n株\"\n    name: |\n      Ő\n    depends-on: [{on: *a}]\n";
    text
}

/// Pieces that have a meaning in YAML or end up in the wrong place.
const PIECES: [&str; 24] = [
    "\n", "  ", "\t", "- ", ": ", "[", "]", "{", "}", "&a ", "*a", "\"", "'", "|\n", "#", "---\n",
    "...\n", "!!str ", "? ", "<<: ", "\u{feff}", "株", "\r", "%",
];

#[derive(Clone, Debug)]
enum Spoil {
    Insert(usize, &'static str),
    Remove(usize, usize),
    Repeat(usize, usize),
}

fn spoils() -> impl Strategy<Value = Vec<Spoil>> {
    let at = 0..10_000usize;
    let piece = proptest::sample::select(&PIECES[..]);
    let spoil = prop_oneof![
        3 => (at.clone(), piece).prop_map(|(at, piece)| Spoil::Insert(at, piece)),
        2 => (at.clone(), 1..40usize).prop_map(|(at, length)| Spoil::Remove(at, length)),
        1 => (at, 1..80usize).prop_map(|(at, length)| Spoil::Repeat(at, length)),
    ];
    proptest::collection::vec(spoil, 1..8)
}

fn spoilt(mut text: Vec<u8>, spoils: Vec<Spoil>) -> Vec<u8> {
    for spoil in spoils {
        let size = text.len();
        let range = |at: usize, length: usize| at % size..(at % size + length).min(size);
        match spoil {
            Spoil::Insert(at, piece) => {
                text.splice(at % size..at % size, piece.bytes());
            }
            Spoil::Remove(at, length) if size > length => {
                text.drain(range(at, length));
            }
            Spoil::Remove(..) => {}
            Spoil::Repeat(at, length) => text.extend_from_within(range(at, length)),
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_are_loaded_without_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        check_places(bytes);
    }

    #[test]
    fn any_text_of_yaml_marks_is_loaded_without_a_panic(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60),
    ) {
        check_places(pieces.concat().into_bytes());
        check_places(format!("systems:\n  - id: {}", pieces.concat()).into_bytes());
    }

    #[test]
    fn a_spoilt_plan_is_loaded_without_a_panic(spoils in spoils()) {
        check_places(spoilt(sample().into_bytes(), spoils));
    }

    #[test]
    fn a_plan_reads_as_serde_yaml_reads_it(document in generate::document()) {
        let text = serde_yaml::to_string(&document).expect("any value can be written");
        let oracle: Oracle = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        check_same(&text, &oracle);
        prop_assert!(SCHEMA.is_valid(&document));
        // And once more as the model itself writes it.
        let text = serde_yaml::to_string(&oracle).expect("the model can be written");
        check_same(&text, &oracle);
        // JSON is YAML too, all of it in one line.
        let text = serde_json::to_string(&document).expect("any value can be written");
        check_same(&text, &oracle);
    }
}
