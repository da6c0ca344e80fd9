//! The communication plan: who is told what at which stage, and who calls whom.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::value::{Figure, Mood, Named};
use super::{Part, Section, shown};
use crate::model::*;

pub const SECTION: Section = Section {
    id: "communication",
    title: "Communication plan",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &[
        "BC-11",
        "BC-21",
        "BC-29",
        "SP 800-34 3.2",
        "SP 800-34 4.3",
        "ISO 22301 8.4.3",
        "ISO 22301 7.4",
        "DORA 11(6)",
        "CC7.5",
        "CC2.3",
    ],
    keys: &["communications", "call-trees", "stakeholders"],
    missing: "No message and no call tree is declared. Say who is told what, when, by whom and \
              how, under `communications`.",
    build,
};

#[derive(Serialize)]
struct CommunicationPlan {
    stages: Vec<StageView>,
    stakeholders: Vec<Covered>,
    trees: Vec<Tree>,
}

/// The messages of one stage.
#[derive(Serialize)]
struct StageView {
    stage: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Message {
    name: String,
    audience: Named,
    channel: &'static str,
    fallback: Option<&'static str>,
    needs: Option<Named>,
    owner: Option<Named>,
    within: Option<Figure>,
    every: Option<Figure>,
    template: Option<String>,
}

/// A stakeholder, and at which stages they hear from us.
#[derive(Serialize)]
struct Covered {
    name: String,
    audience: &'static str,
    interest: Option<String>,
    stages: Vec<&'static str>,
    mood: Mood,
}

#[derive(Serialize)]
struct Tree {
    name: String,
    calls: Vec<CallView>,
}

#[derive(Serialize)]
struct CallView {
    from: Named,
    to: Vec<Named>,
}

fn build(context: &Context) -> Option<Value> {
    let programme = context.programme;
    let stages = Stage::ALL.iter().map(|stage| self::stage(context, *stage));
    let content = CommunicationPlan {
        stages: stages.filter(|stage| !stage.messages.is_empty()).collect(),
        stakeholders: programme
            .stakeholders
            .iter()
            .map(|s| covered(context, s))
            .collect(),
        trees: programme
            .call_trees
            .iter()
            .map(|tree| self::tree(context, tree))
            .collect(),
    };
    let empty = content.stages.is_empty() && content.trees.is_empty();
    (!(empty && content.stakeholders.is_empty())).then(|| shown(content))
}

fn stage(context: &Context, stage: Stage) -> StageView {
    let messages = context.programme.communications.iter();
    let of_stage = messages.filter(|message| message.stage == stage);
    StageView {
        stage: stage.word(),
        messages: of_stage
            .map(|message| self::message(context, message))
            .collect(),
    }
}

fn message(context: &Context, message: &Item<Communication>) -> Message {
    let figure = |what: &str| context.figure(&format!("communication.{}.{what}", message.id));
    Message {
        name: message.name.clone(),
        audience: context.named(Kind::Stakeholder, message.audience.as_str()),
        channel: message.channel.word(),
        fallback: message.fallback.map(Channel::word),
        needs: message
            .needs
            .as_ref()
            .map(|id| context.named(Kind::System, id.as_str())),
        owner: context.party_of(message.owner.as_ref()),
        within: figure("within"),
        every: figure("every"),
        template: message.template.clone(),
    }
}

fn covered(context: &Context, stakeholder: &Item<Stakeholder>) -> Covered {
    let messages = context.programme.communications.iter();
    let theirs = messages.filter(|message| message.audience == stakeholder.id);
    let mut stages: Vec<Stage> = theirs.map(|message| message.stage).collect();
    stages.sort_unstable();
    stages.dedup();
    Covered {
        name: stakeholder.name.clone(),
        audience: stakeholder.audience.word(),
        interest: stakeholder.interest.clone(),
        mood: if stages.is_empty() {
            Mood::Attention
        } else {
            Mood::Fine
        },
        stages: stages.into_iter().map(Stage::word).collect(),
    }
}

fn tree(context: &Context, tree: &CallTree) -> Tree {
    let call = |call: &Call| CallView {
        from: context.party(&call.from),
        to: context.parties(&call.to),
    };
    Tree {
        name: tree.name.clone(),
        calls: tree.calls.iter().map(call).collect(),
    }
}
