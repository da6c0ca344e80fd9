//! Two runs side by side.

use mainstay::journal::{Script, Settled, What};
use mainstay::render::run::Diff;

use crate::paper::Paper;
use crate::support;

/// What came of a run that was late.
const LATE: &str = "went to its end, but not all that was measured was within its limits";

/// A drill of `a`, what is given, and `z`, which is measured from its beginning to its end.
fn script(more: &str) -> Script {
    let step = |id: &str, rest: &str| {
        format!("      - {{id: {id}, do: Do, run: {{wait: {{lasting: 1s}}}}{rest}}}\n")
    };
    support::script(&format!(
        "drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n    \
         measures: [{{name: Recovery, from: p/a, until: p/z, within: 30s}}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n{}{more}{}",
        step("a", ""),
        step("z", ", on-failure: continue"),
    ))
}

#[test]
fn two_runs_of_one_script_are_compared_step_by_step() {
    let script = script("");
    let (mut first, mut second) = (Paper::new(script.clone()), Paper::new(script.clone()));
    first.done("a", 10);
    first.done("z", 20);
    second.asked(What::RunPaused, 1);
    second.asked(What::RunResumed, 2);
    second.done("a", 9);
    second.done("z", 40);
    let (a, b) = (first.report("d-1"), second.report("d-2"));
    let diff = Diff::new([(&a, &script), (&b, &script)]);
    assert_eq!(diff.same_content, Some(true));
    let recovery = &diff.measured[0];
    assert_eq!(recovery.took_ms, [Some(20_000), Some(40_000)]);
    assert_eq!(recovery.difference_ms, Some(20_000));
    assert_eq!(recovery.percent, Some(100));
    assert!(diff.steps.iter().all(|step| step.same == Some(true)));
    assert_eq!(diff.decisions.each_ref().map(Vec::len), [0, 2]);
    let expected = [
        "           d-1        d-2",
        "ended      succeeded  LATE",
        "succeeded  yes        no",
        "took       20.000 s   40.000 s",
        "Recovery   20.000 s   40.000 s   +20.000 s (+100 %) in time; then NOT IN TIME",
        "p/a        10.000 s   9.000 s    -1.000 s (-10 %)",
        "p/z        10.000 s   31.000 s   +21.000 s (+210 %)",
        "",
        "The plans say the same about what is done in both.",
        "",
        "Decided in d-2:",
        "09:00:01  ada paused the run",
        "09:00:02  ada let the run go on",
    ];
    // These words make their column wider than its times do.
    let text = diff.text().replace(LATE, "LATE");
    let text = text.replace(&" ".repeat(LATE.len() - "succeeded".len()), "");
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn runs_of_two_scripts_say_which_steps_are_others() {
    let more = "      - {id: b, do: Look, run: {wait: {lasting: 1s}}}\n";
    let (old, mut new) = (script(""), script(more));
    new.tasks[0].text = "Do it with care".to_owned();
    new.content = Some("cd".repeat(32));
    let (mut first, mut second) = (Paper::new(old.clone()), Paper::new(new.clone()));
    first.done("a", 10);
    first.ended("z", Settled::Failed, 20);
    second.done("a", 10);
    second.done("b", 11);
    second.done("z", 21);
    let (a, b) = (first.report("d-1"), second.report("d-2"));
    let diff = Diff::new([(&a, &old), (&b, &new)]);
    assert_eq!(diff.same_content, Some(false));
    let same: Vec<_> = diff
        .steps
        .iter()
        .map(|step| (step.pair.name.as_str(), step.same))
        .collect();
    // `z` comes after another step now.
    let expected = [("p/a", Some(false)), ("p/z", Some(false)), ("p/b", None)];
    assert_eq!(same, expected);
    let text = diff.text();
    for line in [
        "p/a        10.000 s                              10.000 s   as long, says something else",
        "as long failed; then done, says something else",
        "only in the second",
        "The plans say something else about what is done in each.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let json: serde_json::Value = serde_json::to_value(&diff).expect("JSON");
    assert_eq!(
        json["measured"][0]["took-ms"],
        serde_json::json!([null, 21_000])
    );
    assert_eq!(
        json["steps"][2]["outcome"],
        serde_json::json!([null, "done"])
    );
}
