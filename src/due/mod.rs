//! What has to be done by a day, beside what schedules say: one file for each source.
//!
//! A source says of each of its things by which day it has to be done and when it was done last. It
//! decides nothing else: when that is opened, who is reminded and what becomes of it is the
//! business of `schedule`. To add one: write `a_new_source.rs` with `pub const SOURCE`, and add its
//! name to the table below.

use crate::id::PartyId;
use crate::model::{Cadences, HistoryKind, Programme};
use crate::record::{Broken, Record};
use crate::schedule::{Act, Deadline, Known, Stands, Subject};
use crate::time::{Date, Period};

/// Where deadlines come from.
pub struct Source {
    /// What its things are called as subjects, such as `contract`.
    pub key: &'static str,
    /// What shows that it was done.
    pub shown_by: ShownBy,
    /// How one does it and says so, in a sentence; `ID` stands for the thing.
    pub how: &'static str,
    /// All deadlines of it.
    pub all: fn(&Context) -> Vec<Deadline>,
}

/// What shows that something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownBy {
    /// What the plans say alone.
    Plans,
    /// What was run, too: a run or a verification that cannot be read may have done it.
    Runs,
}

/// What a source may look at.
pub struct Context<'a> {
    /// Everything the plans say.
    pub programme: &'a Programme,
    /// What happened until now.
    pub record: &'a Record,
    /// The day it is.
    pub today: Date,
}

macro_rules! table {
    ($($name:ident)+) => {
        $(mod $name;)+

        /// Every source, in the order of keys.
        pub const SOURCES: &[Source] = &[$($name::SOURCE,)+];
    };
}

table! {
    acceptance
    action
    approval
    communication
    contact
    contract
    drill
    drill_approval
    full_backup_test
    procedure
    review
    team_review
    test
    vendor
    verification
}

/// All that has to be done by a day.
pub fn deadlines(context: &Context) -> Vec<Deadline> {
    SOURCES
        .iter()
        .flat_map(|source| (source.all)(context))
        .collect()
}

/// How one does something and says so.
pub fn how(of: &Subject) -> String {
    let how = source(of).map_or("", |source| source.how);
    how.replace("ID", of.id().unwrap_or_default())
}

fn source(of: &Subject) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.key == of.kind())
}

/// Whether all is known that tells whether something was done, as far as it was run: nothing that
/// can have done it is lost.
pub fn known(of: &Subject, record: &Record) -> Known {
    let is_its_own = |lost: &Broken| match (&lost.drill, of.as_drill()) {
        (Some(drill), Some(own)) => drill.as_str() == own,
        _ => true,
    };
    let is_lost = source(of).is_none_or(|it| it.shown_by == ShownBy::Runs)
        && record.broken.iter().any(is_its_own);
    match is_lost {
        true => Known::Part,
        false => Known::All,
    }
}

/// How something stands that has to be done so often.
fn again(last: Option<Act>, every: Period) -> Stands {
    match last {
        Some(act) => Stands::Due {
            by: every.after(act.on),
            last: Some(act),
        },
        None => Stands::Never,
    }
}

/// That something was done, as a plan says it.
fn written(on: Date, key: &str) -> Act {
    Act {
        on,
        known: format!("the plan says so as `{key}`"),
    }
}

impl Context<'_> {
    /// The rhythm that the organization set itself.
    fn cadence(&self, which: fn(&Cadences) -> Option<Period>) -> Option<Period> {
        let organization = self.programme.organization.as_ref()?;
        which(organization.cadences.as_ref()?)
    }

    /// When something was last done by the history of the organization.
    fn history(&self, what: HistoryKind) -> Option<Act> {
        let organization = self.programme.organization.as_ref()?;
        let done = organization.history.iter();
        let done = done.filter(|entry| entry.what == what && entry.on <= self.today);
        let last = done.max_by_key(|entry| entry.on)?;
        Some(Act {
            on: last.on,
            known: format!("{} in the history, by {}", what.word(), last.by),
        })
    }

    /// Who owns the continuity control.
    fn control_owner(&self) -> Option<PartyId> {
        self.programme.organization.as_ref()?.control_owner.clone()
    }

    /// A person, role or team by its id.
    fn party(&self, id: &str) -> Option<PartyId> {
        id.parse().ok()
    }
}
