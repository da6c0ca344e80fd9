//! Values that are refused, and what is said where they are missing then.

use mainstay::finding::Finding;

use crate::load::check;
use crate::support;

#[test]
fn free_text_says_something_or_is_left_out() {
    let plan = "systems:\n  - {id: a, name: \"\", owner: t}\n  - {id: b, name: B, summary: ' '}\n";
    check(plan, &["wrong-value 2:19 \"\"", "wrong-value 3:31 ' '"]);
}

#[test]
fn quotes_of_a_word_processor_are_no_quotes() {
    let plan = "\
systems:
  - {id: a, name: “Shop”}
  - {id: b, name: „Shop“}
  - {id: c, name: \"“Shop”\"}
  - {id: d, name: “Shop” and “Till”}
";
    check(
        plan,
        &["wrong-value 2:19 “Shop”", "wrong-value 3:19 „Shop“"],
    );
}

#[test]
fn what_is_missing_points_at_what_could_not_be_read_there() {
    let plan = "
systems:
  - id: shop
    name: Shop
    rto: 4 hous
    data: maybe
    recovery: {strategy: restore, worst: 1h}
";
    let loaded = support::load_text("plan.yaml", plan);
    let findings = support::findings(&loaded);
    let related = |check: &str| -> Vec<&str> {
        let of_check = |finding: &&Finding| finding.check == check;
        let finding = findings.iter().find(of_check).expect("it is found");
        let places = finding.related.iter().map(|(place, _)| place);
        let located = loaded.sources.locate(places.clone());
        let shown = places.map(|place| &plan[located[place].span.clone()]);
        shown.collect()
    };
    // About the whole system, so either of the two may be what it lacks.
    assert_eq!(related("system-without-objectives"), ["4 hous", "maybe"]);
}
