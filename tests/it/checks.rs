//! Each check says what its golden file says of its bad example, and nothing of its good one.

use mainstay::checks::{CHECKS, Check};
use mainstay::finding::Finding;
use mainstay::render::findings::{Colour, Report, format};

use crate::support;

fn complaints(check: &Check, text: &str, runs: &str, path: &str) -> (String, usize) {
    let loaded = support::load_text(path, text);
    let record = support::record(runs);
    let ours = |finding: &Finding| finding.check == check.id;
    let found: Vec<Finding> = support::findings_after(&loaded, &record)
        .into_iter()
        .filter(ours)
        .collect();
    let report = Report::new(&found, &loaded.sources, Colour::Plain);
    (
        (format("text").expect("a format").write)(&report),
        found.len(),
    )
}

#[test]
fn every_check_says_what_is_wrong_with_its_bad_example() {
    for check in CHECKS {
        let folder = support::root().join("tests/checks").join(check.id);
        let (text, count) = complaints(check, check.bad, check.bad_runs, "bad.yaml");
        assert!(
            count > 0,
            "`{}` finds nothing wrong with its bad example",
            check.id
        );
        support::golden(&folder.join("expected.txt"), &text);
    }
}

#[test]
fn every_check_is_content_with_its_good_example() {
    for check in CHECKS {
        let (text, count) = complaints(check, check.good, check.good_runs, "good.yaml");
        assert_eq!(
            count, 0,
            "`{}` complains of its good example:\n{text}",
            check.id
        );
    }
}

#[test]
fn checks_stand_in_the_order_of_their_ids() {
    assert!(CHECKS.is_sorted_by_key(|check| check.id));
}

#[test]
fn every_check_explains_itself_and_names_what_it_serves() {
    for check in CHECKS {
        assert!(check.explanation.len() > 150, "{}", check.id);
        assert!(!check.clauses.is_empty(), "{}", check.id);
        assert!(!check.title.ends_with('.'), "{}", check.id);
    }
}
