//! The declarations of all files become one programme.
//!
//! One id is one thing, whoever declares it. Where two teams state different objectives for one
//! thing the strictest counts, and what it depends on is all that anybody says it depends on. The
//! checks report both; nothing is decided silently.

use std::collections::HashSet;

use super::document::Fragment;
use super::problem::Complaint;
use crate::finding::Finding;
use crate::model::*;
use crate::sections;

macro_rules! merge {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// Merges what the files declare, in the order of files.
        ///
        /// `unread` is a file that may declare more than was seen.
        pub fn merge(
            fragments: Vec<Fragment>,
            unread: Option<&str>,
            findings: &mut Vec<Finding>,
        ) -> Programme {
            let mut all = Fragment::default();
            for fragment in fragments {
                all.organizations.extend(fragment.organizations);
                all.teams.extend(fragment.teams);
                $(all.$field.extend(fragment.$field);)+
                all.accepted.extend(fragment.accepted);
                all.unreadable.extend(fragment.unreadable);
            }
            let mut organizations = all.organizations.into_iter();
            let teams = Items::gather(all.teams, first);
            let programme = Programme {
                organization: organizations.next(),
                organizations_more: organizations.collect(),
                plans: Plans::new(&teams),
                teams,
                $($field: Items::gather(all.$field, Merge::merged),)+
                accepted: all.accepted,
                unreadable: all.unreadable,
                left: HashSet::new(),
            };
            no_organization(&programme, unread, findings);
            programme
        }
    };
}
sections!(merge);

/// That nobody states the organization is a finding, not a failure.
fn no_organization(programme: &Programme, unread: Option<&str>, findings: &mut Vec<Finding>) {
    let broken = programme
        .unreadable
        .iter()
        .any(|(kind, _)| *kind == Kind::Organization);
    if programme.organization.is_some() || broken {
        return;
    }
    let help = match unread {
        Some(path) => format!("It may be in `{path}`, which was not read to its end; mend that."),
        None => "Add `mainstay.yaml` with `organization:`; `mainstay init` writes one.".to_owned(),
    };
    findings.push(
        Complaint::NoOrganization
            .finding("no file states the organization")
            .about(Kind::Organization, "")
            .help(help),
    );
}

fn first<T: Clone>(declarations: &[Declared<T>]) -> T {
    declarations[0].value.clone()
}

/// How several declarations of one thing become the effective one: the first, unless stated.
trait Merge: Entity {
    fn merged(declarations: &[Declared<Self>]) -> Self {
        first(declarations)
    }
}

impl Merge for Function {
    fn merged(declarations: &[Declared<Self>]) -> Self {
        let mut merged = first(declarations);
        for other in &declarations[1..] {
            strictest(&mut merged.mtpd, other.mtpd);
            strictest(&mut merged.rto, other.rto);
            strictest(&mut merged.rpo, other.rpo);
            union(&mut merged.depends_on, &other.depends_on);
        }
        merged
    }
}

impl Merge for System {
    fn merged(declarations: &[Declared<Self>]) -> Self {
        let mut merged = first(declarations);
        for other in &declarations[1..] {
            strictest(&mut merged.rto, other.rto);
            strictest(&mut merged.rpo, other.rpo);
            union(&mut merged.depends_on, &other.depends_on);
        }
        merged
    }
}

macro_rules! first_counts {
    ($($type:ident)+) => { $(impl Merge for $type {})+ };
}
first_counts! {
    Tier Site Stakeholder Capacity Credential Person Role Vendor Risk Scenario Procedure
    Communication CallTree Backup Calendar Drill CorrectiveAction
    NoticeChannel
}

fn strictest<T: Ord + Copy>(merged: &mut Option<T>, other: Option<T>) {
    *merged = match (*merged, other) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

fn union(merged: &mut Vec<Dependency>, others: &[Dependency]) {
    for other in others {
        if !merged.iter().any(|own| own.on == other.on) {
            merged.push(other.clone());
        }
    }
}
