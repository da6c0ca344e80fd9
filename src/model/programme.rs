//! The merged programme: every team's plan in one, each thing with where it was written.

use std::collections::HashSet;
use std::ops::Deref;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt};
use rayon::prelude::*;

use super::{
    Acceptance, Backup, Calendar, CallTree, Capacity, Communication, CorrectiveAction, Credential,
    Drill, Entity, Function, Kind, NoticeChannel, Organization, Person, Procedure, Risk, Role,
    Scenario, Site, Stakeholder, System, Team, Tier, Vendor,
};
use crate::id::PersonId;
use crate::sections;
use crate::time::Period;

/// Where something was written: a file, a document in it, a section, and the place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file, as an index into the loaded sources.
    pub file: u32,
    /// The document in the file, from zero.
    pub document: u32,
    /// The key of the section.
    pub section: &'static str,
    /// The place in the section's list; `None` where the section is not a list.
    pub index: Option<u32>,
}

/// Something together with where it was written.
#[derive(Clone, Debug)]
pub struct Declared<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub at: Origin,
}

impl<T> Deref for Declared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// One thing of the programme, whoever declared it.
///
/// Reads as the effective value: the first declaration, with the strictest of all the objectives
/// that were stated and with every dependency.
#[derive(Clone, Debug)]
pub struct Item<T> {
    /// The effective value, where it is more than the one declaration.
    merged: Option<Box<T>>,
    /// Every declaration as it was written, in the order of files. At least one.
    pub declarations: Vec<Declared<T>>,
}

impl<T> Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match &self.merged {
            Some(merged) => merged,
            None => &self.declarations[0].value,
        }
    }
}

impl<T> Item<T> {
    /// Where it was first written.
    pub fn at(&self) -> Origin {
        self.declarations[0].at
    }

    /// Where the first declaration is for which this holds, else where it was first written.
    pub fn at_where(&self, holds: impl Fn(&T) -> bool) -> Origin {
        let found = self.declarations.iter().find(|declared| holds(declared));
        found.map_or_else(|| self.at(), |declared| declared.at)
    }

    /// Whether this holds for some declaration, even where the effective value leaves it out.
    pub fn states(&self, holds: impl Fn(&T) -> bool) -> bool {
        self.declarations.iter().any(|declared| holds(declared))
    }
}

/// Every thing of one kind, by id and in the order of ids.
#[derive(Clone, Debug)]
pub struct Items<T> {
    list: Vec<Item<T>>,
    index: HashMap<Arc<str>, u32>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Items {
            list: Vec::new(),
            index: HashMap::new(),
        }
    }
}

impl<T> Deref for Items<T> {
    type Target = [Item<T>];

    fn deref(&self) -> &[Item<T>] {
        &self.list
    }
}

impl<'a, T> IntoIterator for &'a Items<T> {
    type Item = &'a Item<T>;
    type IntoIter = std::slice::Iter<'a, Item<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<T: Entity> Items<T> {
    /// Gathers declarations, those of one id into one item.
    ///
    /// Declarations of one id keep the order in which they were given; of more than one, `merge`
    /// makes the effective value.
    pub fn gather(all: Vec<Declared<T>>, merge: impl Fn(&[Declared<T>]) -> T) -> Self {
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.par_sort_unstable_by(|a, b| (all[*a].id(), a).cmp(&(all[*b].id(), b)));
        let mut list: Vec<Item<T>> = Vec::with_capacity(all.len());
        let mut rest = arranged(all, order).into_iter().peekable();
        while let Some(first) = rest.next() {
            let mut declarations = vec![first];
            while let Some(same) = rest.next_if(|next| next.id() == declarations[0].id()) {
                declarations.push(same);
            }
            let merged = (declarations.len() > 1).then(|| Box::new(merge(&declarations)));
            list.push(Item {
                merged,
                declarations,
            });
        }
        let number = |i| u32::try_from(i).expect("fewer than four thousand million things");
        let index = list
            .iter()
            .enumerate()
            .map(|(i, item)| (item.id().into(), number(i)));
        let index = index.collect();
        Items { list, index }
    }

    /// The thing with this id.
    pub fn get(&self, id: &str) -> Option<&Item<T>> {
        self.position(id).map(|place| &self.list[place])
    }

    /// The place of the thing with this id in the list.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).map(|place| *place as usize)
    }

    /// Shows every declaration with where it was written, then the effective value where it is more
    /// than that. Ids must stay as they are.
    pub fn each_mut(&mut self, mut see: impl FnMut(&mut T, Option<Origin>)) {
        for item in &mut self.list {
            for declared in &mut item.declarations {
                see(&mut declared.value, Some(declared.at));
            }
            if let Some(merged) = &mut item.merged {
                see(merged, None);
            }
        }
    }

    /// Whether there is a thing with this id.
    pub fn has(&self, id: &str) -> bool {
        self.index.contains_key(id)
    }
}

/// The items in this order: the number of each, once. Each is moved twice, however large it is.
pub fn arranged<T>(items: Vec<T>, order: impl IntoIterator<Item = usize>) -> Vec<T> {
    let mut taken: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let order = order.into_iter();
    let arranged = order.map(|place| taken[place].take().expect("each number is there once"));
    arranged.collect()
}

macro_rules! programme {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// Everything that the plan files say, merged.
        #[derive(Clone, Debug, Default)]
        pub struct Programme {
            /// Who it is for, if any file says so.
            pub organization: Option<Declared<Organization>>,
            /// Further organizations that were declared, which must not be.
            pub organizations_more: Vec<Declared<Organization>>,
            /// The teams and their plans.
            pub teams: Items<Team>,
            /// Which document is which team's plan.
            pub plans: Plans,
            $($(#[doc = $doc])+ pub $field: Items<$type>,)+
            /// Findings that somebody accepts.
            pub accepted: Vec<Declared<Acceptance>>,
            /// Ids that were declared where the rest could not be read, with their kinds.
            pub unreadable: Vec<(Kind, String)>,
            /// Who has left by the day for which the plans are looked at.
            pub left: HashSet<PersonId>,
        }

        impl Programme {
            /// Whether there is a thing of this kind with this id.
            pub fn has(&self, kind: Kind, id: &str) -> bool {
                match kind {
                    Kind::Organization => self.organization.is_some(),
                    Kind::Team => self.teams.has(id),
                    $(Kind::$kind => self.$field.has(id),)+
                }
            }

            /// The name of the thing of this kind with this id.
            pub fn name(&self, kind: Kind, id: &str) -> Option<&str> {
                match kind {
                    Kind::Organization => self.organization.as_ref().map(|o| o.name.as_str()),
                    Kind::Team => self.teams.get(id).map(|item| item.name()),
                    $(Kind::$kind => self.$field.get(id).map(|item| item.name()),)+
                }
            }

            /// Every id of this kind, in order.
            pub fn ids(&self, kind: Kind) -> Vec<&str> {
                match kind {
                    Kind::Organization => Vec::new(),
                    Kind::Team => self.teams.iter().map(|item| item.id()).collect(),
                    $(Kind::$kind => self.$field.iter().map(|item| item.id()).collect(),)+
                }
            }

            /// Every declaration of a thing of this kind: its id and where it was written.
            pub fn origins(&self, kind: Kind) -> Vec<(&str, Origin)> {
                fn of<T: Entity>(items: &Items<T>) -> Vec<(&str, Origin)> {
                    let all = items.iter().flat_map(|item| &item.declarations);
                    all.map(|declared| (declared.value.id(), declared.at)).collect()
                }
                match kind {
                    Kind::Organization => Vec::new(),
                    Kind::Team => of(&self.teams),
                    $(Kind::$kind => of(&self.$field),)+
                }
            }
        }
    };
}
sections!(programme);

impl Programme {
    /// How often it is tested that backups can be restored: once a year, where nobody says.
    pub fn restores_tested_every(&self) -> Period {
        let organization = self.organization.as_ref();
        let cadences = organization.and_then(|organization| organization.cadences.as_ref());
        let stated = cadences.and_then(|cadences| cadences.full_backup_test);
        stated.unwrap_or(Period::months(12))
    }

    /// How many copies of the data of a system have to be proven that are independent of each
    /// other: one, where nobody says.
    pub fn independent_copies(&self, system: &System) -> usize {
        let organization = self.organization.as_ref();
        let general = organization.and_then(|organization| organization.independent_copies);
        let stated = system.independent_copies.or(general);
        stated.map_or(1, |stated| stated.max(1) as usize)
    }

    /// Whether somebody has not left. A name that leads nowhere is a finding of its own.
    pub fn is_here(&self, person: &PersonId) -> bool {
        !self.left.contains(person)
    }

    /// Who holds a role, unless they have left.
    pub fn primary<'r>(&self, role: &'r Role) -> Option<&'r PersonId> {
        role.primary.as_ref().filter(|person| self.is_here(person))
    }

    /// Who stands in for the primary of a role, without those who have left.
    pub fn alternates<'r>(&self, role: &'r Role) -> impl Iterator<Item = &'r PersonId> {
        role.alternates.iter().filter(|person| self.is_here(person))
    }

    /// Who takes a role over for good, without those who have left.
    pub fn succession<'r>(&self, role: &'r Role) -> impl Iterator<Item = &'r PersonId> {
        role.succession.iter().filter(|person| self.is_here(person))
    }

    /// The team in whose plan something was written.
    pub fn team_at(&self, at: Origin) -> Option<&Item<Team>> {
        let place = self.plans.0.get(&(at.file, at.document))?;
        self.teams.list.get(*place as usize)
    }
}

/// Which document is which team's plan: file and document, and the team's place in its list.
#[derive(Clone, Debug, Default)]
pub struct Plans(HashMap<(u32, u32), u32>);

impl Plans {
    /// Sorts the documents by the team they state.
    pub fn new(teams: &Items<Team>) -> Self {
        let places = teams.iter().zip(0..);
        let stated = places.flat_map(|(team, place)| {
            let documents = team.declarations.iter();
            documents.map(move |d| ((d.at.file, d.at.document), place))
        });
        Plans(stated.collect())
    }
}
