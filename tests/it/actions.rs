//! Actions that follow from drills, as the document shows them.

use mainstay::model::Visibility;

use crate::documents::{document, view_after};
use crate::support;

const PLAN: &str = "
people: [{id: ada, name: Ada Example}]
systems: [{id: shop, name: The shop}]
drills: [{id: d, name: Fire drill, kind: functional}]
actions:
  - {id: late, name: Buy a hose, observed: It was short., run: d-1, owner: ada, due: 2026-11-01}
  - {id: soon, name: Print the list, drill: d, about: [shop], owner: ada, due: 2026-12-01}
  - {id: wish, name: Think about it}
  - {id: shown, name: Mend the door, run: d-1, closed: {on: 2026-11-03, by: ada, run: d-2}}
  - {id: said, name: Call the bank, closed: {on: 2026-11-02, by: ada, why: They answered.}}
  - {id: lost, name: Turn the key, closed: {on: 2026-11-01, by: ada, run: d-9}}
";

const RUNS: &str = "runs:
  - {id: d-2, drill: d, kind: functional, day: 2026-11-02, began: 2026-11-02T09:00:00Z,
     verdict: succeeded}
  - {id: d-1, drill: d, kind: functional, day: 2026-10-02, began: 2026-10-02T09:00:00Z,
     verdict: failed}
";

fn shown(format: &str) -> String {
    let loaded = support::load_text("plan.yaml", PLAN);
    let view = view_after(&loaded, &support::record(RUNS), Visibility::Internal);
    document(&view, format)
}

#[test]
fn the_document_shows_what_is_to_be_done_and_what_was_done() {
    let text = shown("markdown");
    for line in [
        "| 1 November 2026 | Buy a hose | It was short. (Fire drill, run d-1) |",
        "| ■ overdue by 21 days |",
        "| 1 December 2026 | Print the list (",
        "| ▲ due in 9 days |",
        "| **no day** | Think about it | not stated | **nobody** | ■ no day is stated |",
        "| ● run d-2 of 2 November 2026 succeeded |",
        "| ● They answered. |",
        "| ▲ not proven: run d-9, which is not recorded |",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let html = shown("html");
    assert!(html.contains("<span aria-hidden=\"true\">■</span> overdue by 21 days</span>"));
}

#[test]
fn the_first_page_counts_the_actions_that_are_open_and_overdue() {
    let expected =
        "| Actions that follow from drills | 3 open | ■ gap | 1 is overdue: Buy a hose. |";
    let text = shown("markdown");
    assert!(text.contains(expected), "{text}");
}
