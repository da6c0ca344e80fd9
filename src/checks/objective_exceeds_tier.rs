//! A system promises less than its tier asks for.

use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::model::{Item, Kind, System, Tier};
use crate::time::Duration;

pub const CHECK: Check = check! {
    objective_exceeds_tier, "objective-exceeds-tier", Error,
    "A system promises less than its tier asks for",
    clauses: ["BC-17", "BC-25", "CP-2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        let tier = system.tier.as_ref();
        let Some(tier) = tier.and_then(|tier| context.programme.tiers.get(tier.as_str())) else {
            continue;
        };
        if let (Some(rto), Some(ceiling)) = (system.rto, tier.rto) {
            let place = system.at_where(|s| s.rto == Some(rto)).key("rto");
            let stated = Stated {
                name: "RTO",
                place,
                own: rto.0,
                ceiling: ceiling.0,
            };
            findings.extend(compare(system, tier, stated, tier.at().key("rto")));
        }
        if let (Some(rpo), Some(ceiling)) = (system.rpo, tier.rpo) {
            let place = system.at_where(|s| s.rpo == Some(rpo)).key("rpo");
            let stated = Stated {
                name: "RPO",
                place,
                own: rpo.0,
                ceiling: ceiling.0,
            };
            findings.extend(compare(system, tier, stated, tier.at().key("rpo")));
        }
    }
}

/// An objective of a system beside the ceiling of its tier.
struct Stated {
    name: &'static str,
    place: Place,
    own: Duration,
    ceiling: Duration,
}

fn compare(
    system: &Item<System>,
    tier: &Item<Tier>,
    stated: Stated,
    ceiling_place: Place,
) -> Option<Finding> {
    (stated.own > stated.ceiling).then(|| {
        let (own, ceiling) = (stated.own.words(), stated.ceiling.words());
        let message = format!(
            "`{}` has an {} of {own}, but `{}` allows {ceiling} at most",
            system.id, stated.name, tier.id
        );
        CHECK
            .finding(message)
            .at(stated.place)
            .also(
                ceiling_place,
                format!("{ceiling} is the ceiling of `{}`", tier.id),
            )
            .about(Kind::System, system.id.as_str())
            .help(format!(
                "Promise {ceiling} or less, or put `{}` into the tier it belongs to.",
                system.id
            ))
    })
}
