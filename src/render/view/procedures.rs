//! The procedures, step by step: who does it, whom they tell, how long it takes.

use serde::Serialize;
use serde_json::Value;

use super::calendar::day;
use super::context::Context;
use super::names::anchor;
use super::value::{Figure, Named};
use super::{Part, Section, shown};
use crate::id::CredentialId;
use crate::id::SystemId;
use crate::model::*;

pub const SECTION: Section = Section {
    id: "procedures",
    title: "Procedures",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-05",
        "BC-07",
        "BC-27",
        "BC-29",
        "SP 800-34 4.2",
        "SP 800-34 C",
        "ISO 22301 8.4.4",
        "CC7.5",
    ],
    keys: &["procedures"],
    missing: "No procedure is written. Write down the steps that bring each system back; begin \
              with `mainstay new procedure`.",
    build,
};

#[derive(Serialize)]
struct Procedures {
    procedures: Vec<ProcedureView>,
    inside: bool,
}

#[derive(Serialize)]
struct ProcedureView {
    anchor: String,
    name: String,
    summary: Option<String>,
    owner: Option<Named>,
    serves: Vec<Named>,
    verified_at: Option<String>,
    steps: Vec<StepView>,
    at: String,
}

/// One step as it stands in a procedure.
#[derive(Clone, Serialize)]
pub(super) struct StepView {
    pub number: usize,
    pub text: String,
    /// What Mainstay itself does, on one line; not in public.
    pub runs: Option<String>,
    pub role: Option<Named>,
    /// Who holds the role, where that may be shown.
    pub holder: Option<Named>,
    pub tell: Option<TellView>,
    pub expected: Option<Figure>,
    pub tools: Vec<Named>,
    pub credentials: Vec<Named>,
    /// When it may begin, where that is not simply after the step above.
    pub after: Option<String>,
}

/// The line of communication of a step.
#[derive(Clone, Serialize)]
pub(super) struct TellView {
    pub who: Named,
    pub by: &'static str,
    pub needs: Option<Named>,
}

fn build(context: &Context) -> Option<Value> {
    let all = context.programme.procedures.iter();
    let chosen = all.filter(|procedure| context.may_show(procedure.visibility));
    let procedures: Vec<_> = chosen.map(|procedure| view(context, procedure)).collect();
    let inside = !context.public();
    (!procedures.is_empty()).then(|| shown(Procedures { procedures, inside }))
}

fn view(context: &Context, procedure: &Item<Procedure>) -> ProcedureView {
    ProcedureView {
        anchor: anchor(Kind::Procedure, procedure.id()),
        name: procedure.name.clone(),
        summary: procedure.summary.clone(),
        owner: context.party_of(procedure.owner.as_ref()),
        serves: if context.public() {
            Vec::new()
        } else {
            serves(context, procedure)
        },
        verified_at: procedure.verified_at.map(day),
        steps: (0..procedure.steps.len())
            .map(|i| step(context, procedure, i))
            .collect(),
        at: context.at_origin(procedure.at()),
    }
}

/// The systems, functions and scenarios that name a procedure.
fn serves(context: &Context, procedure: &Item<Procedure>) -> Vec<Named> {
    let id = &procedure.id;
    let scenarios = context.programme.scenarios.iter();
    let scenarios = scenarios.filter(|scenario| scenario.procedures.contains(id));
    let systems = context.programme.systems.iter();
    let systems = systems.filter(|system| system.procedure.as_ref() == Some(id));
    let functions = context.programme.functions.iter();
    let functions = functions.filter(|function| {
        function
            .workaround
            .as_ref()
            .is_some_and(|w| w.procedure.as_ref() == Some(id))
    });
    let scenarios = scenarios.map(|scenario| context.named(Kind::Scenario, scenario.id()));
    let systems = systems.map(|system| context.named(Kind::System, system.id()));
    let functions = functions.map(|function| context.named(Kind::Function, function.id()));
    scenarios.chain(functions).chain(systems).collect()
}

/// One step of a procedure, by its place.
pub(super) fn step(context: &Context, procedure: &Item<Procedure>, place: usize) -> StepView {
    let step = &procedure.steps[place];
    let role = step
        .role
        .as_ref()
        .and_then(|id| context.programme.roles.get(id.as_str()));
    let holder = role
        .and_then(|role| context.programme.primary(role))
        .filter(|_| !context.public());
    let run = step.run.as_ref().filter(|_| !context.public());
    let tools = step.tools.iter().map(SystemId::as_str);
    let credentials = step.credentials.iter().map(CredentialId::as_str);
    StepView {
        number: place + 1,
        text: step.text.clone(),
        runs: run.map(Action::line),
        role: step
            .role
            .as_ref()
            .map(|role| context.named(Kind::Role, role.as_str())),
        holder: holder.map(|person| context.person(person)),
        tell: step.tell.as_ref().map(|tell| self::tell(context, tell)),
        expected: context.figure(&format!("procedure.{}.{place}", procedure.id)),
        tools: context.several(Kind::System, tools),
        credentials: context.several(Kind::Credential, credentials),
        after: after(procedure, place),
    }
}

fn tell(context: &Context, tell: &Tell) -> TellView {
    let needs = tell.needs.as_ref().filter(|_| !context.public());
    TellView {
        who: context.party(&tell.who),
        by: tell.by.word(),
        needs: needs.map(|system| context.named(Kind::System, system.as_str())),
    }
}

fn after(procedure: &Procedure, place: usize) -> Option<String> {
    let before = procedure.before(place);
    procedure.steps[place].after.as_ref()?;
    if place.checked_sub(1).is_some_and(|above| before == [above]) {
        return None;
    }
    let numbers: Vec<String> = before.iter().map(|place| (place + 1).to_string()).collect();
    Some(match numbers.as_slice() {
        [] => "at once".to_owned(),
        [one] => format!("after step {one}"),
        several => format!("after steps {}", several.join(", ")),
    })
}
