//! Somebody accepted a finding until a day that has passed.

use super::{Check, Context, Run, covers};
use crate::finding::Finding;

pub const CHECK: Check = check! {
    acceptance_expired, "acceptance-expired", Warning,
    "An accepted finding is accepted no longer",
    clauses: ["BC-06", "CC9.2"],
    run: Run::Findings(run),
};

fn run(context: &Context, all: &[Finding], findings: &mut Vec<Finding>) {
    let (lasting, expired): (Vec<_>, Vec<_>) = context
        .programme
        .accepted
        .iter()
        .partition(|acceptance| acceptance.until >= context.now);
    for acceptance in expired {
        let meant: Vec<_> = all
            .iter()
            .filter(|found| covers(acceptance, found))
            .collect();
        // One that means nothing any more is `acceptance-matches-nothing`'s business, not ours.
        let Some(first) = meant.first() else { continue };
        if lasting.iter().any(|other| covers(other, first)) {
            continue;
        }
        let (check, about) = (&acceptance.check, &acceptance.about);
        let mut finding = CHECK
            .finding(format!(
                "`{check}` of `{about}` was accepted until {} and counts again",
                acceptance.until
            ))
            .at(acceptance.at.key("until"))
            .help("Mend what was found, or have it accepted once more with a new `until`.")
            .decide(
                format!("Is it still acceptable that {}?", first.message),
                ["Mend it.", "Accept it until a new date, and say why."],
            );
        finding.subject.clone_from(&first.subject);
        finding.related = first
            .place
            .iter()
            .map(|at| (at.clone(), first.message.clone()))
            .collect();
        findings.push(finding);
    }
}
