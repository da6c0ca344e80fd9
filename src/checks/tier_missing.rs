//! A system is in none of the tiers.

use super::{Check, Context, Run, words};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    tier_missing, "tier-missing", Note,
    "A system is in none of the tiers",
    clauses: ["BC-17", "CP-2(8)", "SP 800-34 B"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let tiers = &context.programme.tiers;
    // An organization without tiers ranks by objectives alone, which is its right.
    if tiers.is_empty() {
        return;
    }
    let known = words::quoted(tiers.iter().map(|tier| tier.id.as_str()));
    for system in context
        .programme
        .systems
        .iter()
        .filter(|s| !s.states(|s| s.tier.is_some()))
    {
        findings.push(
            CHECK
                .finding(format!("`{}` is in no tier", system.id))
                .at(system.at().place())
                .about(Kind::System, system.id.as_str())
                .help(format!("Write `tier:`; there are {known}.")),
        );
    }
}
