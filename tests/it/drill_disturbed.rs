//! The report of a drill that was disturbed.

use mainstay::journal::{Holds, Outcome, Seen, Settled, What};

use crate::story::{Story, golden, write};
use crate::support::script;

/// A drill with a question, a card, somebody absent, and a service that goes away for a while.
const DISTURBED: &str = "\
people: [{id: ada, name: A}, {id: ben, name: B}]
roles: [{id: lead, name: Lead, primary: ada, alternates: [ben]}]
drills:
  - id: d
    name: Switch over
    kind: functional
    procedures: [p]
    absences: 1
    steady-state: [{name: Orders can be placed, probe: {tcp: {host: h, port: 1}}}]
    injects:
      - {id: press, card: A journalist calls., expected: Only the speaker talks., after: p/go}
    exclusions: [{step: p/go, why: People wait for the night.}]
    measures: [{name: Recovery, from: p/go, until: p/serve, within: 1m}]
procedures:
  - id: p
    name: P
    steps:
      - {id: go, do: Go, role: lead, confirm: {}}
      - {id: serve, do: Serve, run: {tcp: {host: h, port: 1}}}
";

#[test]
fn what_disturbed_a_drill_stands_in_its_report() {
    let mut story = Story::new(script(DISTURBED));
    let seen = |seen, holds| What::SteadyStateSeen {
        name: "Orders can be placed".to_owned(),
        seen,
        holds,
        facts: Vec::new(),
    };
    story.after(0, "", seen(Seen::Before, Holds::Yes));
    story.begin(0, 1);
    let (step, answer, why) = (story.name(0), "yes".to_owned(), "all are here".to_owned());
    story.after(90_000, "ben", What::StepAnswered { step, answer, why });
    story.end(0, "", (0, 1), Settled::Succeeded);
    story.begin(1, 1);
    story.begin(2, 1);
    story.after(1_000, "", seen(Seen::During, Holds::No));
    story.after(4_000, "", seen(Seen::During, Holds::Yes));
    story.end(5_000, "", (1, 1), Settled::Succeeded);
    story.end(2_500, "ben", (2, 1), Settled::Succeeded);
    story.after(0, "", seen(Seen::After, Holds::Yes));
    let outcome = Outcome::Succeeded;
    story.after(0, "", What::RunFinished { outcome });
    let report = story.report();
    assert_eq!(
        report.succeeded,
        Some(true),
        "what is not counted is not late"
    );
    for name in ["md", "html"] {
        let text = write(&report, name);
        for part in [
            "Drawn to be absent",
            "1 min 30 s not counted",
            "People wait for the night.",
            "Only the speaker talks.",
            "Orders can be placed",
            "4.000 s",
            "all are here",
        ] {
            assert!(text.contains(part), "{name}: {part}");
        }
    }
    golden("drill-disturbed.md", &write(&report, "md"));
}
