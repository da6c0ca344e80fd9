//! An impact analysis from which no tolerance follows.

use super::completeness::written;
use super::impact::analysis;
use super::words;
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Bia, Function, Impact, Item, Kind};

pub const CHECK: Check = check! {
    bia_incomplete, "bia-incomplete", Warning,
    "A business impact analysis is incomplete or contradicts itself",
    clauses: ["BC-16", "ISO 22301 8.2.2", "SP 800-34 B"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        // No analysis at all is `function-without-bia`'s business, not ours.
        let Some((bia, at)) = analysis(function) else {
            continue;
        };
        let at = at.key("bia");
        findings.extend(provenance(function, bia, &at));
        findings.extend(tolerance(function, bia, &at));
        for (index, impact) in bia.impacts.iter().enumerate() {
            let at = at.clone().key("impacts").index(index);
            findings.extend(no_points(function, impact, &at));
            findings.extend(falls(function, impact, &at));
        }
    }
}

fn finding(function: &Item<Function>, message: String) -> Finding {
    CHECK
        .finding(message)
        .about(Kind::Function, function.id.as_str())
}

/// That nobody says when or how it was assessed.
fn provenance(function: &Item<Function>, bia: &Bia, at: &Place) -> Option<Finding> {
    let parts = [
        ("when", bia.assessed_at.is_some()),
        ("how", written(bia.method.as_ref())),
    ];
    let missing = parts.into_iter().filter(|(_, stated)| !stated);
    let missing: Vec<_> = missing.map(|(word, _)| word).collect();
    (!missing.is_empty()).then(|| {
        let words = words::list(&missing);
        let message = format!(
            "nothing says {words} the impact of `{}` was assessed",
            function.id
        );
        finding(function, message)
            .at(at.clone())
            .help("Write the day as `assessed-at` and the way it was done as `method`.")
    })
}

/// That no harm ever becomes intolerable.
fn tolerance(function: &Item<Function>, bia: &Bia, at: &Place) -> Option<Finding> {
    bia.tolerance().is_none().then(|| {
        let (id, level) = (&function.id, bia.intolerable());
        let message = if bia.impacts.is_empty() {
            format!("the impact analysis of `{id}` names no harm")
        } else {
            format!("no harm of `{id}` ever becomes {level}, so nothing says when it is too much")
        };
        finding(function, message).at(at.clone().key("impacts")).help(format!(
            "Go on with `over-time` until the harm is `{level}`, or say with `intolerable` which \
             level the organization does not bear."
        ))
    })
}

/// That a category of harm is named, and nothing said of it.
fn no_points(function: &Item<Function>, impact: &Impact, at: &Place) -> Option<Finding> {
    impact.over_time.is_empty().then(|| {
        let (id, category) = (&function.id, impact.category);
        let message = format!("the {category} impact of `{id}` has no points in time");
        finding(function, message)
            .at(at.clone().key("category"))
            .help(
                "Under `over-time`, write how bad it is `after` an hour, a day, a week; or remove \
             the category.",
            )
    })
}

/// That harm becomes less while the function is still down.
fn falls(function: &Item<Function>, impact: &Impact, at: &Place) -> Option<Finding> {
    let mut points: Vec<_> = impact.over_time.iter().enumerate().collect();
    points.sort_by_key(|(_, point)| point.after);
    let (before, after) =
        points
            .windows(2)
            .map(|two| (two[0], two[1]))
            .find(|(before, after)| {
                let costs = before.1.cost.zip(after.1.cost);
                let cheaper =
                    costs.is_some_and(|(a, b)| a.currency == b.currency && b.amount < a.amount);
                after.1.level < before.1.level || cheaper
            })?;
    let point = |index| at.clone().key("over-time").index(index);
    let key = if after.1.level < before.1.level {
        "level"
    } else {
        "cost"
    };
    let message = format!(
        "the {} impact of `{}` is less after {} than after {}",
        impact.category,
        function.id,
        after.1.after.words(),
        before.1.after.words()
    );
    let finding = finding(function, message)
        .at(point(after.0).key(key))
        .also(point(before.0).key(key), "it is more here")
        .help("Damage adds up while a function is down: correct one of the two points.");
    Some(finding)
}
