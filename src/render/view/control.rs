//! The document itself: which version it is, what it was made from, where it is kept.

use serde::Serialize;
use serde_json::Value;

use super::calendar::{self, day};
use super::context::Context;
use super::governance::{Entry, history};
use super::value::Named;
use super::{Part, Section, shown};
use crate::model::{HistoryKind, Kind, Visibility};

pub const SECTION: Section = Section {
    id: "control",
    title: "Document control",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-10",
        "BC-30",
        "SP 800-34 K",
        "SP 800-34 M",
        "ISO 22301 7.5",
    ],
    keys: &["distribution", "history", "references"],
    missing: "",
    build,
};

/// Facts about the document itself.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// Who it is for.
    pub organization: String,
    /// What it is called.
    pub title: String,
    /// Who may read it.
    pub classification: &'static str,
    /// The day it speaks of.
    pub day: String,
    /// The time it speaks of.
    pub time: String,
    /// The revision of the plans.
    pub revision: Option<String>,
    /// The SHA-256 of the plans it was made from.
    pub hash: String,
    /// The first letters of it.
    pub hash_short: String,
    /// Until when it can be relied on: the next day on which something about it is due.
    pub valid_until: Option<String>,
    /// Whether it is for one person.
    pub person: Option<String>,
    /// What made it.
    pub made_by: String,
}

#[derive(Serialize)]
struct Control {
    document: Document,
    state: &'static str,
    files: Vec<FileView>,
    distribution: Vec<Kept>,
    changes: Vec<Entry>,
    references: Vec<Related>,
    inside: bool,
}

#[derive(Serialize)]
struct FileView {
    path: String,
    lines: usize,
}

/// A place where the plan is kept.
#[derive(Serialize)]
struct Kept {
    place: String,
    keeper: Option<Named>,
    system: Option<Named>,
}

/// A document that belongs to the plan.
#[derive(Serialize)]
struct Related {
    title: String,
    url: Option<String>,
    /// Where a click leads; only to the web.
    link: Option<String>,
}

/// Facts about the document itself.
pub fn document(context: &Context) -> Document {
    let organization = context.organization();
    let name = organization.map_or("An unnamed organization", |o| o.name.as_str());
    let title = match (context.only, context.public()) {
        (Some(_), _) => "Personal continuity sheet",
        (None, true) => "Business continuity plan, public variant",
        (None, false) => "Business continuity plan",
    };
    let hash = context.input.loaded.sources.digest();
    Document {
        organization: name.to_owned(),
        title: title.to_owned(),
        classification: if context.public() {
            "Public"
        } else {
            "Internal"
        },
        day: day(context.today),
        time: calendar::time(context.input.now, organization),
        revision: context.input.revision.map(str::to_owned),
        hash_short: hash.chars().take(12).collect(),
        hash,
        valid_until: valid_until(context),
        person: context.only.map(|person| person.name.clone()),
        made_by: format!("Mainstay {}", env!("CARGO_PKG_VERSION")),
    }
}

/// The next day on which a review, an approval or a communication is due, if it is to come.
fn valid_until(context: &Context) -> Option<String> {
    let organization = context.organization()?;
    let cadences = organization.cadences.as_ref()?;
    let dues = [
        (cadences.review, HistoryKind::Review),
        (cadences.approval, HistoryKind::Approval),
        (cadences.communication, HistoryKind::Communication),
    ];
    let next = dues.into_iter().filter_map(|(every, kind)| {
        let last = calendar::last(&organization.history, kind, context.today)?;
        Some(every?.after(last))
    });
    next.min().map(day)
}

fn build(context: &Context) -> Option<Value> {
    let organization = context.organization();
    let inside = !context.public();
    let distribution = organization.map_or(&[][..], |o| &o.distribution);
    let kept = distribution.iter().filter(|_| inside).map(|kept| Kept {
        place: kept.place.clone(),
        keeper: context.party_of(kept.keeper.as_ref()),
        system: kept
            .system
            .as_ref()
            .map(|id| context.named(Kind::System, id.as_str())),
    });
    let files = context
        .input
        .loaded
        .sources
        .files()
        .iter()
        .filter(|_| inside);
    Some(shown(Control {
        document: document(context),
        state: "Proposed: nobody has approved exactly this version.",
        files: files
            .map(|file| FileView {
                path: file.path.clone(),
                lines: file.text.lines().count(),
            })
            .collect(),
        distribution: kept.collect(),
        changes: organization
            .filter(|_| inside)
            .map_or_else(Vec::new, |organization| history(context, organization)),
        references: references(context),
        inside,
    }))
}

fn references(context: &Context) -> Vec<Related> {
    let references = context.organization().map_or(&[][..], |o| &o.references);
    let shown = references
        .iter()
        .filter(|reference| context.may_show(reference.visibility));
    let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    shown
        .map(|reference| Related {
            title: reference.title.clone(),
            link: reference.url.as_ref().filter(web).cloned(),
            url: reference.url.clone(),
        })
        .collect()
}
