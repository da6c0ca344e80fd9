//! A function may be down for longer than its impact analysis bears.

use super::impact::analysis;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{ImpactPoint, Kind};

pub const CHECK: Check = check! {
    mtpd_later_than_bia, "mtpd-later-than-bia", Error,
    "A function may be down for longer than its impact analysis bears",
    clauses: ["BC-16", "BC-25", "ISO 22301 8.2.2", "SP 800-34 B"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        let Some((mtpd, (bia, at))) = function.mtpd.zip(analysis(function)) else {
            continue;
        };
        // No tolerance at all is `bia-incomplete`'s business, not ours.
        let Some(tolerance) = bia.tolerance().filter(|tolerance| *tolerance < mtpd.0) else {
            continue;
        };
        let (id, tolerable) = (&function.id, tolerance.words());
        let mut finding = CHECK
            .finding(format!(
                "`{id}` may be down for {mtpd}, but its impact is intolerable after {tolerable}"
            ))
            .at(function
                .at_where(|function| function.mtpd == Some(mtpd))
                .key("mtpd"))
            .about(Kind::Function, id.as_str())
            .help(format!(
                "Shorten the `mtpd` to {tolerable} or less, or correct the impact analysis with \
                 those who bear the harm."
            ))
            .decide(
                format!("How long may `{id}` be down at the most?"),
                [
                    format!("No longer than {tolerable}, as the impact analysis says."),
                    format!("Up to {mtpd}; the impact analysis is to be corrected."),
                ],
            );
        let impacts = bia.impacts.iter().enumerate();
        let points = impacts.flat_map(|(i, impact)| {
            let points = impact.over_time.iter().enumerate();
            points.map(move |(j, point)| (i, j, impact.category, point))
        });
        let reached =
            |point: &&ImpactPoint| point.after == tolerance && point.level >= bia.intolerable();
        for (i, j, category, point) in points.filter(|(_, _, _, point)| reached(point)) {
            let place = at
                .key("bia")
                .key("impacts")
                .index(i)
                .key("over-time")
                .index(j);
            let note = format!("{category} impact is {} from here on", point.level);
            finding = finding.also(place.key("level"), note);
        }
        findings.push(finding);
    }
}
