//! A message in the words in which it is delivered. An exercise says so first and last, however
//! little room there is, and its ids are never those of something serious.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{Message, Mode, Recipient, State, Urgency};
use crate::text::hex;

/// What an exercise says first and last.
pub const EXERCISE: &str = "EXERCISE";
/// What stands where something was cut off.
const MORE: &str = "…";
/// How many digits of a hash make an id.
const DIGITS: usize = 40;

/// A message in the words in which it is delivered.
#[derive(Clone, Copy, Debug)]
pub struct Worded<'m>(&'m Message);

impl<'m> Worded<'m> {
    /// Of a message.
    pub fn new(message: &'m Message) -> Self {
        Worded(message)
    }

    /// Its id: of letters, digits and `-`, and the same whenever it is delivered.
    pub fn id(&self) -> String {
        self.id_of(&self.0.key)
    }

    /// The id of the first message about the same, unless this is it.
    pub fn thread(&self) -> Option<String> {
        self.0.thread.as_ref().map(|key| self.id_of(key))
    }

    /// The id of what it is about: of the first message about it.
    pub fn subject(&self) -> String {
        self.thread().unwrap_or_else(|| self.id())
    }

    /// Its id, with what proves a reply to it where it asks for one.
    pub fn proven_id(&self) -> String {
        let proofs = self.0.proofs.as_ref();
        proven(self.id(), proofs.map(|proofs| proofs.own.as_str()))
    }

    /// The same of the first message about the same, unless this is it.
    pub fn proven_thread(&self) -> Option<String> {
        let proofs = self.0.proofs.as_ref();
        let proof = proofs.and_then(|proofs| proofs.thread.as_deref());
        self.thread().map(|id| proven(id, proof))
    }

    fn id_of(&self, key: &str) -> String {
        let (word, run) = match &self.0.mode {
            Mode::Live => ("live", ""),
            Mode::Exercise { run } => ("exercise", run.as_str()),
        };
        let digest = hex(&Sha256::digest(format!("{word}\0{run}\0{key}")));
        format!("{word}-{}", &digest[..DIGITS])
    }

    /// What the channel called the first message about the same.
    pub fn handle(&self) -> Option<&'m str> {
        self.0.thread_handle.as_deref()
    }

    /// Whether it belongs to an exercise.
    pub fn is_exercise(&self) -> bool {
        self.0.mode != Mode::Live
    }

    /// Whom it is for.
    pub fn to(&self) -> &'m [Recipient] {
        &self.0.to
    }

    /// Where there is more.
    pub fn link(&self) -> Option<&'m Url> {
        self.0.link.as_ref()
    }

    /// How urgent it is.
    pub fn urgency(&self) -> Urgency {
        self.0.urgency
    }

    /// What it says about what it is about.
    pub fn state(&self) -> State {
        self.0.state
    }

    /// What it is about: one line of so many bytes at most.
    pub fn title(&self, bytes_max: usize) -> String {
        self.framed(&one_line(&self.0.title), " - ", bytes_max)
    }

    /// What it says, and where there is more: so many bytes at most.
    pub fn text(&self, bytes_max: usize) -> String {
        let mut text = self.0.text.trim().replace("\r\n", "\n");
        text.retain(|c| !c.is_control() || c == '\n' || c == '\t');
        if let Some(link) = self.link() {
            text += &format!("\n\n{link}");
        }
        self.framed(&text, "\n\n", bytes_max)
    }

    /// The same as a part of a page: every paragraph and line, and where there is more.
    pub fn html(&self) -> String {
        let text = self.text(usize::MAX);
        let paragraphs = text.split("\n\n").filter(|part| !part.trim().is_empty());
        let paragraphs = paragraphs.map(|part| {
            let is_link = self.link().is_some_and(|link| link.as_str() == part);
            let shown = escaped(part.trim_matches('\n'));
            match is_link {
                true => format!("<p><a href=\"{shown}\">{shown}</a></p>\n"),
                false => format!("<p>{}</p>\n", shown.replace('\n', "<br>\n")),
            }
        });
        paragraphs.collect()
    }

    /// All of it as JSON, for programs.
    pub fn json(&self) -> Value {
        let (mode, run) = match &self.0.mode {
            Mode::Live => ("live", None),
            Mode::Exercise { run } => ("exercise", Some(run)),
        };
        json!({
            "id": self.id(),
            "thread": self.thread(),
            "mode": mode,
            "run": run,
            "state": self.0.state,
            "urgency": self.0.urgency,
            "to": self.0.to,
            "title": self.title(usize::MAX),
            "text": self.text(usize::MAX),
            "link": self.0.link,
        })
    }

    /// A text that says first and last that it is an exercise, if it is one; what is too long is
    /// cut off before that.
    fn framed(&self, text: &str, between: &str, bytes_max: usize) -> String {
        match self.is_exercise() {
            false => cut(text, bytes_max),
            true => {
                let frame = 2 * (EXERCISE.len() + between.len());
                let text = cut(text, bytes_max.saturating_sub(frame));
                format!("{EXERCISE}{between}{text}{between}{EXERCISE}")
            }
        }
    }
}

/// Whether a text is the id of some message.
pub(super) fn is_id(text: &str) -> bool {
    let digits = |it: &str| it.len() == DIGITS && it.bytes().all(|it| it.is_ascii_hexdigit());
    let words = ["live-", "exercise-"];
    let mut rest = words.iter().filter_map(|word| text.strip_prefix(word));
    rest.any(digits)
}

/// A text in one line, so that it can stand in a head.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A text of so many bytes at most.
fn cut(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let room = bytes_max.saturating_sub(MORE.len());
    let end = (0..=room).rev().find(|end| text.is_char_boundary(*end));
    let kept = &text[..end.unwrap_or_default()];
    format!("{}{MORE}", kept.trim_end())
}

/// A text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

fn proven(id: String, proof: Option<&str>) -> String {
    match proof {
        Some(proof) => format!("{id}.{proof}"),
        None => id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(mode: Mode) -> Message {
        let key = "due/fail-over/2026-12-05".to_owned();
        let title = "The drill is\r\nBcc: due".to_owned();
        let text = "First <line>\nsecond & last\n\nMore".to_owned();
        Message {
            link: Some("https://x.example/?a=1&b=2".parse().expect("an address")),
            mode,
            ..Message::new(key, title, text)
        }
    }

    fn exercise() -> Message {
        let run = "run-1".to_owned();
        message(Mode::Exercise { run })
    }

    #[test]
    fn an_exercise_says_so_first_and_last_however_little_room_there_is() {
        let message = exercise();
        let worded = Worded::new(&message);
        for room in [30, 31, 40, 64, usize::MAX] {
            for text in [worded.title(room), worded.text(room)] {
                assert!(
                    text.starts_with(EXERCISE) && text.ends_with(EXERCISE),
                    "{text}"
                );
                assert!(text.len() <= room, "{text}");
            }
        }
    }

    #[test]
    fn a_title_is_one_line() {
        let message = message(Mode::Live);
        let title = Worded::new(&message).title(usize::MAX);
        assert_eq!(title, "The drill is Bcc: due");
    }

    #[test]
    fn what_is_cut_off_is_seen_and_no_letter_is_halved() {
        assert_eq!(cut("株式会社", 9), "株式…");
        assert_eq!(cut("株式会社", 12), "株式会社");
        assert_eq!(cut("株式会社", 1), "…");
    }

    #[test]
    fn an_exercise_has_ids_of_its_own_in_each_run() {
        let (live, exercise) = (message(Mode::Live), exercise());
        let other = message(Mode::Exercise {
            run: "run-2".to_owned(),
        });
        let ids = [&live, &exercise, &other].map(|message| Worded::new(message).id());
        assert_ne!(ids[0], ids[1]);
        assert_ne!(ids[1], ids[2]);
        assert_eq!(ids[0], Worded::new(&live).id());
        let safe = |c: char| c.is_ascii_alphanumeric() || c == '-';
        assert!(
            ids.iter().all(|id| id.chars().all(safe) && id.len() < 64),
            "{ids:?}"
        );
    }

    #[test]
    fn a_page_shows_what_was_written_and_nothing_more() {
        let message = message(Mode::Live);
        let html = Worded::new(&message).html();
        let expected = "<p>First &lt;line&gt;<br>\nsecond &amp; last</p>\n<p>More</p>\n\
                        <p><a href=\"https://x.example/?a=1&amp;b=2\">\
                        https://x.example/?a=1&amp;b=2</a></p>\n";
        assert_eq!(html, expected);
    }
}
