//! A class of disruption that nobody has declared.

use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::id::DisruptionClassId;
use crate::load::closest;
use crate::model::{DISRUPTION_CLASSES, Kind, Programme};

pub const CHECK: Check = check! {
    unknown_disruption_class, "unknown-disruption-class", Error,
    "A plan names a class of disruption that is not known",
    clauses: ["BC-08", "BC-09"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let known = known(context.programme);
    let mut look = |class: &DisruptionClassId, place: Place, about: (Kind, &str)| {
        if known.contains(&class.as_str()) {
            return;
        }
        let help = match closest(class.as_str(), known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "Name one of the known classes, or declare this one under \
                     `disruption-classes` of the organization."
                .to_owned(),
        };
        let message = format!("there is no class of disruption `{class}`");
        findings.push(
            CHECK
                .finding(message)
                .at(place)
                .about(about.0, about.1)
                .help(help),
        );
    };
    for system in context
        .programme
        .systems
        .iter()
        .flat_map(|s| &s.declarations)
    {
        for (index, objective) in system.per_class.iter().enumerate() {
            let place = system.at.key("per-class").index(index).key("class");
            look(&objective.class, place, (Kind::System, system.id.as_str()));
        }
    }
    for scenario in context
        .programme
        .scenarios
        .iter()
        .flat_map(|s| &s.declarations)
    {
        if let Some(class) = &scenario.class {
            let place = scenario.at.key("class");
            look(class, place, (Kind::Scenario, scenario.id.as_str()));
        }
    }
}

/// The built-in classes and the organization's own.
fn known(programme: &Programme) -> Vec<&str> {
    let own = programme
        .organization
        .iter()
        .flat_map(|o| &o.disruption_classes);
    let built_in = DISRUPTION_CLASSES.iter().map(|(id, _)| *id);
    built_in.chain(own.map(|class| class.id.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_explanation_names_every_built_in_class() {
        for (id, _) in DISRUPTION_CLASSES {
            assert!(CHECK.explanation.contains(&format!("`{id}`")), "{id}");
        }
    }
}
