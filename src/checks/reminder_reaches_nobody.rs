//! Something is to be done, and nobody who sees to it hears of it.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use super::{Check, Context, Run};
use crate::due;
use crate::finding::Finding;
use crate::id::{PartyId, PersonId};
use crate::model::{Notice, NoticeAudience, NoticeKind, Programme};
use crate::schedule::Stands;

pub const CHECK: Check = check! {
    reminder_reaches_nobody, "reminder-reaches-nobody", Warning,
    "Nobody who sees to something hears that it is due",
    clauses: ["BC-20", "BC-34", "SP 800-34 3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let programme = context.programme;
    let Some(organization) = &programme.organization else {
        return;
    };
    let notices = notices(&organization.notices);
    if notices.is_empty() {
        return;
    }
    let mut untold: BTreeMap<Option<PartyId>, Vec<String>> = BTreeMap::new();
    for (who, what) in seen_to(context) {
        let is_told = |notice: &&Notice| reaches(programme, notice, who.as_ref());
        if !notices.iter().any(is_told) {
            untold.entry(who).or_default().push(what);
        }
    }
    for (who, what) in untold {
        let more = match what.len() {
            1 => String::new(),
            all => format!(" and {} more", all - 1),
        };
        let why = why(programme, who.as_ref());
        findings.push(
            CHECK
                .finding(format!(
                    "nobody hears when `{}`{more} is due: {why}",
                    what[0]
                ))
                .at(organization.at.key("notices"))
                .help(
                    "Add the contact that the channel needs, or name somebody who sees to it; \
                     `mainstay notify list` shows who is reached where.",
                ),
        );
    }
}

/// The notices by which people hear that something is due: those for whoever sees to it, where
/// there are such.
fn notices(all: &[Notice]) -> Vec<&Notice> {
    let tells = |it: &&Notice| it.tells(NoticeKind::Due) || it.tells(NoticeKind::Reminder);
    let is_own = |it: &Notice| it.audience == NoticeAudience::Responsible;
    let mut all: Vec<&Notice> = all.iter().filter(tells).collect();
    if all.iter().any(|it| is_own(it)) {
        all.retain(|it| is_own(it));
    }
    all
}

/// Everything for which somebody is needed, and who sees to it where that is stated.
fn seen_to(context: &Context) -> Vec<(Option<PartyId>, String)> {
    let drills = context.programme.drills.iter();
    let drills = drills.filter(|drill| drill.schedule.is_some() && !drill.unattended);
    let mut all: Vec<_> = drills
        .map(|drill| (drill.lead.clone(), drill.name.clone()))
        .collect();
    let deadlines = due::deadlines(&due::Context {
        programme: context.programme,
        record: context.record,
        today: context.now,
    });
    let open = deadlines
        .into_iter()
        .filter(|it| !it.unattended && !matches!(it.stands, Stands::Over(_)));
    all.extend(open.map(|it| (it.who, it.what)));
    all
}

/// Whether somebody who is meant by a notice is told by its channel. A channel that addresses
/// nobody tells whoever looks there; one that does not exist is told elsewhere.
fn reaches(programme: &Programme, notice: &Notice, who: Option<&PartyId>) -> bool {
    let Some(channel) = programme.channels.get(notice.channel.as_str()) else {
        return true;
    };
    let people = notice.audience.people(programme);
    let people: BTreeSet<&PersonId> = people.unwrap_or_else(|| programme.responsible(who));
    let mut people = people.into_iter();
    channel.with.addresses().is_none()
        || people.any(|person| channel.address_of(programme, person).is_some())
}

fn why(programme: &Programme, who: Option<&PartyId>) -> String {
    let people: Vec<&str> = programme
        .responsible(who)
        .into_iter()
        .map(PersonId::as_str)
        .collect();
    match (who, people.is_empty()) {
        (Some(who), true) => format!("nobody stands behind `{who}`"),
        (None, true) => "nobody is said to see to it".to_owned(),
        (_, false) => format!(
            "no channel of the notices reaches {}",
            words::quoted(people)
        ),
    }
}
