//! A call, or a notice that asks for an answer, that cannot reach whom it should.

use std::collections::BTreeSet;

use super::words;
use super::{Check, Context, Run};
use crate::finding::{Finding, Place};
use crate::id::{CallTreeId, ChannelId, PersonId};
use crate::model::{CallTree, Item, Kind, NoticeChannel, Page, Programme};

pub const CHECK: Check = check! {
    call_unclear, "call-unclear", Warning,
    "A call cannot reach whom it should",
    clauses: ["BC-03", "BC-21", "SP 800-34 3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let programme = context.programme;
    for tree in &programme.call_trees {
        let Some(page) = &tree.page else { continue };
        for why in unclear(programme, tree, page) {
            findings.push(
                CHECK
                    .finding(format!("the call tree `{}` {why}", tree.id))
                    .at(tree.at().key("page"))
                    .about(Kind::CallTree, tree.id.as_str())
                    .help(
                        "State channels that address people, as `smtp` does, or `script` with \
                         `addresses: sms`; and the contacts of those who are called.",
                    ),
            );
        }
    }
    let Some(organization) = &programme.organization else {
        return;
    };
    let mut asks = programme.call_trees.iter().any(|tree| tree.page.is_some());
    for (index, notice) in organization.notices.iter().enumerate() {
        if notice.confirm.is_none() {
            continue;
        }
        asks = true;
        let at = organization.at.key("notices").index(index);
        findings.extend(addresses_nobody(programme, &notice.channel).map(|why| {
            CHECK
                .finding(format!("a notice asks people to confirm, and {why}"))
                .at(at.key("confirm"))
                .help("Tell them by a channel that addresses people, or leave `confirm` out.")
        }));
    }
    if asks && organization.answers.is_none() {
        findings.push(no_link(organization.at.place()));
    }
}

/// That people can answer by a command alone.
fn no_link(at: Place) -> Finding {
    CHECK
        .finding("people are asked to answer, and get no link by which they could")
        .at(at)
        .help(
            "State `answers: {url: 'https://continuity.example.org', key: 'file:/etc/mainstay/\
             answers.key'}` in the organization: where people reach `mainstay serve`.",
        )
}

/// Everything for which a call tree cannot do what it says, each as the rest of a sentence.
fn unclear(programme: &Programme, tree: &Item<CallTree>, page: &Page) -> Vec<String> {
    let people = programme.called(tree);
    let nowhere = page
        .by
        .iter()
        .filter_map(|by| addresses_nobody(programme, by));
    let mut all: Vec<String> = nowhere.map(|why| format!("calls, and {why}")).collect();
    if page.by.is_empty() {
        all.push("says no channel in `by`".to_owned());
    } else if all.is_empty() {
        all.extend(unreached(programme, page, &people));
    }
    let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
    if let Some(need) = page.need.filter(|need| *need == 0 || *need > count) {
        all.push(format!(
            "needs {need} who confirm, and names {count} people"
        ));
    }
    all.extend(leads_nowhere(programme, tree, page));
    all
}

/// That a channel addresses nobody; one that is not there is told elsewhere.
fn addresses_nobody(programme: &Programme, channel: &ChannelId) -> Option<String> {
    let channel: &NoticeChannel = programme.channels.get(channel.as_str())?;
    let is_nobody = channel.with.addresses().is_none();
    is_nobody.then(|| {
        let id = &channel.id;
        format!("`{id}` addresses nobody: it could not be told who answered")
    })
}

/// Those whom no channel reaches.
fn unreached(programme: &Programme, page: &Page, people: &[&PersonId]) -> Option<String> {
    let channels = page.by.iter();
    let channels: Vec<_> = channels
        .filter_map(|by| programme.channels.get(by.as_str()))
        .collect();
    let is_reached = |person: &PersonId| {
        let mut by = channels.iter();
        by.any(|channel| channel.address_of(programme, person).is_some())
    };
    let unreached = people.iter().filter(|person| !is_reached(person));
    let unreached: Vec<&str> = unreached.map(|person| person.as_str()).collect();
    let is_some = !unreached.is_empty() && !channels.is_empty();
    is_some.then(|| {
        format!(
            "reaches {} by none of its channels",
            words::quoted(unreached)
        )
    })
}

/// That those who are called next are none who could be, or the same again.
fn leads_nowhere(programme: &Programme, tree: &CallTree, page: &Page) -> Option<String> {
    let mut seen: BTreeSet<&CallTreeId> = BTreeSet::from([&tree.id]);
    let mut next = page.then.as_ref();
    while let Some(id) = next {
        if id == &tree.id {
            return Some("is called again by its own `then`".to_owned());
        }
        // Another circle that it leads to is told where it is.
        if !seen.insert(id) {
            return None;
        }
        let other = programme.call_trees.get(id.as_str())?;
        let Some(other) = &other.page else {
            return Some(format!("leads to `{id}`, which has no `page`"));
        };
        next = other.then.as_ref();
    }
    None
}
