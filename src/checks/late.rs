//! A recovery that brings a system or function back after its recovery time objective.

use super::{Check, Context};
use crate::finding::Finding;
use crate::graph::{Ix, reaction};
use crate::model::{Approval, Programme, Recovery};
use crate::time::Duration;

/// How long something takes, and how to say so.
pub struct Takes {
    /// How long.
    pub time: Duration,
    /// As the rest of a sentence, such as `recovering takes 5 h at worst`.
    pub words: String,
}

/// How long a recovery is said to take.
pub struct Said {
    /// The key it stands under.
    pub key: &'static str,
    /// How long.
    pub time: Duration,
    /// As people read it: `2 h at worst`.
    pub words: String,
}

/// How long a recovery is said to take: at worst, or, where nobody says, usually.
pub fn said(recovery: &Recovery) -> Option<Said> {
    let (key, time, when) = match (recovery.worst, recovery.likely) {
        (Some(worst), _) => ("worst", worst, " at worst"),
        (None, Some(likely)) => ("likely", likely, ""),
        (None, None) => return None,
    };
    let words = format!("{}{when}", time.words());
    Some(Said { key, time, words })
}

/// A finding on what is back too late, all but its place; nothing where it is in time.
///
/// Noticing and declaring come before the recovery: an objective counts from the disruption.
pub fn finding(check: &Check, context: &Context, node: Ix, takes: &Takes) -> Option<Finding> {
    let graph = &context.analysis.graph;
    let rto = graph.rto(node)?;
    let back = reaction(context.programme) + takes.time;
    if back <= rto.0 {
        return None;
    }
    let id = graph.id(node);
    let proposed = Approval::Proposed.words();
    let words = after_reaction(context.programme, &takes.words);
    let finding = check
        .finding(format!(
            "`{id}` must be back in {rto} ({proposed}), but {words}"
        ))
        .also(graph.rto_place(node), format!("{rto} is promised here"))
        .about(graph.kind(node), id)
        .decide(
            format!("How is `{id}` to be back in {rto} when {words}?"),
            [
                format!("Invest so that `{id}` is back within {rto}."),
                format!("Accept {} for `{id}`.", back.words()),
            ],
        );
    Some(with_reaction(context.programme, finding))
}

/// What takes its time, after what passes before anybody begins.
pub fn after_reaction(programme: &Programme, words: &str) -> String {
    let reaction = reaction(programme);
    if reaction == Duration::ZERO {
        return words.to_owned();
    }
    format!(
        "noticing and declaring takes {}, then {words}",
        reaction.words()
    )
}

/// Points at what passes before anybody begins.
pub fn with_reaction(programme: &Programme, finding: Finding) -> Finding {
    let Some(organization) = &programme.organization else {
        return finding;
    };
    let parts = [
        ("detection", organization.detection, "to notice"),
        ("declaration", organization.declaration, "to declare"),
    ];
    let stated = parts.into_iter().filter_map(|(key, time, what)| {
        let time = time.filter(|time| *time > Duration::ZERO)?;
        Some((organization.at.key(key), format!("{} {what}", time.words())))
    });
    stated.fold(finding, |finding, (place, note)| finding.also(place, note))
}
