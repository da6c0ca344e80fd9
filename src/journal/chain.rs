//! The chain of entries: how one is added, and how all are verified.

use sha2::{Digest, Sha256};

use super::{Event, FORMAT};
use crate::error::{Error, Result};
use crate::text::hex;

/// What sets our hashes apart from those of others over the same bytes.
const DOMAIN: &[u8] = b"mainstay journal\n";

/// One entry of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number within the run, from one.
    pub seq: u64,
    /// The canonical text of the event with its number and format.
    pub text: String,
    /// SHA-256 over the hash before and the text, in hexadecimal.
    pub hash: String,
}

/// The end of a chain: what the next entry is tied to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; zero before the first.
    pub seq: u64,
    /// Its hash; empty before the first.
    pub hash: String,
}

/// What is wrong with a chain, and from which entry on nothing can be relied upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The number the entry at fault should have.
    pub seq: u64,
    /// What is wrong, as people read it.
    pub what: String,
}

/// How an event stands in an entry.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Written<E> {
    format: u32,
    seq: u64,
    event: E,
}

impl Head {
    /// Ties an event to the end, which moves on.
    ///
    /// # Errors
    /// `Internal` when an event has no canonical text.
    pub fn add(&mut self, event: &impl serde::Serialize) -> Result<Entry> {
        let seq = self.seq + 1;
        let written = Written {
            format: FORMAT,
            seq,
            event,
        };
        let text = serde_json_canonicalizer::to_string(&written)
            .map_err(|error| Error::internal("write an event down").because(error))?;
        let hash = hash(&self.hash, &text);
        self.seq = seq;
        self.hash.clone_from(&hash);
        Ok(Entry { seq, text, hash })
    }

    /// Moves on to an entry that somebody else has added.
    ///
    /// # Errors
    /// When the entry does not follow from those before it; nothing has changed then.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), Fault> {
        let seq = self.seq + 1;
        let fault = |what: String| Fault { seq, what };
        if entry.seq != seq {
            let what = format!(
                "entry {seq} is missing; the next one has number {}",
                entry.seq
            );
            return Err(fault(what));
        }
        if !entry.follows(&self.hash) {
            let what = format!("entry {seq}, or one before it, was changed: its hash is another");
            return Err(fault(what));
        }
        self.seq = seq;
        self.hash.clone_from(&entry.hash);
        Ok(())
    }
}

impl Entry {
    /// Whether it is what was written after the entry with a hash; that is empty before the first.
    pub fn follows(&self, before: &str) -> bool {
        hash(before, &self.text) == self.hash
    }

    /// The event.
    ///
    /// # Errors
    /// `Invalid` when it was written by a newer version, or is not an event at all.
    pub fn event(&self) -> Result<Event> {
        self.read()
    }

    /// What stands in it, of whatever kind of chain it is.
    ///
    /// # Errors
    /// As for [`event`](Self::event).
    pub fn read<E: serde::de::DeserializeOwned>(&self) -> Result<E> {
        #[derive(serde::Deserialize)]
        struct Version {
            format: u32,
        }
        let read = |error| {
            Error::invalid(format!("read entry {} of the journal", self.seq)).because(error)
        };
        match serde_json::from_str::<Written<E>>(&self.text) {
            Ok(written) if written.format <= FORMAT => Ok(written.event),
            other => {
                let version: Version = serde_json::from_str(&self.text).map_err(read)?;
                if version.format > FORMAT {
                    let message = format!("read entry {}, of format {}", self.seq, version.format);
                    return Err(Error::invalid(message)
                        .hint("A newer Mainstay wrote this journal; use that one."));
                }
                other.map(|written| written.event).map_err(read)
            }
        }
    }
}

/// Goes through a chain from its beginning and gives back its end.
///
/// # Errors
/// The first entry that does not follow from those before it.
pub fn verify<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Result<Head, Fault> {
    let mut head = Head::default();
    entries
        .into_iter()
        .try_for_each(|entry| head.follow(entry))?;
    Ok(head)
}

fn hash(before: &str, text: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(DOMAIN);
    hasher.update(before);
    hasher.update(b"\n");
    hasher.update(text);
    hex(&hasher.finalize())
}
