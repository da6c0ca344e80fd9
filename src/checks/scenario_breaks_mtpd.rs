//! In a scenario a function comes back after its tolerable period, or the plan does not say how.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Analysis;
use crate::graph::failure::{Affected, Failure};
use crate::graph::target::Target;
use crate::model::Kind;

pub const CHECK: Check = check! {
    scenario_breaks_mtpd, "scenario-breaks-mtpd", Error,
    "In a scenario a function comes back after its tolerable period, or never",
    clauses: ["BC-08", "BC-27", "ISO 22301 8.3.2", "CC9.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for scenario in &context.programme.scenarios {
        let failure = Failure::new(analysis, Target::Scenario(scenario));
        findings.extend(failure.breaches().map(|f| finding(analysis, &failure, f)));
    }
}

fn finding(analysis: &Analysis, failure: &Failure, affected: &Affected) -> Finding {
    let (scenario, function) = (failure.target.id(), affected.function);
    let (id, mtpd) = (
        &function.id,
        affected.breaches_mtpd_at.unwrap_or_default().words(),
    );
    let message = match (affected.back_at, affected.caught_up_at) {
        (Some(back), Some(caught_up)) if back == caught_up => format!(
            "in `{scenario}`, `{id}` is back after {}, and {mtpd} is what can be borne",
            back.words()
        ),
        (Some(back), Some(caught_up)) => format!(
            "in `{scenario}`, `{id}` is back after {} and has caught up after {}, and {mtpd} is \
             what can be borne",
            back.words(),
            caught_up.words()
        ),
        _ => format!(
            "in `{scenario}`, the plan states no way back for `{id}`, and {mtpd} is what can be \
             borne"
        ),
    };
    let place = function.at_where(|f| f.mtpd == function.mtpd).key("mtpd");
    let mut finding = CHECK
        .finding(message)
        .at(failure.target.at().key("id"))
        .also(place, "the tolerable period is stated here")
        .about(Kind::Scenario, scenario)
        .help(format!(
            "`mainstay impact {scenario}` shows what goes down and in which order it comes back."
        ));
    if let Some((node, stuck)) = failure.why_never(analysis, affected.node) {
        let note = format!(
            "`{}` has no way back: {}",
            analysis.graph.id(node),
            stuck.words(analysis.graph.programme)
        );
        finding = finding.also(analysis.graph.at(node).key("id"), note);
    }
    let cost: Vec<_> = affected
        .cost_at_mtpd
        .iter()
        .map(ToString::to_string)
        .collect();
    let cost = match cost.is_empty() {
        true => String::new(),
        false => format!(" By then it has cost at least {}.", cost.join(" and ")),
    };
    finding.decide(
        format!("What is to be done so that `{id}` survives `{scenario}`?"),
        [
            format!("Invest so that `{id}` is back within {mtpd} in `{scenario}`."),
            format!("Accept that `{id}` stays down for longer than {mtpd}.{cost}"),
        ],
    )
}
