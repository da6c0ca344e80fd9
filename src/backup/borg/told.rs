//! What Borg says, with `--log-json`: one JSON object on a line.

use serde::Deserialize;

use crate::backup::tool::Said;
use crate::proof::{Level, Trial};
use crate::text::visible;

/// How many warnings are told.
const WARNINGS_MAX: usize = 10;
/// How much of each is told, in characters.
const CHARS_MAX: usize = 500;
/// What Borg says when it built an index anew, as it may: in a view that does no harm.
const INDEX_RENEWED: &str = "trying to recover from";
/// The ids of messages, or what is in them, when somebody else works on the repository, or nobody
/// can reach it.
const UNCLEAR: [&str; 19] = [
    "cannot allocate memory",
    "connection closed",
    "connection refused",
    "connectionbroken",
    "connectionclosed",
    "connection reset",
    "lockerror",
    "lockfailed",
    "locktimeout",
    "keyfilenotfound",
    "memoryerror",
    "name or service not known",
    "no route to host",
    "no space left",
    "nopassphrase",
    "notlocked",
    "permission denied",
    "permissiondenied",
    "too many open files",
];
/// The same, when it can only mean that the repository is damaged, or cannot be opened.
const DAMAGED: [&str; 12] = [
    "checkneeded",
    "damaged",
    "decompression",
    "inconsisten",
    "integrity",
    "invalidrepository",
    "keyfileinvalid",
    "manifest",
    "missing chunk",
    "objectnotfound",
    "passphrasewrong",
    "unsupportedpayload",
];

/// A message of Borg.
#[derive(Deserialize)]
struct Message {
    levelname: String,
    #[serde(default)]
    msgid: Option<String>,
    message: String,
}

/// Why a command failed.
pub struct Failure {
    /// In the words of Borg.
    pub why: String,
    /// The same, with the id of the message, as it is compared.
    words: String,
}

impl Failure {
    /// Why a command failed; of all messages the first that says so.
    pub fn of(said: &Said) -> Self {
        let is_error = |it: &Message| ["ERROR", "CRITICAL"].contains(&it.levelname.as_str());
        let errors: Vec<Message> = messages(said).filter(is_error).collect();
        // What it did not expect it tells in two messages: that, and where.
        let where_it_was = errors.iter().find_map(|it| cause(&it.message));
        let first = errors.first().map(|it| it.message.as_str());
        let Some(why) = where_it_was.or(first) else {
            let why = said.complaint();
            let words = why.to_lowercase();
            return Failure { why, words };
        };
        let why = told(why);
        let id = errors.iter().find_map(|it| it.msgid.as_deref());
        let words = format!("{} {why}", id.unwrap_or_default()).to_lowercase();
        Failure { why, words }
    }

    /// Whether it says nothing of the repository.
    pub fn is_unclear(&self) -> bool {
        UNCLEAR.iter().any(|known| self.words.contains(known))
    }

    /// Whether it can only mean that the repository is damaged, or cannot be opened.
    pub fn is_damage(&self) -> bool {
        DAMAGED.iter().any(|known| self.words.contains(known))
    }
}

/// Whether a command came to its end, with warnings or without.
pub fn ended(said: &Said) -> bool {
    // From 100 on are the warnings of 1.4; before there is only 1.
    said.status
        .is_some_and(|it| matches!(it, 0 | 1 | 100..=127))
}

/// What a command that came to its end warns of: each is a reason not to rely on it.
pub fn warnings(said: &Said, level: Level) -> Vec<Trial> {
    let what = "borg warns of nothing";
    let warnings = messages(said).filter(|it| it.levelname == "WARNING");
    let (renewed, others): (Vec<_>, Vec<_>) =
        warnings.partition(|it| it.message.contains(INDEX_RENEWED));
    let trial = |message: &Message| {
        let words = message.message.to_lowercase();
        match DAMAGED.iter().any(|known| words.contains(known)) {
            true => Trial::fail(level, what, told(&message.message)),
            false => Trial::inconclusive(level, what, told(&message.message)),
        }
    };
    let mut trials: Vec<Trial> = others.iter().take(WARNINGS_MAX).map(trial).collect();
    if said.status != Some(0) && trials.is_empty() && renewed.is_empty() {
        trials.push(Trial::inconclusive(level, what, said.complaint()));
    }
    trials
}

/// Whether the index of the repository was of no use, and was built anew.
pub fn renewed_index(said: &Said) -> bool {
    messages(said).any(|it| it.message.contains(INDEX_RENEWED))
}

fn messages(said: &Said) -> impl Iterator<Item = Message> {
    let lines = said.stderr.lines();
    lines.filter_map(|line| serde_json::from_str(line).ok())
}

/// Of a stack of calls the line that says why; nothing where it is none.
fn cause(message: &str) -> Option<&str> {
    if !message.lines().any(|line| line.starts_with("Traceback")) {
        return None;
    }
    let calls = message.split("\nPlatform: ").next()?;
    let mut lines = calls.lines().rev();
    lines.find(|line| !line.trim().is_empty() && !line.starts_with(' '))
}

fn told(text: &str) -> String {
    visible(text.trim()).chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;

    fn said(status: i32, messages: &[(&str, &str, &str)]) -> Said {
        let line = |&(level, id, message): &(&str, &str, &str)| {
            let line = serde_json::json!({"type": "log_message", "levelname": level,
                "msgid": id, "message": message});
            format!("{line}\n")
        };
        Said {
            status: Some(status),
            stdout: String::new(),
            stderr: messages.iter().map(line).collect(),
        }
    }

    #[test]
    fn a_lock_is_no_damage_and_a_wrong_passphrase_is() {
        let lock = Failure::of(&said(2, &[("ERROR", "LockTimeout", "Failed to lock")]));
        assert!(lock.is_unclear() && !lock.is_damage());
        let key = Failure::of(&said(2, &[("ERROR", "PassphraseWrong", "is incorrect.")]));
        assert!(key.is_damage() && !key.is_unclear());
        assert_eq!(key.why, "is incorrect.");
    }

    #[test]
    fn of_a_stack_of_calls_its_cause_is_told() {
        let text = "Traceback (most recent call last):\n  File \"a\"\n\
                    KeyError: 2\n\nTraceback (most recent call last):\n  File \"b\"\n\
                    binascii.Error: Incorrect padding\n\nPlatform: Linux\nBorg: 1.2.4\n";
        let messages = [
            ("ERROR", "Exception", "Local Exception"),
            ("ERROR", "", text),
        ];
        let failure = Failure::of(&said(2, &messages));
        assert_eq!(failure.why, "binascii.Error: Incorrect padding");
    }

    #[test]
    fn a_warning_is_no_pass() {
        let verdict = |status, messages: &[_]| {
            let trials = warnings(&said(status, messages), Level::Intact);
            trials.first().map(|trial| trial.verdict)
        };
        let index = "Repository index missing or corrupted, trying to recover from: x";
        assert_eq!(verdict(0, &[]), None);
        assert_eq!(verdict(1, &[]), Some(Verdict::Inconclusive));
        assert_eq!(
            verdict(1, &[("WARNING", "", "odd")]),
            Some(Verdict::Inconclusive)
        );
        assert_eq!(verdict(0, &[("WARNING", "", index)]), None);
        let chunks = "File f has damaged (all-zero) chunks.";
        assert_eq!(verdict(1, &[("WARNING", "", chunks)]), Some(Verdict::Fail));
    }
}
