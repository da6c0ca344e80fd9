//! One id could mean either of two things.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Origin};

pub const CHECK: Check = check! {
    id_names_two_things, "id-names-two-things", Error,
    "One id names two things of different kinds",
    clauses: ["BC-09", "BC-17"],
    run: Run::Programme(run),
};

/// The kinds that one reference can mean, and which of them it is then taken to mean.
const TOGETHER: [(Kind, Kind); 5] = [
    (Kind::System, Kind::Function),
    (Kind::Person, Kind::Role),
    (Kind::Person, Kind::Team),
    (Kind::Role, Kind::Team),
    (Kind::Role, Kind::Capacity),
];

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let first = |kind: Kind, id: &str| {
        let origins = context.programme.origins(kind);
        let found = origins.into_iter().find(|(other, _)| *other == id);
        found.map(|(_, at): (_, Origin)| at)
    };
    for (one, other) in TOGETHER {
        let ids = context.programme.ids(one);
        for id in ids
            .into_iter()
            .filter(|id| context.programme.has(other, id))
        {
            let Some((at, also)) = first(other, id).zip(first(one, id)) else {
                continue;
            };
            let (one, word) = (one.word(), other.word());
            findings.push(
                CHECK
                    .finding(format!("`{id}` names a {one} and a {word}"))
                    .at(at.key("id"))
                    .also(also.key("id"), format!("the {one} is declared here"))
                    .about(other, id)
                    .help(format!(
                        "Give the {word} another id, and check where `{id}` is referred to."
                    )),
            );
        }
    }
}
