//! A message that people were to get could not be delivered.

use std::collections::BTreeMap;

use super::words::count;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::record::Undelivered;
use crate::time::Period;

pub const CHECK: Check = check! {
    message_undelivered, "message-undelivered", Warning,
    "A message that people were to get could not be delivered",
    clauses: ["BC-03", "BC-20", "ISO 22301 7.4"],
    run: Run::Programme(run),
    runs: beside,
};

/// How long it is said of a message.
const SAID_FOR: Period = Period::days(30);

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let mut lost: BTreeMap<&str, Vec<&Undelivered>> = BTreeMap::new();
    for message in &context.record.undelivered {
        if SAID_FOR.after(message.day) > context.now {
            lost.entry(&message.channel).or_default().push(message);
        }
    }
    for (channel, messages) in lost {
        let Some(last) = messages.iter().max_by_key(|message| message.day) else {
            continue;
        };
        let many = count(messages.len(), "message", "messages");
        let message = format!(
            "{many} by `{channel}` could not be delivered, the last on {}: {}",
            last.day, last.said
        );
        let stated = context.programme.channels.get(channel);
        let organization = context.programme.organization.as_ref();
        let at = stated.map(|it| it.at().place());
        let at = at.or(organization.map(|it| it.at.key("notices")));
        let mut finding = CHECK.finding(message).help(
            "Mend the channel and try it with `mainstay notify test`; `mainstay notify outbox \
             --failed` shows what was not delivered: tell those people yourself.",
        );
        if let Some(at) = at {
            finding = finding.at(at);
        }
        findings.push(finding.about(Kind::Channel, channel));
    }
}
