//! A recovery that brings a system back after its recovery time objective.

use super::{Check, Context};
use crate::finding::Finding;
use crate::graph::reaction;
use crate::model::{Item, Kind, Programme, Recovery, System};
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

/// A finding on a system that is back too late, all but its place; nothing where it is in time.
///
/// Noticing and declaring come before the recovery: an objective counts from the disruption.
pub fn finding(
    check: &Check,
    context: &Context,
    system: &Item<System>,
    takes: &Takes,
) -> Option<Finding> {
    let rto = system.rto?;
    let back = reaction(context.programme) + takes.time;
    if back <= rto.0 {
        return None;
    }
    let id = &system.id;
    let words = after_reaction(context.programme, &takes.words);
    let place = system.at_where(|s| s.rto == Some(rto)).key("rto");
    let finding = check
        .finding(format!("`{id}` must be back in {rto}, but {words}"))
        .also(place, format!("{rto} is promised here"))
        .about(Kind::System, id.as_str())
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
