//! The answer of a person to a message of ours that asked for one.

use mail_parser::{HeaderValue, Message};

use crate::call::Response;
use crate::notify::worded::is_id;

/// What somebody wrote in reply to a message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Which message, as [`Worded::id`](crate::notify::Worded::id) has it.
    pub id: String,
    /// What shows that it is from somebody to whom the message was sent.
    pub proof: String,
    /// What they say; nothing where the first line is not `yes` or `no` alone.
    pub response: Option<Response>,
}

/// The reply that a mail is, if it is one to a message of ours with a proof.
pub(super) fn reply(mail: &Message) -> Option<Reply> {
    let ids = named(mail.in_reply_to()).chain(named(mail.references()));
    let (id, proof) = ids.filter_map(ours).next_back()?;
    let text = mail.body_text(0).unwrap_or_default();
    Some(Reply {
        id,
        proof,
        response: said(&text),
    })
}

/// Every id that a line of a head names.
fn named<'v>(value: &'v HeaderValue) -> impl DoubleEndedIterator<Item = &'v str> {
    let (one, list) = match value {
        HeaderValue::Text(id) => (Some(id), None),
        HeaderValue::TextList(ids) => (None, Some(ids)),
        _ => (None, None),
    };
    let list = list.into_iter().flatten();
    one.into_iter().chain(list).map(AsRef::as_ref)
}

/// The id of a message of ours, and what proves a reply to it.
fn ours(named: &str) -> Option<(String, String)> {
    let local = named.trim_matches(['<', '>', ' ']).split('@').next()?;
    let (id, proof) = local.split_once('.')?;
    is_id(id).then(|| (id.to_owned(), proof.to_owned()))
}

/// What the first line says that is no quotation.
fn said(text: &str) -> Option<Response> {
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with('>'))?;
    // Whoever writes more may mean something else: "No problem, I come".
    let word = line.trim_matches(|c: char| !c.is_alphanumeric());
    match word.to_lowercase().as_str() {
        "yes" => Some(Response::Confirmed),
        "no" => Some(Response::Declined),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    const ID: &str = "live-0123456789abcdef0123456789abcdef01234567";

    fn read(head: &str, text: &str) -> Option<Reply> {
        let mail = format!("From: ada@x.example\r\n{head}\r\n\r\n{text}\r\n");
        let mail = MessageParser::default().parse(mail.as_bytes());
        reply(&mail.expect("a mail"))
    }

    #[test]
    fn a_reply_names_its_message_and_says_yes_or_no_in_the_first_line() {
        let to_ours = format!("In-Reply-To: <{ID}.00ff@example.org>");
        for (text, response) in [
            ("Yes!\r\nI come.\r\n> no", Some(Response::Confirmed)),
            ("No problem, I come", None),
            ("yes/no", None),
            ("\r\n  NO\r\n", Some(Response::Declined)),
            ("> yes\r\nno", Some(Response::Declined)),
            ("Yesterday it was broken", None),
            ("I do not know. yes?", None),
            ("", None),
        ] {
            let reply = read(&to_ours, text).expect("a reply");
            assert_eq!((reply.id.as_str(), reply.proof.as_str()), (ID, "00ff"));
            assert_eq!(reply.response, response, "{text}");
        }
        let references = format!("References: <a@b.example> <{ID}.00ff@example.org>");
        assert_eq!(read(&references, "yes").expect("a reply").id, ID);
        let unproven = format!("In-Reply-To: <{ID}@example.org>");
        for head in [
            unproven.as_str(),
            "In-Reply-To: <a.b@c.example>",
            "Subject: yes",
        ] {
            assert_eq!(read(head, "yes"), None, "{head}");
        }
    }
}
