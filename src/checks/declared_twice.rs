//! One thing is declared more than once.

use serde::Serialize;
use serde_json::{Map, Value};

use super::words;
use super::{Check, Context, Run};
use crate::finding::{Finding, Severity};
use crate::model::{Declared, Entity, Items, Kind, Visibility};
use crate::sections;

pub const CHECK: Check = check! {
    declared_twice, "declared-twice", Error,
    "One thing is declared more than once",
    clauses: ["BC-09", "BC-23"],
    run: Run::Programme(run),
};

macro_rules! every_kind {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        fn run(context: &Context, findings: &mut Vec<Finding>) {
            repeated(&context.programme.teams, findings);
            $(repeated(&context.programme.$field, findings);)+
        }
    };
}
sections!(every_kind);

/// What of a kind counts from every declaration, by key; all else counts from the first.
fn merged(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Function => &["mtpd", "rto", "rpo", "depends-on"],
        Kind::System => &["rto", "rpo", "depends-on"],
        _ => &[],
    }
}

fn repeated<T: Entity + Serialize>(items: &Items<T>, findings: &mut Vec<Finding>) {
    for item in items {
        let (first, others) = item
            .declarations
            .split_first()
            .expect("an item is declared");
        for other in others {
            let (stated, again) = (keys(first), keys(other));
            let news = |key: &&String| again.get(*key) != stated.get(*key);
            let merged = merged(T::KIND);
            let (gained, lost): (Vec<&String>, Vec<&String>) = again
                .keys()
                .filter(news)
                .partition(|key| merged.contains(&key.as_str()));
            // A team may spread its plan over files, and say in each whose it is. Whether merged
            // objectives agree is `objectives-disagree`'s business, not ours.
            if lost.is_empty() && (T::KIND == Kind::Team || !gained.is_empty()) {
                continue;
            }
            findings.push(finding(first, other, &lost));
        }
    }
}

fn finding<T: Entity>(first: &Declared<T>, other: &Declared<T>, lost: &[&String]) -> Finding {
    let (word, id) = (T::KIND.word(), first.value.id());
    let mut finding = if lost.is_empty() {
        let message = format!("the {word} `{id}` is declared again, which adds nothing");
        CHECK.finding(message).help("Remove one of the two.")
    } else {
        let (keys, count) = (
            words::quoted(lost),
            if lost.len() == 1 { "does" } else { "do" },
        );
        let message =
            format!("the {word} `{id}` is declared again, and {keys} here {count} not count");
        CHECK.finding(message).help(format!(
            "If it is the same {word}, move {keys} to the first declaration and remove this one; \
             if it is another, give it another id."
        ))
    };
    if lost.is_empty() {
        finding.severity = Severity::Warning;
    }
    finding
        .at(other.at.place())
        .also(first.at.place(), "it is declared here first")
        .about(T::KIND, id)
}

/// What a declaration states of the thing, by key; what it leaves out is not there.
///
/// When and by whom it was confirmed is about the declaration, not about the thing.
fn keys<T: Serialize>(declared: &Declared<T>) -> Map<String, Value> {
    let value = serde_json::to_value(&declared.value).expect("plans are plain data");
    let default = serde_json::to_value(Visibility::default()).expect("a word");
    let stated = |value: &Value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        other => *other != default,
    };
    match value {
        Value::Object(mut keys) => {
            keys.retain(|key, value| stated(value) && !key.starts_with("verified-"));
            keys
        }
        _ => Map::new(),
    }
}
