//! Nobody can tell how a channel reaches people.

use std::collections::BTreeSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::ChannelId;
use crate::model::{Kind, NoticeChannel, Programme};

pub const CHECK: Check = check! {
    channel_unclear, "channel-unclear", Error,
    "Nobody can tell how a channel reaches people",
    clauses: ["BC-21", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for channel in &context.programme.channels {
        let why = channel.unclear().map(|why| ("with", why));
        let Some((key, why)) = why.or_else(|| circular(context.programme, channel)) else {
            continue;
        };
        findings.push(
            CHECK
                .finding(format!("the channel `{}` {why}", channel.id))
                .at(channel.at().key(key))
                .about(Kind::Channel, channel.id.as_str())
                .help(
                    "State one thing that carries its messages, such as `with: {smtp: {host: \
                     mail.example.org, from: mainstay@example.org}}`, and what that needs.",
                ),
        );
    }
}

/// Why there is no other way when a channel does not work: each leads back to one that was tried.
fn circular(programme: &Programme, channel: &NoticeChannel) -> Option<(&'static str, String)> {
    let mut tried: BTreeSet<&ChannelId> = BTreeSet::from([&channel.id]);
    let mut next = channel.alternate.as_ref();
    while let Some(id) = next {
        if id == &channel.id {
            let why = "is its own alternate in the end: when it does not work, nothing is left";
            return Some(("alternate", why.to_owned()));
        }
        // Another circle that it leads to is told where it is.
        if !tried.insert(id) {
            return None;
        }
        let other = programme.channels.get(id.as_str());
        next = other.and_then(|other| other.alternate.as_ref());
    }
    None
}
