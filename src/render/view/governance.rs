//! Who owns the plan, who supports it, who approves it, and how often it is renewed.

use serde::Serialize;
use serde_json::Value;

use super::calendar::{self, Due, day};
use super::context::Context;
use super::value::Named;
use super::{Part, Section, shown};
use crate::id::SiteId;
use crate::model::{Kind, Organization, Visibility};

pub const SECTION: Section = Section {
    id: "governance",
    title: "Governance, ownership and cadences",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-01",
        "BC-02",
        "BC-03",
        "BC-14",
        "BC-15",
        "BC-22",
        "BC-33",
        "SP 800-34 2.3",
        "ISO 22301 5.3",
        "ISO 22301 9.1",
        "CC9.1",
    ],
    keys: &[
        "approval",
        "cadences",
        "control-owner",
        "supporting-owners",
        "history",
    ],
    missing: "No file states the organization. Write `organization` in `mainstay.yaml`, with its \
              control owner, approvers and cadences.",
    build,
};

#[derive(Serialize)]
struct Governance {
    control_owner: Option<Named>,
    supporting: Vec<Supporting>,
    approvers: Vec<Approves>,
    quorum: Option<u32>,
    dues: Vec<Due>,
    history: Vec<Entry>,
    blackouts: Vec<Closed>,
    inside: bool,
}

#[derive(Serialize)]
struct Supporting {
    owner: Named,
    sites: Vec<Named>,
}

#[derive(Serialize)]
struct Approves {
    name: Named,
    signs_as: Option<String>,
    deputy: Option<Named>,
}

/// Something that was done about the plan.
#[derive(Serialize)]
pub(super) struct Entry {
    on: String,
    what: &'static str,
    by: Named,
    note: Option<String>,
    evidence: Option<String>,
}

/// A time in which nothing may be tested or changed.
#[derive(Serialize)]
struct Closed {
    name: String,
    from: String,
    to: String,
    reason: Option<String>,
}

fn build(context: &Context) -> Option<Value> {
    let organization = context.organization()?;
    let inside = !context.public();
    let approval = organization.approval.as_ref();
    Some(shown(Governance {
        control_owner: context.party_of(organization.control_owner.as_ref()),
        supporting: supporting(context, organization),
        approvers: approval
            .filter(|_| inside)
            .map_or_else(Vec::new, |rule| approvers(context, &rule.approvers)),
        quorum: approval.and_then(|rule| rule.quorum),
        dues: calendar::dues(context, organization),
        history: if inside {
            history(context, organization)
        } else {
            Vec::new()
        },
        blackouts: if inside {
            blackouts(organization)
        } else {
            Vec::new()
        },
        inside,
    }))
}

fn supporting(context: &Context, organization: &Organization) -> Vec<Supporting> {
    let one = |supporting: &crate::model::SupportingOwner| Supporting {
        owner: context.party(&supporting.owner),
        sites: context.several(Kind::Site, supporting.sites.iter().map(SiteId::as_str)),
    };
    organization.supporting_owners.iter().map(one).collect()
}

fn approvers(context: &Context, approvers: &[crate::model::Approver]) -> Vec<Approves> {
    let one = |approver: &crate::model::Approver| Approves {
        name: context.person(&approver.person),
        signs_as: approver.signs_as.clone(),
        deputy: approver
            .deputy
            .as_ref()
            .map(|deputy| context.person(deputy)),
    };
    approvers.iter().map(one).collect()
}

/// What was done about the plan, the latest first.
pub(super) fn history(context: &Context, organization: &Organization) -> Vec<Entry> {
    let mut entries: Vec<_> = organization
        .history
        .iter()
        .filter(|entry| entry.on <= context.today)
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.on));
    let one = |entry: &crate::model::HistoryEntry| Entry {
        on: day(entry.on),
        what: entry.what.word(),
        by: context.party(&entry.by),
        note: entry.note.clone(),
        evidence: entry.evidence.clone(),
    };
    entries.into_iter().map(one).collect()
}

fn blackouts(organization: &Organization) -> Vec<Closed> {
    let one = |blackout: &crate::model::Blackout| Closed {
        name: blackout.name.clone(),
        from: day(blackout.from),
        to: day(blackout.to),
        reason: blackout.reason.clone(),
    };
    organization.blackouts.iter().map(one).collect()
}
