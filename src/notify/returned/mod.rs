//! What a mail is that comes to the address from which messages go: that one of them came back, an
//! automatic answer, or the answer of a person.
//!
//! Anybody can send such a mail, and it can be made to do harm: it is read once and shallowly, and
//! nothing in it is believed but what it says of one message whose id it names. That such a message
//! was ever sent is for others to find out.

mod reply;

pub use reply::Reply;

use std::mem::ManuallyDrop;

use mail_parser::{
    Header, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use super::worded::{is_id, one_line};
use crate::text::visible;

/// The longest mail that is read, in bytes.
pub const MAIL_MAX: usize = 4 << 20;
/// Of how many recipients a mail may speak; of more it says nothing that matters.
const RECIPIENTS_MAX: usize = 100;
/// How much is kept of what is said of one, in characters.
const SAID_MAX: usize = 200;

/// What a mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// Something could not be delivered, for good.
    Returned(Returned),
    /// It needs nothing to be done: it is sent by a program, and says nothing that counts.
    Automatic {
        /// By which it is known.
        why: String,
    },
    /// Somebody wrote it, in reply to a message that asked for an answer.
    Reply(Reply),
    /// Somebody wrote it, and nobody asked for it.
    Written,
}

/// That a message could not be delivered to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Which one, as [`Worded::id`](super::Worded::id) has it.
    pub id: String,
    /// Whom it did not reach.
    pub missed: Vec<Missed>,
}

/// Whom a message did not reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Where it was sent to, by all the names that it has: it may have been passed on.
    pub addresses: Vec<String>,
    /// Why, as whoever tried says it.
    pub said: String,
}

impl Arrived {
    /// What a mail is; nothing, where it is none.
    pub fn read(mail: &[u8]) -> Option<Arrived> {
        let read = MessageParser::default().parse(mail)?;
        // One in another ten thousand times would need a stack as deep to be taken apart.
        let mail = ManuallyDrop::new(read);
        if let Some(returned) = returned(&mail) {
            return Some(Arrived::Returned(returned));
        }
        Some(match automatic(&mail) {
            Some(why) => Arrived::Automatic { why },
            None => reply::reply(&mail).map_or(Arrived::Written, Arrived::Reply),
        })
    }
}

/// What a report says of a message of ours that will never be delivered to somebody.
fn returned(mail: &Message) -> Option<Returned> {
    let mut parts = reported(mail)?;
    let status = parts.find(|part| is_of(part, "message", &["delivery-status", STATUS_UTF8]))?;
    let missed = missed(&String::from_utf8_lossy(status.contents()));
    let id = parts.find_map(id_in)?;
    (!missed.is_empty()).then_some(Returned { id, missed })
}

/// What a report is called where addresses have other letters than ASCII (RFC 6533).
const STATUS_UTF8: &str = "global-delivery-status";

/// The parts of a report on a delivery, if it is one.
fn reported<'m>(mail: &'m Message<'m>) -> Option<impl Iterator<Item = &'m MessagePart<'m>>> {
    let root = mail.parts.first()?;
    let kind = root.content_type()?;
    let report = kind.attribute("report-type").unwrap_or_default();
    let is_report = is_of(root, "multipart", &["report"])
        && ["delivery-status", STATUS_UTF8].contains(&report.to_ascii_lowercase().as_str());
    let PartType::Multipart(parts) = &root.body else {
        return None;
    };
    let parts = parts.iter().filter_map(|part| mail.part(*part));
    is_report.then_some(parts)
}

fn is_of(part: &MessagePart, of: &str, kinds: &[&str]) -> bool {
    part.content_type().is_some_and(|it| {
        let kind = it.subtype().unwrap_or_default();
        let is_kind = |one: &&str| one.eq_ignore_ascii_case(kind);
        it.ctype().eq_ignore_ascii_case(of) && kinds.iter().any(is_kind)
    })
}

/// The id of a message of ours of which a part is a copy, or has the head.
fn id_in(part: &MessagePart) -> Option<String> {
    let id = match &part.body {
        PartType::Message(copy) => copy.message_id().map(str::to_owned),
        _ if is_of(part, "text", &["rfc822-headers"])
            || is_of(part, "message", &["global-headers", "rfc822-headers"]) =>
        {
            let head = MessageParser::default().parse_headers(part.contents())?;
            head.message_id().map(str::to_owned)
        }
        _ => None,
    };
    let id = id?;
    // One that asks for an answer has behind its id what proves one.
    let id = id.trim_matches(['<', '>', ' ']).split(['@', '.']).next()?;
    is_id(id).then(|| id.to_owned())
}

/// Whom a message did not reach by a report, and never will.
fn missed(status: &str) -> Vec<Missed> {
    let status = status.replace("\r\n", "\n");
    // What comes first is of the report as a whole.
    let about = status.split("\n\n").skip(1).take(RECIPIENTS_MAX);
    let fields = about.map(|about| fields(about.trim_matches('\n')));
    fields.filter_map(|fields| of_one(&fields)).collect()
}

/// What is said of one recipient, where that is that it failed for good.
fn of_one(fields: &[(String, String)]) -> Option<Missed> {
    let field = |name: &str| {
        let mut all = fields.iter();
        all.find(|(it, _)| it == name).map(|(_, value)| value)
    };
    if !field("action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    let names = ["original-recipient", "final-recipient"];
    let addresses = names.iter().filter_map(|name| field(name));
    let addresses = addresses.map(|value| untyped(value).trim_matches(['<', '>']).to_owned());
    let status = field("status").map_or("", |it| it);
    let why = field("diagnostic-code").map_or("", |it| untyped(it));
    let said = match why.contains(status) {
        true => why.to_owned(),
        false => format!("{status} {why}"),
    };
    let said = visible(one_line(&said).as_str()).into_owned();
    Some(Missed {
        addresses: addresses.collect(),
        said: said.chars().take(SAID_MAX).collect(),
    })
}

/// Names, in small letters, and values; those that go on in the next line are put together.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                *value += " ";
                *value += line.trim();
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// A value without what says of what type it is, such as `rfc822;`.
fn untyped(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, rest)| rest).trim()
}

/// By what a mail is known to be sent by a program (RFC 3834, and what was usual before).
fn automatic(mail: &Message) -> Option<String> {
    if reported(mail).is_some() {
        return Some("a report on a delivery".to_owned());
    }
    let root = mail.parts.first()?;
    if is_of(root, "multipart", &["report"]) {
        return Some("a report".to_owned());
    }
    root.headers.iter().find_map(mark)
}

/// What a line of a head says of who wrote it, where that is a program.
fn mark(header: &Header) -> Option<String> {
    let name = header.name.as_str().to_ascii_lowercase();
    let value = match &header.value {
        HeaderValue::Text(text) => text.trim().to_ascii_lowercase(),
        HeaderValue::TextList(all) => all.join(" ").to_ascii_lowercase(),
        _ => String::new(),
    };
    let word = value.split([';', ' ', '(']).next().unwrap_or_default();
    let is_automatic = match name.as_str() {
        "auto-submitted" => word != "no",
        "precedence" => ["bulk", "junk", "list", "auto_reply"].contains(&word),
        "x-autoreply" | "x-autorespond" | "x-autoresponder" => word != "no",
        "return-path" => ["", "<>"].contains(&word),
        _ => name.starts_with("list-"),
    };
    let shown = match value.as_str() {
        "" => name.clone(),
        _ => format!("{name}: {}", visible(&one_line(&value))),
    };
    is_automatic.then(|| shown.chars().take(SAID_MAX).collect())
}

#[cfg(test)]
mod tests;
