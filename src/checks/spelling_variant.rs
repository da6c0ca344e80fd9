//! Two things whose names or ids are nearly the same.

use std::collections::BTreeMap;

use super::spelling::{slips, variants};
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Origin, Programme};

pub const CHECK: Check = check! {
    spelling_variant, "spelling-variant", Warning,
    "Two things have nearly the same name",
    clauses: ["BC-09", "BC-23"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for kind in Kind::ALL {
        let things = things(context.programme, *kind);
        let ids: Vec<_> = things.iter().map(|thing| thing.id).collect();
        let names: Vec<_> = things.iter().map(|thing| thing.name).collect();
        let mut pairs: BTreeMap<(usize, usize), &'static str> = BTreeMap::new();
        for (key, texts) in [("name", &names), ("id", &ids)] {
            // Where every name is the id, the ids say nothing that the names did not.
            if key == "id" && ids == names {
                continue;
            }
            let mut found: Vec<_> = variants(texts).into_iter().collect();
            // Two people may well be called Anna and Anne.
            if *kind != Kind::Person {
                found.extend(slips(texts));
            }
            for pair in found {
                pairs.entry(pair).or_insert(key);
            }
        }
        for ((later, earlier), key) in pairs {
            findings.push(finding(*kind, key, &things[later], &things[earlier]));
        }
    }
}

/// Something with an id, a name and the place where it is first written.
struct Thing<'p> {
    id: &'p str,
    name: &'p str,
    at: Origin,
}

fn things(programme: &Programme, kind: Kind) -> Vec<Thing<'_>> {
    let mut origins = programme.origins(kind);
    origins.dedup_by_key(|(id, _)| *id);
    let thing = |(id, at)| {
        let name = programme.name(kind, id)?;
        Some(Thing { id, name, at })
    };
    origins.into_iter().filter_map(thing).collect()
}

fn finding(kind: Kind, key: &'static str, thing: &Thing, other: &Thing) -> Finding {
    let (text, like) = match key {
        "name" => (thing.name, other.name),
        _ => (thing.id, other.id),
    };
    let word = kind.word();
    CHECK
        .finding(format!(
            "the {key} `{text}` of a {word} is nearly that of another, `{like}`"
        ))
        .at(thing.at.key(key))
        .also(other.at.key(key), "the other is here")
        .about(kind, thing.id)
        .help(format!(
            "If both are the same {word}, keep one and refer to it by its id; if not, give them \
             names that nobody confuses."
        ))
}
