//! Every copy of the plan needs a system of ours.

use super::completeness::expects;
use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::SystemId;
use crate::model::Kind;

pub const CHECK: Check = check! {
    distribution_online_only, "distribution-online-only", Warning,
    "Every copy of the plan is on a system that may be down when it is needed",
    clauses: ["BC-30", "CP-2 b", "ISO 22301 8.4.4", "RTS 2024/1774 Art. 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "distribution") else {
        return;
    };
    let places = &organization.distribution;
    let systems: Vec<_> = places
        .iter()
        .filter_map(|place| place.system.as_ref())
        .collect();
    // No place at all is `distribution-missing`'s business, not ours.
    if systems.is_empty() || systems.len() < places.len() {
        return;
    }
    let mut names: Vec<_> = systems.into_iter().map(SystemId::as_str).collect();
    names.sort_unstable();
    names.dedup();
    findings.push(
        CHECK
            .finding(format!(
                "the plan can be read only while {} works",
                either(&names)
            ))
            .at(organization.at.key("distribution"))
            .about(Kind::Organization, "")
            .help(
                "Add a place that needs no system of yours, such as a printed copy or the single \
                 file on the telephones of those who lead, and name its `keeper`.",
            ),
    );
}

/// The systems, of which one is enough to read the plan.
fn either(names: &[&str]) -> String {
    words::quoted(names).replace(" and ", " or ")
}
