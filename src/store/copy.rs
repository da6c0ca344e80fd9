//! All that is kept is copied to another place, or looked at whether it holds.

use serde::Serialize;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Database, Encode, Type};

use super::fields::Fields;
use super::{Chain, DUTIES_SINCE, FACTS_SINCE, HANDLES_SINCE, SEVERAL_SINCE, Store};
use crate::error::{Error, Result};
use crate::journal::{Entry, Fault, verify};

/// A table as it is copied.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that hold numbers, which come first.
    pub numbers: &'static [&'static str],
    /// Those that hold text.
    pub texts: &'static [&'static str],
    /// The columns that put its rows in order.
    pub key: &'static str,
    /// Whether the database numbers its rows.
    pub numbered: bool,
    /// The version from which on there is one.
    pub since: i64,
}

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A number, or nothing.
    Number(Option<i64>),
    /// A text, or nothing.
    Text(Option<String>),
}

/// One row: its numbers, then its texts.
pub type Row = Vec<Cell>;

/// How many rows are copied at a time.
pub const PAGE: i64 = 1_000;

/// Every table, each after those that it refers to.
pub const ALL: [Table; 9] = [
    Table {
        name: "run",
        numbers: &["seq"],
        texts: &["id", "drill", "phase", "began", "last"],
        key: "id",
        numbered: false,
        since: 1,
    },
    Table {
        name: "event",
        numbers: &["seq"],
        texts: &["run", "text", "hash"],
        key: "run, seq",
        numbered: false,
        since: 1,
    },
    Table {
        name: "request",
        numbers: &["id"],
        texts: &["run", "body", "answer"],
        key: "id",
        numbered: true,
        since: 1,
    },
    Table {
        name: "fact",
        numbers: &["seq"],
        texts: &["text", "hash"],
        key: "seq",
        numbered: false,
        since: FACTS_SINCE,
    },
    Table {
        name: "duty",
        numbers: &["seq"],
        texts: &["text", "hash"],
        key: "seq",
        numbered: false,
        since: DUTIES_SINCE,
    },
    Table {
        name: "outbox",
        numbers: &["id", "tries", "epoch"],
        texts: &[
            "key",
            "channel",
            "body",
            "state",
            "not_before",
            "holder",
            "leased_until",
            "posted_at",
            "settled_at",
            "said",
        ],
        key: "id",
        numbered: true,
        since: SEVERAL_SINCE,
    },
    Table {
        name: "handle",
        numbers: &[],
        texts: &["key", "handle"],
        key: "key",
        numbered: false,
        since: HANDLES_SINCE,
    },
    Table {
        name: "lease",
        numbers: &["epoch"],
        texts: &["resource", "holder", "until"],
        key: "resource",
        numbered: false,
        since: SEVERAL_SINCE,
    },
    Table {
        name: "late",
        numbers: &["id", "epoch"],
        texts: &["what", "holder", "text", "at"],
        key: "id",
        numbered: true,
        since: SEVERAL_SINCE,
    },
];

impl Table {
    /// Its columns, one after the other.
    pub fn columns(&self) -> String {
        [self.numbers, self.texts].concat().join(", ")
    }

    /// What asks for a page of rows, from so many on.
    pub fn select(&self, skip: i64) -> String {
        let (columns, name, key) = (self.columns(), self.name, self.key);
        format!("SELECT {columns} FROM {name} ORDER BY {key} LIMIT {PAGE} OFFSET {skip}")
    }

    /// A row that was asked for.
    pub fn row(&self, row: &impl Fields) -> sqlx::Result<Row> {
        let numbers = self.numbers.iter();
        let numbers = numbers.map(|name| row.number_if_any(name).map(Cell::Number));
        let texts = self.texts.iter();
        numbers
            .chain(texts.map(|name| row.text_if_any(name).map(Cell::Text)))
            .collect()
    }

    /// What adds a row.
    pub fn adding<'q, DB: Database>(&self, row: Row) -> Query<'q, DB, DB::Arguments>
    where
        for<'t> Option<i64>: Encode<'t, DB> + Type<DB>,
        for<'t> Option<String>: Encode<'t, DB> + Type<DB>,
    {
        let adding = sqlx::query(AssertSqlSafe(self.insert()));
        row.into_iter().fold(adding, |adding, cell| match cell {
            Cell::Number(number) => adding.bind(number),
            Cell::Text(text) => adding.bind(text),
        })
    }

    fn insert(&self) -> String {
        let count = self.numbers.len() + self.texts.len();
        let places: Vec<String> = (1..=count).map(|place| format!("${place}")).collect();
        let (name, columns, places) = (self.name, self.columns(), places.join(", "));
        format!("INSERT INTO {name} ({columns}) VALUES ({places})")
    }

    /// What counts its rows.
    pub fn count(&self) -> String {
        format!("SELECT count(*) FROM {}", self.name)
    }
}

/// A journal or a chain, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Checked {
    /// What it is.
    pub what: String,
    /// How many entries there are.
    pub entries: usize,
    /// The hash of the last one, which stands for all before it; empty where there is none.
    pub hash: String,
    /// Why it cannot be relied upon.
    pub fault: Option<String>,
}

impl Checked {
    fn new(what: String, entries: &[Entry], last: Option<i64>) -> Self {
        let fault = match (verify(entries), last) {
            (Err(Fault { what, .. }), _) => Some(what),
            (Ok(head), Some(last)) if i64::try_from(head.seq) != Ok(last) => Some(format!(
                "{last} entries were written, and {} are there",
                head.seq
            )),
            (Ok(_), _) => None,
        };
        Checked {
            what,
            entries: entries.len(),
            hash: entries.last().map(|it| it.hash.clone()).unwrap_or_default(),
            fault,
        }
    }
}

impl Store {
    /// Goes through every chain and every journal of a run from its beginning.
    ///
    /// # Errors
    /// `Io` when they cannot be read. What does not hold is told in its place.
    pub async fn check(&mut self) -> Result<Vec<Checked>> {
        let mut all = Vec::new();
        for chain in Chain::ALL {
            let entries = self.tables.chain(chain).await?;
            let what = format!("the chain of {}", chain.words());
            all.push(Checked::new(what, &entries, None));
        }
        for id in self.tables.journals().await? {
            let (last, entries) = self.tables.entries_after(&id, 0).await?;
            let mut checked = Checked::new(format!("run `{id}`"), &entries, last);
            if last.is_none() {
                let why = "it is not on the list of runs".to_owned();
                checked.fault.get_or_insert(why);
            }
            all.push(checked);
        }
        Ok(all)
    }

    /// Copies all that is kept into a store in which there is nothing yet, and goes through all of
    /// it there; gives back what was found to hold.
    ///
    /// # Errors
    /// `Invalid` when something here does not hold: nothing is copied then. `Conflict` when there
    /// is something in the other store. `Io` when one of both fails.
    pub async fn copy_to(&mut self, to: &mut Store) -> Result<Vec<Checked>> {
        let here = self.check().await?;
        if let Some((what, fault)) = first_fault(&here) {
            return Err(Error::invalid(format!("rely on {what}: {fault}"))
                .hint("Nothing was copied. Restore it from a copy first."));
        }
        if !to.tables.fill(&mut *self.tables).await? {
            return Err(
                Error::conflict("copy into a place where there is something")
                    .hint("Nothing was changed there. Name an empty database or a new workspace."),
            );
        }
        let there = to.check().await?;
        if there != here {
            return Err(Error::internal("find the same in the copy"));
        }
        Ok(there)
    }
}

fn first_fault(all: &[Checked]) -> Option<(&str, &str)> {
    all.iter()
        .find_map(|it| Some((it.what.as_str(), it.fault.as_deref()?)))
}
