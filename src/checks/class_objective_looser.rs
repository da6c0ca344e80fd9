//! In some disruptions a system may be down longer, or lose more data, than in general.

use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::id::DisruptionClassId;
use crate::model::{Item, Kind, System};
use crate::time::Duration;

pub const CHECK: Check = check! {
    class_objective_looser, "class-objective-looser", Note,
    "An objective for one class of disruption is looser than the general one",
    clauses: ["BC-08", "BC-25", "DORA 12(6)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        for (index, objective) in system.per_class.iter().enumerate() {
            let at = system.at().key("per-class").index(index);
            if let (Some(own), Some(general)) = (objective.rto, system.rto) {
                let general_place = system.at_where(|s| s.rto == Some(general)).key("rto");
                let times = Times {
                    own: own.0,
                    general: general.0,
                    general_place,
                };
                let down = |time: &str| format!("be down for {time}");
                let finding = compare(system, &objective.class, times, down);
                findings.extend(finding.map(|finding| finding.at(at.clone().key("rto"))));
            }
            if let (Some(own), Some(general)) = (objective.rpo, system.rpo) {
                let general_place = system.at_where(|s| s.rpo == Some(general)).key("rpo");
                let times = Times {
                    own: own.0,
                    general: general.0,
                    general_place,
                };
                let lose = |time: &str| format!("lose {time} of data");
                let finding = compare(system, &objective.class, times, lose);
                findings.extend(finding.map(|finding| finding.at(at.key("rpo"))));
            }
        }
    }
}

/// An objective for one class of disruption beside the general one.
struct Times {
    own: Duration,
    general: Duration,
    general_place: Place,
}

fn compare(
    system: &Item<System>,
    class: &DisruptionClassId,
    times: Times,
    allowed: impl Fn(&str) -> String,
) -> Option<Finding> {
    if times.own <= times.general {
        return None;
    }
    let (id, own, general) = (&system.id, times.own.words(), times.general.words());
    let may = allowed(&format!("{own} instead of {general}"));
    Some(
        CHECK
            .finding(format!("in a `{class}` disruption `{id}` may {may}"))
            .also(times.general_place, "the general objective is stated here")
            .about(Kind::System, id.as_str())
            .help("Have management approve the looser figure together with the general one.")
            .decide(
                format!("May `{id}` {} in a `{class}` disruption?", allowed(&own)),
                [
                    "Yes; approve the looser figure with the others.".to_owned(),
                    format!(
                        "No; it may {} at most, whatever happens.",
                        allowed(&general)
                    ),
                ],
            ),
    )
}
