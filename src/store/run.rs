//! The journals of runs, and what is asked of them.

use super::late::this_process;
use super::{Asked, Late, Outgoing, RunLine, Store, number};
use crate::clock;
use crate::drill::{Request, Run};
use crate::error::{Error, Result};
use crate::journal::Entry;

/// What is written of a run in one transaction.
#[derive(Debug)]
pub struct Step<'s> {
    /// The run as it is listed afterwards; one that begins now began at its last event.
    pub line: RunLine,
    /// Its new entries.
    pub entries: &'s [Entry],
    /// What was answered to which request.
    pub answers: &'s [(i64, String)],
    /// What is to be told.
    pub messages: &'s [Outgoing],
}

impl Store {
    /// Writes entries of a run, all or none, with what follows from them, what was answered, and
    /// the messages that are to be sent about them.
    ///
    /// # Errors
    /// `Conflict` when the entries do not follow what is there: another process has taken the run
    /// over, and they are kept as late. `Io` when they cannot be written.
    pub async fn append(
        &mut self,
        id: &str,
        entries: &[Entry],
        run: &Run,
        answers: &[(i64, String)],
        messages: &[Outgoing],
    ) -> Result<()> {
        let at = run.last_at.wall.to_rfc3339();
        let step = Step {
            line: RunLine {
                id: id.to_owned(),
                drill: run.script.drill.as_str().to_owned(),
                phase: run.phase.words().to_owned(),
                began: at.clone(),
                last: at,
            },
            entries,
            answers,
            messages,
        };
        if self.tables.append(&step).await? {
            return Ok(());
        }
        Err(self.overtaken(id, entries, run).await)
    }

    /// Keeps entries as late of a process that another one has overtaken, and writes none of them;
    /// gives back the error with which it ends.
    pub async fn overtaken(&mut self, id: &str, entries: &[Entry], run: &Run) -> Error {
        let conflict = Error::conflict(format!("write to run `{id}`"))
            .hint("Another process has taken the run over; this one has stopped.");
        let at = match clock::now() {
            Ok(now) => now.wall,
            Err(error) => return conflict.because(error),
        };
        let late: Vec<Late> = entries
            .iter()
            .map(|entry| Late {
                what: format!("entry {} of run `{id}`", entry.seq),
                holder: this_process(),
                epoch: i64::try_from(run.epoch).unwrap_or(i64::MAX),
                text: entry.text.clone(),
                at,
            })
            .collect();
        match self.tables.keep_late(&late).await {
            Ok(()) => conflict,
            Err(error) => conflict.because(error),
        }
    }

    /// The whole journal of a run.
    ///
    /// # Errors
    /// `NotFound` when there is no such run; `Io` when it cannot be read.
    pub async fn entries(&mut self, id: &str) -> Result<Vec<Entry>> {
        let entries = self.entries_after(id, 0).await?;
        if entries.is_empty() {
            return Err(Error::not_found(format!("find the run `{id}`"))
                .hint("`mainstay drill list` shows the runs there are."));
        }
        Ok(entries)
    }

    /// The entries of a run after the one with this number; none, where there are none.
    ///
    /// # Errors
    /// `Invalid` when entries are missing; `Io` when they cannot be read.
    pub async fn entries_after(&mut self, id: &str, seq: u64) -> Result<Vec<Entry>> {
        let (last, entries) = self.tables.entries_after(id, seq).await?;
        let there = number(seq).saturating_add(i64::try_from(entries.len()).unwrap_or(i64::MAX));
        if let Some(last) = last.filter(|last| *last != there) {
            return Err(Error::invalid(format!(
                "read the journal of run `{id}`: {last} entries were written, and {there} are there"
            ))
            .hint("Somebody has removed entries, or put some in. Restore it from a copy."));
        }
        Ok(entries)
    }

    /// The last entry of a run, which was written with what the list says of the run, and follows
    /// from the entry before.
    ///
    /// # Errors
    /// `Invalid` when it does not, or is not there; `Io` when it cannot be read.
    pub async fn last(&mut self, id: &str) -> Result<Entry> {
        let mut rows = self.tables.last_two(id).await?;
        let before = rows.drain(1.min(rows.len())..).next();
        let before = before.map_or_else(String::new, |entry| entry.hash);
        let last = rows.pop().filter(|last| last.follows(&before));
        last.ok_or_else(|| Error::invalid(format!("find the end of the journal of run `{id}`")))
    }

    /// Every run as it is listed, the last one first. What is listed can be changed by hand: it
    /// proves nothing that the entries do not.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn runs(&mut self) -> Result<Vec<RunLine>> {
        self.tables.runs().await
    }

    /// The id of each run on the list, and the hash of its last entry, which no other journal has.
    ///
    /// # Errors
    /// `Io` when they cannot be read.
    pub async fn last_hashes(&mut self) -> Result<Vec<(String, String)>> {
        self.tables.last_hashes().await
    }

    /// Asks something of a run; whoever owns it answers.
    ///
    /// # Errors
    /// `Io` when it cannot be written down.
    pub async fn ask(&mut self, id: &str, request: &Request) -> Result<i64> {
        let body = serde_json::to_string(request).expect("our own types have text keys");
        self.tables.ask(id, &body).await
    }

    /// What came of a request; `None` while nobody has looked at it.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn answer(&mut self, request: i64) -> Result<Option<String>> {
        self.tables.answer(request).await
    }

    /// What was asked of a run and has no answer yet, in the order in which it was.
    ///
    /// # Errors
    /// `Io` when it cannot be read.
    pub async fn asked(&mut self, id: &str) -> Result<Vec<Asked>> {
        let asked = self.tables.asked(id).await?.into_iter().map(|(id, body)| {
            let request = serde_json::from_str(&body)
                .map_err(|error| Error::invalid(format!("read request {id}")).because(error))?;
            Ok(Asked { id, request })
        });
        asked.collect()
    }
}
