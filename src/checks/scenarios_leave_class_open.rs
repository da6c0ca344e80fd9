//! Kinds of disruption that nobody has prepared for.

use std::collections::HashSet;

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::id::DisruptionClassId;
use crate::model::{DISRUPTION_CLASSES, Kind};

pub const CHECK: Check = check! {
    scenarios_leave_class_open, "scenarios-leave-class-open", Note,
    "No scenario prepares for some classes of disruption",
    clauses: ["BC-08", "BC-27", "DORA RTS 26(2)", "A1.3(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    // That nobody states the organization is `no-organization`'s business, not ours.
    let Some(organization) = &context.programme.organization else {
        return;
    };
    let classes = context
        .programme
        .scenarios
        .iter()
        .filter_map(|s| s.class.as_ref());
    let covered: HashSet<&str> = classes.map(DisruptionClassId::as_str).collect();
    let built_in = DISRUPTION_CLASSES.iter().map(|(id, _)| *id);
    let open: Vec<&str> = built_in.filter(|id| !covered.contains(id)).collect();
    if open.is_empty() || !organization.applies("scenarios") {
        return;
    }
    let message = format!(
        "no scenario prepares for {} of {} classes of disruption: {}",
        open.len(),
        DISRUPTION_CLASSES.len(),
        words::quoted(open)
    );
    findings.push(
        CHECK
            .finding(message)
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help("Write a scenario for each that could stop you, and give it its `class`."),
    );
}
