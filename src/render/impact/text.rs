//! What follows when something fails, for people: functions first, then the way back.

use std::fmt::Write;

use super::{Function, Impact, Mention, Reason};
use crate::model::Money;
use crate::render::seconds::Seconds;
use crate::text::visible;

/// Writes it.
pub fn text(impact: &Impact) -> String {
    let (target, down, total) = (&impact.target, impact.down, impact.total);
    let mut text = format!(
        "When the {} `{}` ({}) {}, {down} of {total} functions and systems are down.\n\
         Times count from the disruption.\n",
        target.kind,
        target.id,
        visible(target.name),
        happens(target.kind),
    );
    if impact.functions.is_empty() {
        text.push_str("\nNo function notices. ");
        text.push_str(&mentions(impact));
    } else {
        text.push_str("\nFunctions, the worst first\n");
    }
    impact
        .functions
        .iter()
        .for_each(|affected| text.push_str(&function(affected)));
    way_back(impact, &mut text);
    reasons(
        &mut text,
        "As long as their data take to come back from a copy",
        &impact.from_copies,
    );
    reasons(&mut text, "No way back is stated", &impact.no_way_back);
    if !impact.never_back.is_empty() {
        let ids = impact.never_back.join(", ");
        writeln!(text, "\nDown for good, as the plans stand: {ids}").expect("a string takes all");
    }
    reasons(
        &mut text,
        "Not lost, but could not be recovered now",
        &impact.at_risk,
    );
    reasons(
        &mut text,
        "Nobody can tell whether these go down too",
        &impact.untold,
    );
    text
}

/// What refers to a thing that no function notices, or how to have something refer to it.
fn mentions(impact: &Impact) -> String {
    let kind = impact.target.kind;
    if impact.named_by.is_empty() {
        return format!(
            "Nothing in the plans refers to this {kind}: name it where it is used, or remove it.\n"
        );
    }
    let mention = |by: &Mention| match by.id {
        "" => format!("the {}", by.kind),
        id => format!("{} `{id}`", by.kind),
    };
    let all: Vec<String> = impact.named_by.iter().map(mention).collect();
    format!("The {kind} is named by {}.\n", all.join(", "))
}

/// What is said to happen to a kind of thing.
fn happens(kind: &str) -> &'static str {
    match kind {
        "scenario" => "comes true",
        "person" => "is not there",
        "credential" => "cannot be used",
        _ => "fails",
    }
}

fn function(affected: &Function) -> String {
    let name = visible(affected.name);
    let mut text = format!("\n  {}: {name}\n", affected.id);
    let mut line = |what: String| {
        writeln!(text, "    {what}").expect("a string takes all");
    };
    line(match (affected.state, words(affected.back_at)) {
        ("down", None) => "down, and no way back is stated".to_owned(),
        ("down", Some(back)) => format!("down, back at {back}{}", after_that(affected)),
        (state, _) => state.to_owned(),
    });
    if let Some(doubt) = &affected.doubt {
        line(format!(
            "whether it is back by then cannot be told: {doubt}"
        ));
    }
    line(format!(
        "because {} {}",
        affected.chain.join(" → "),
        affected.because
    ));
    if let Some(at) = words(affected.breaches_rto_at) {
        line(format!("breaches its RTO at {at}"));
    }
    if let Some(at) = words(affected.breaches_mtpd_at) {
        line(format!(
            "breaches its MTPD at {at}{}",
            cost(" with a cost of", &affected.cost_at_mtpd)
        ));
    }
    if let Some(at) = words(affected.workaround_until) {
        line(format!("the workaround holds until {at}"));
    }
    let for_rto = words(affected.declare_by_for_rto).map(|at| format!("by {at} to keep the RTO"));
    let for_mtpd =
        words(affected.declare_by_for_mtpd).map(|at| format!("by {at} to keep the MTPD"));
    let declare: Vec<String> = [for_rto, for_mtpd].into_iter().flatten().collect();
    if !declare.is_empty() {
        line(format!("declare {}", declare.join(", ")));
    }
    text
}

/// What is to be said about the time when a function is back.
fn after_that(affected: &Function) -> String {
    let mut text = String::new();
    if let Some(waiting) = words(affected.waiting) {
        write!(text, " ({waiting} of it waiting for people or links)").expect("a string takes all");
    }
    if affected.caught_up_at.map(|at| at.0) != affected.back_at.map(|at| at.0) {
        let at = words(affected.caught_up_at).unwrap_or_default();
        write!(text, ", caught up at {at}").expect("a string takes all");
    }
    text + &cost(", having cost", &affected.cost_when_back)
}

fn cost(before: &str, cost: &[Money]) -> String {
    let amounts: Vec<String> = cost.iter().map(ToString::to_string).collect();
    match amounts.is_empty() {
        true => String::new(),
        false => format!("{before} at least {}", amounts.join(" and ")),
    }
}

fn way_back(impact: &Impact, text: &mut String) {
    if impact.waves.is_empty() {
        return;
    }
    text.push_str("\nThe way back\n");
    for (number, wave) in impact.waves.iter().enumerate() {
        writeln!(text, "\n  Wave {}", number + 1).expect("a string takes all");
        for back in wave {
            let at = words(back.at).unwrap_or_else(|| "no way back stated".to_owned());
            writeln!(text, "    {at:>12}  {}: {}", back.id, visible(back.name))
                .expect("a string takes all");
        }
    }
}

fn reasons(text: &mut String, heading: &str, reasons: &[Reason]) {
    if reasons.is_empty() {
        return;
    }
    writeln!(text, "\n{heading}").expect("a string takes all");
    for reason in reasons {
        writeln!(text, "  {}: {}", reason.id, reason.why).expect("a string takes all");
    }
}

fn words(at: Option<Seconds>) -> Option<String> {
    at.map(|at| at.0.words())
}
