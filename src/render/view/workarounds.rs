//! How each function goes on while its systems are down, and how long that holds.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::functions::ranked;
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "workarounds",
    title: "Working without the systems",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-06", "BC-26", "SP 800-34 D", "ISO 22301 8.3.3", "CC9.1"],
    keys: &["workaround"],
    missing: "No function is declared, so none has a workaround.",
    build,
};

#[derive(Serialize)]
struct Workarounds {
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    function: Named,
    mtpd: Option<Figure>,
    mbco: Option<String>,
    procedure: Option<Named>,
    how: Option<String>,
    holds: Option<Figure>,
    none: Option<NoneView>,
    mood: Mood,
}

/// An explicit "there is no workaround".
#[derive(Serialize)]
struct NoneView {
    accepted_by: Named,
    reason: String,
}

fn build(context: &Context) -> Option<Value> {
    let rows: Vec<_> = ranked(context.programme).map(|f| row(context, f)).collect();
    (!rows.is_empty()).then(|| shown(Workarounds { rows }))
}

fn row(context: &Context, function: &Item<Function>) -> Row {
    let key = |what: &str| format!("function.{}.{what}", function.id);
    let workaround = function.workaround.as_ref();
    let none = workaround.and_then(|workaround| workaround.none.as_ref());
    let procedure = workaround.and_then(|workaround| workaround.procedure.as_ref());
    let how = workaround.and_then(|workaround| workaround.how.clone());
    let mood = match (procedure.is_some() || how.is_some(), none.is_some()) {
        (true, _) => Mood::Fine,
        (false, true) => Mood::Attention,
        (false, false) => Mood::Gap,
    };
    Row {
        function: context.named(Kind::Function, function.id()),
        mtpd: context.figure(&key("mtpd")),
        mbco: function.mbco.clone(),
        procedure: procedure.map(|id| context.named(Kind::Procedure, id.as_str())),
        how,
        holds: context.figure(&key("workaround.holds")),
        none: none.map(|none| NoneView {
            accepted_by: context.party(&none.accepted_by),
            reason: none.reason.clone(),
        }),
        mood,
    }
}
