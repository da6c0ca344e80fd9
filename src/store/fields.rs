//! What stands in the rows of a database, whichever it is: each kind of row is read in one place.

use chrono::{DateTime, Utc};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::{Claimed, GivenUp, Late, Message, RunLine, State, moment};
use crate::journal::Entry;

/// The fields of a row by the names of their columns: every database keeps numbers and texts.
pub trait Fields: Row {
    /// A number.
    fn number(&self, name: &str) -> sqlx::Result<i64>;

    /// A number that may be missing.
    fn number_if_any(&self, name: &str) -> sqlx::Result<Option<i64>>;

    /// A text.
    fn text(&self, name: &str) -> sqlx::Result<String>;

    /// A text that may be missing.
    fn text_if_any(&self, name: &str) -> sqlx::Result<Option<String>>;

    /// A moment, which is kept as text.
    fn moment(&self, name: &str) -> sqlx::Result<DateTime<Utc>> {
        moment(&self.text(name)?)
    }
}

impl<R: Row> Fields for R
where
    for<'n> &'n str: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
{
    fn number(&self, name: &str) -> sqlx::Result<i64> {
        self.try_get(name)
    }

    fn number_if_any(&self, name: &str) -> sqlx::Result<Option<i64>> {
        self.try_get(name)
    }

    fn text(&self, name: &str) -> sqlx::Result<String> {
        self.try_get(name)
    }

    fn text_if_any(&self, name: &str) -> sqlx::Result<Option<String>> {
        self.try_get(name)
    }
}

impl<R: Fields> FromRow<'_, R> for Entry {
    fn from_row(row: &R) -> sqlx::Result<Self> {
        Ok(Entry {
            seq: row.number("seq")?.try_into().unwrap_or_default(),
            text: row.text("text")?,
            hash: row.text("hash")?,
        })
    }
}

impl<R: Fields> FromRow<'_, R> for RunLine {
    fn from_row(row: &R) -> sqlx::Result<Self> {
        Ok(RunLine {
            id: row.text("id")?,
            drill: row.text("drill")?,
            phase: row.text("phase")?,
            began: row.text("began")?,
            last: row.text("last")?,
        })
    }
}

impl<R: Fields> FromRow<'_, R> for Claimed {
    fn from_row(row: &R) -> sqlx::Result<Self> {
        Ok(Claimed {
            id: row.number("id")?,
            key: row.text("key")?,
            channel: row.text("channel")?,
            body: row.text("body")?,
            holder: row.text("holder")?,
            tries: row.number("tries")?,
            epoch: row.number("epoch")?,
        })
    }
}

impl<R: Fields> FromRow<'_, R> for Message {
    fn from_row(row: &R) -> sqlx::Result<Self> {
        let settled_at = row.text_if_any("settled_at")?;
        Ok(Message {
            id: row.number("id")?,
            key: row.text("key")?,
            channel: row.text("channel")?,
            body: row.text("body")?,
            state: State::of(&row.text("state")?)?,
            tries: row.number("tries")?,
            not_before: row.moment("not_before")?,
            posted_at: row.moment("posted_at")?,
            settled_at: settled_at.as_deref().map(moment).transpose()?,
            said: row.text_if_any("said")?,
        })
    }
}

impl<R: Fields> FromRow<'_, R> for GivenUp {
    fn from_row(row: &R) -> sqlx::Result<Self> {
        Ok(GivenUp {
            key: row.text("key")?,
            channel: row.text("channel")?,
            at: row.moment("settled_at")?,
            said: row.text_if_any("said")?.unwrap_or_default(),
        })
    }
}

impl<R: Fields> FromRow<'_, R> for Late {
    fn from_row(row: &R) -> sqlx::Result<Self> {
        Ok(Late {
            what: row.text("what")?,
            holder: row.text("holder")?,
            epoch: row.number("epoch")?,
            text: row.text("text")?,
            at: row.moment("at")?,
        })
    }
}

/// What is asked for by [`ENTRIES_AFTER`](super::queries::ENTRIES_AFTER): the last number that the
/// list of runs knows of, and the entries. Where one of both is missing, the other is there.
pub fn last_and_entries<R: Fields>(rows: &[R]) -> sqlx::Result<(Option<i64>, Vec<Entry>)> {
    let mut entries = Vec::with_capacity(rows.len());
    let mut last = None;
    for row in rows {
        last = row.number_if_any("last")?;
        if row.number_if_any("seq")?.is_some() {
            entries.push(Entry::from_row(row)?);
        }
    }
    Ok((last, entries))
}
