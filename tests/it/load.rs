//! Reading plans: what is understood, what is complained of, and where.

use mainstay::checks::{CHECKS, Check, Run};
use mainstay::finding::Finding;
use mainstay::load::{self, Complaint, File, Loaded};
use mainstay::render::findings::{Colour, Report, format};

use crate::support;

/// What each finding complains of and where: `unknown-key 3:5 rot`.
///
/// That no file states the organization is left out: these plans are pieces.
pub fn complaints(loaded: &Loaded) -> Vec<String> {
    let places = loaded.findings.iter().filter_map(|f| f.place.as_ref());
    let located = loaded.sources.locate(places);
    let line = |finding: &Finding| match finding.place.as_ref().map(|place| &located[place]) {
        Some(at) => {
            let shown = at.source.text[at.span.clone()].lines().next();
            let (line, column) = (at.start.line, at.start.column);
            let shown = shown.unwrap_or_default();
            format!("{} {line}:{column} {shown}", finding.check)
        }
        None => finding.check.to_owned(),
    };
    let listed = loaded.findings.iter().map(line);
    listed.filter(|line| line != "no-organization").collect()
}

pub fn check(text: &str, expected: &[&str]) -> Loaded {
    let loaded = support::load_text("plan.yaml", text);
    assert_eq!(
        complaints(&loaded),
        expected,
        "{text}\n{:#?}",
        loaded.findings
    );
    loaded
}

#[test]
fn every_problem_of_an_item_is_told_and_the_rest_of_it_counts() {
    let text = "
systems:
  - id: shop
    name: Shop
    rot: 1h
    rto: 4 hous
    tier: [gold]
    rpo: 15m
";
    let loaded = check(
        text,
        &[
            "unknown-key 5:5 rot",
            "wrong-value 6:10 4 hous",
            "wrong-value 7:11 [gold]",
        ],
    );
    let shop = loaded.programme.systems.get("shop").expect("declared");
    assert_eq!(
        shop.rpo.map(|rpo| rpo.to_string()),
        Some("15 min".to_owned())
    );
    assert_eq!(shop.rto, None);
}

#[test]
fn places_stay_right_behind_entries_that_were_left_out() {
    let text = "
systems:
  - id: shop
    name: Shop
    depends-on:
      - on: shop
      - {onn: shop}
      - on: gone
      - {kind: hard}
      - on: lost
  - name: No id
  - id: late
    name: Late
    vendor: nobody
";
    check(
        text,
        &[
            "unknown-key 7:10 onn",
            "missing-key 7:10 onn: shop",
            "missing-key 9:10 kind: hard",
            "missing-key 11:5 name: No id",
            "dangling-reference 8:13 gone",
            "dangling-reference 10:13 lost",
            "dangling-reference 14:13 nobody",
        ],
    );
}

#[test]
fn what_an_alias_repeats_is_read_and_wrong_references_point_at_the_anchor() {
    let text = "
systems:
  - id: a
    name: A
    depends-on: &needs
      - on: b
      - on: gone
  - id: b
    name: B
    depends-on: *needs
";
    let loaded = check(text, &["dangling-reference 7:13 gone"; 2]);
    let dependency = &loaded.programme.systems.get("b").expect("b").depends_on;
    assert_eq!(dependency.len(), 2);
}

#[test]
fn an_entry_that_is_wrong_in_one_place_is_not_lost_where_an_alias_repeats_it() {
    let text = "
people:
  - {id: ada, name: Ada}
roles:
  - {id: dba, name: DBA, primary: ada, alternates: &all [ada, {x: y}, gone]}
procedures:
  - id: restore
    name: Restore
    steps:
      - id: one
        do: Look.
        tools: *all
";
    check(
        text,
        &[
            "wrong-value 5:63 {x: y}",
            "wrong-value 5:63 {x: y}",
            "dangling-reference 5:58 ada",
            "dangling-reference 5:71 gone",
            "dangling-reference 5:71 gone",
        ],
    );
}

#[test]
fn a_problem_inside_what_an_anchor_names_is_told_once() {
    let text = "
systems:
  - {id: a, name: A, depends-on: &d [{on: a, wat: 1}]}
  - {id: b, name: B, depends-on: *d}
";
    check(text, &["unknown-key 3:46 wat"]);
}

#[test]
fn a_missing_key_is_told_once_and_not_where_its_value_was_wrong() {
    check(
        "vendors:\n  - id: [a]\n    name: A\n  - name: B\n",
        &["wrong-value 2:9 [a]", "missing-key 4:5 name: B"],
    );
}

#[test]
fn two_spellings_of_one_key_keep_the_proper_one() {
    let text = "functions:\n  - {id: f, name: F, mtd: 4h, mtpd: 5h}\n";
    let loaded = check(text, &["wrong-value 2:22 mtd"]);
    let mtpd = loaded.programme.functions.get("f").and_then(|f| f.mtpd);
    assert_eq!(mtpd.map(|mtpd| mtpd.to_string()), Some("5 h".to_owned()));
    let loaded = check("functions:\n  - {id: f, name: F, mtd: 4h}\n", &[]);
    assert!(
        loaded
            .programme
            .functions
            .get("f")
            .expect("f")
            .mtpd
            .is_some()
    );
}

#[test]
fn an_id_may_look_like_anything_but_nothing() {
    let text = "
systems:
  - {id: 0777, name: 1e3}
  - {id: no, name: 2026-05-01}
  - {id: 1e3, name: Null}
  - {id: true, name: .inf}
  - {id: 2026-05-01, name: 0x1F}
";
    let loaded = check(text, &[]);
    let ids: Vec<_> = loaded
        .programme
        .systems
        .iter()
        .map(|s| s.id.as_str())
        .collect();
    assert_eq!(ids, ["0777", "1e3", "2026-05-01", "no", "true"]);
    let names: Vec<_> = loaded.programme.systems.iter().map(|s| &s.name).collect();
    assert_eq!(names, ["1e3", "Null", "0x1F", "2026-05-01", ".inf"]);
    for nothing in ["~", "null", ""] {
        let text = format!("systems:\n  - id: {nothing}\n    name: A\n");
        let loaded = support::load_text("plan.yaml", &text);
        let finding = &loaded.findings[0];
        assert_eq!(finding.check, "wrong-value");
        assert!(finding.message.contains("nothing"), "{}", finding.message);
    }
}

#[test]
fn a_number_or_truth_value_has_one_spelling() {
    let capacity =
        |parallel: &str| format!("capacities: [{{id: c, name: C, parallel: {parallel}}}]");
    check(&capacity("8"), &[]);
    for odd in [
        "010",
        "+8",
        "0x8",
        "8.0",
        "-1",
        "'8'",
        "eight",
        "99999999999",
    ] {
        check(&capacity(odd), &[&format!("wrong-value 1:41 {odd}")]);
    }
    let contact = |yes: &str| {
        format!(
            "people: [{{id: p, name: P, contacts: [{{by: phone, to: '1', out-of-band: {yes}}}]}}]"
        )
    };
    check(&contact("true"), &[]);
    for odd in ["yes", "on", "True", "'true'"] {
        let loaded = support::load_text("plan.yaml", &contact(odd));
        assert!(
            loaded.findings[0].message.contains("`true` or `false`"),
            "{odd}"
        );
    }
}

#[test]
fn what_has_nothing_under_it_is_empty_and_no_problem() {
    for text in [
        "",
        "\n",
        "# only a comment\n",
        "---\n---\n",
        "~",
        "systems:\n",
        "team:\nsystems: ~\n",
    ] {
        let loaded = check(text, &[]);
        assert!(loaded.programme.systems.is_empty());
    }
    check(
        "systems:\n  - {id: a, name: A, depends-on: , per-class: ~}\n",
        &[],
    );
}

#[test]
fn an_unknown_section_is_told_even_when_it_is_empty() {
    check("sytems:\n", &["unknown-key 1:1 sytems"]);
    check("just words\n", &["wrong-value 1:1 just words"]);
    check("- a\n", &["wrong-value 1:1 - a"]);
    check("systems: none\n", &["wrong-value 1:10 none"]);
    check("team: [a]\n", &["wrong-value 1:7 [a]"]);
}

#[test]
fn nested_keys_are_checked_too() {
    let text = "
functions:
  - id: f
    name: F
    bia:
      impacts:
        - category: financial
          over-time:
            - {after: 4h, level: grave, costs: 1 EUR}
";
    check(text, &["wrong-value 9:34 grave", "unknown-key 9:41 costs"]);
}

#[test]
fn each_document_of_a_file_is_a_plan_of_its_own() {
    let text = "---\nteam: {id: a, name: A}\n---\nteam: {id: b, name: B, lead: x}\n...\n";
    let loaded = check(text, &["dangling-reference 4:30 x"]);
    assert_eq!(loaded.programme.teams.len(), 2);
}

#[test]
fn the_marks_of_other_systems_do_not_move_places() {
    let text = "\u{feff}systems:\r\n  - id: 株式会社\r\n    name: Ő\r\n    tier: gold\r\n";
    let loaded = check(text, &["dangling-reference 4:11 gold"]);
    assert!(loaded.programme.systems.has("株式会社"));
    check(
        "sites: [{id: 株式, name: x, kind: office, wat: 1}]",
        &["unknown-key 1:41 wat"],
    );
}

#[test]
fn what_was_complete_before_a_fault_counts_and_what_follows_is_not_missed() {
    let text = "
systems:
  - {id: a, name: A}
  - id: b
    name: B
    depends-on: [{on: a}
  - id: c
    name: C
";
    let other = "functions:\n  - {id: f, name: F, depends-on: [{on: a}, {on: b}, {on: zzz}]}\n";
    let file = |path: &str, text: &str| File {
        path: path.to_owned(),
        content: Ok(text.as_bytes().to_vec()),
    };
    let loaded = load::load(vec![file("a.yaml", text), file("b.yaml", other)]);
    assert!(loaded.programme.systems.has("a"));
    let [syntax, dangling, _] = &loaded.findings[..] else {
        panic!("{:#?}", loaded.findings);
    };
    assert_eq!(syntax.check, "yaml-syntax");
    assert!(dangling.message.contains("`zzz`"), "{}", dangling.message);
    let help = dangling.help.as_deref().unwrap_or_default();
    assert!(help.contains("`a.yaml`"), "{help}");
}

#[test]
fn a_document_after_a_broken_one_is_read() {
    let text = "systems: [\n---\nsystems:\n  - {id: a, name: A, site: x}\n";
    let loaded = check(text, &["yaml-syntax 1:10 ", "dangling-reference 4:28 x"]);
    assert!(loaded.programme.systems.has("a"));
}

#[test]
fn an_organization_that_could_not_be_read_is_not_said_to_be_missing() {
    let loaded = support::load_text("mainstay.yaml", "organization: {name: [x]}\n");
    assert!(loaded.findings.iter().all(|f| f.check != "no-organization"));
    let loaded = support::load_text("mainstay.yaml", "organization:\n  name: 'x\n");
    assert!(loaded.findings.iter().all(|f| f.check != "no-organization"));
}

#[test]
fn the_order_in_which_files_are_given_changes_nothing() {
    let files = || {
        ["b", "a", "c"].map(|name| File {
            path: format!("{name}.yaml"),
            content: Ok(format!("systems: [{{id: s, name: {name}, rto: 4h}}]").into_bytes()),
        })
    };
    let (forward, mut backward) = (Vec::from(files()), Vec::from(files()));
    backward.reverse();
    for files in [forward, backward] {
        let loaded = load::load(files);
        assert_eq!(loaded.programme.systems.get("s").expect("s").name, "a");
    }
}

#[test]
fn a_reference_to_a_thing_that_could_not_be_read_is_not_dangling() {
    let text = "
systems:
  - {id: a, rto: 4h}
  - {id: b, name: B, depends-on: [{on: a}]}
";
    check(text, &["missing-key 3:6 id: a"]);
}

#[test]
fn whatever_the_loader_complains_of_is_a_check_with_its_page() {
    let loading = |check: &&Check| matches!(check.run, Run::Load);
    let documented: Vec<_> = CHECKS
        .iter()
        .filter(loading)
        .map(|check| check.id)
        .collect();
    let emitted: Vec<_> = Complaint::ALL
        .iter()
        .map(|complaint| complaint.id())
        .collect();
    assert_eq!(emitted, documented);
}

#[test]
fn carriage_returns_do_not_lengthen_what_is_underlined() {
    let loaded = support::load_text("plan.yaml", "systems:\r\n  - id: a\r\n    name: [x]\r\n");
    let report = Report::new(&loaded.findings, &loaded.sources, Colour::Plain);
    let shown = (format("text").expect("a format").write)(&report);
    assert!(shown.contains("|           ^^^\n"), "{shown}");
}

#[test]
fn a_tab_is_pointed_at_where_it_stands() {
    check("team:\n  id: a\n\tname: T\n", &["yaml-syntax 3:1 \t"]);
    check(
        "team: {id: a, name: A}\nsystems:\n\t- id: x\n",
        &["yaml-syntax 3:1 \t"],
    );
}
