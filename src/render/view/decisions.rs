//! What management has to decide: every open finding that asks for a decision.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::value::Mood;
use super::{Part, Section, shown};
use crate::finding::{Finding, Severity};
use crate::model::Visibility;

pub const SECTION: Section = Section {
    id: "decisions",
    title: "Decisions asked of management",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["BC-25", "ISO 22301 9.3", "DORA 25(5)"],
    keys: &[],
    missing: "",
    build,
};

#[derive(Serialize)]
struct Decisions {
    decisions: Vec<DecisionView>,
}

/// One question with its options and what it is about.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionView {
    /// The question.
    pub question: String,
    /// What could be done.
    pub options: Vec<String>,
    /// What was found.
    pub message: String,
    /// Where.
    pub places: Vec<String>,
    /// How bad it is.
    pub mood: Mood,
}

fn build(context: &Context) -> Option<Value> {
    Some(shown(Decisions {
        decisions: list(context),
    }))
}

/// Every decision, the gravest first.
pub fn list(context: &Context) -> Vec<DecisionView> {
    let open = context
        .input
        .findings
        .iter()
        .filter(|finding| finding.counts());
    let mut asking: Vec<&Finding> = open.filter(|finding| finding.decision.is_some()).collect();
    asking.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    asking
        .into_iter()
        .filter_map(|finding| decision(context, finding))
        .collect()
}

fn decision(context: &Context, finding: &Finding) -> Option<DecisionView> {
    let decision = finding.decision.as_ref()?;
    let places = finding
        .place
        .iter()
        .chain(finding.related.iter().map(|(place, _)| place));
    Some(DecisionView {
        question: context.in_names(&decision.question),
        options: decision
            .options
            .iter()
            .map(|option| context.in_names(option))
            .collect(),
        message: sentence(&context.in_names(&finding.message)),
        places: places.map(|place| context.at(place)).collect(),
        mood: mood(finding.severity),
    })
}

/// A finding's message as a sentence: with a capital letter and a full stop.
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect());
    format!("{first}{}.", letters.as_str())
}

/// How a severity is shown.
pub fn mood(severity: Severity) -> Mood {
    match severity {
        Severity::Error => Mood::Gap,
        Severity::Warning => Mood::Attention,
        Severity::Note => Mood::Fine,
    }
}
