//! Where journals are kept: in a file of SQLite in the workspace, or in a database of PostgreSQL.
//!
//! Entries, what follows from them, what is told about them and the answers to requests are
//! written in one transaction. A process that was overtaken by another cannot write any more: its
//! entries do not follow.
//!
//! [`Tables`] is what a database has to do, and [`Store`] what everybody else sees; there is one
//! list of cases for all, in `tests/it/store`. What entries mean is nobody's business here.

mod address;
mod chain;
mod copy;
mod duties;
mod fields;
mod late;
mod lease;
mod outbox;
mod place;
mod postgres;
mod proofs;
mod queries;
mod run;
mod sqlite;

use std::fmt::Debug;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::future::BoxFuture;

pub use chain::Chain;
pub use copy::{Checked, Row, Table};
pub use late::{Late, this_machine, this_process};
pub use lease::Lease;
pub use outbox::{
    CameBack, Claimed, Counts, GivenUp, LeaseFor, Message, Outgoing, PutBack, Settled, State,
};
pub use place::Place;
pub use run::Step;
pub use sqlite::FILE;

use crate::drill::Request;
use crate::error::{Error, Result};
use crate::journal::{Entry, Head};

/// The version of the tables, which is the same in every database.
const TABLES: i64 = 5;
/// The version from which on there is a chain of facts.
const FACTS_SINCE: i64 = 2;
/// The version from which on there is a chain of duties.
const DUTIES_SINCE: i64 = 3;
/// The version from which on there are messages, leases and late reports.
const SEVERAL_SINCE: i64 = 4;
/// The version from which on it is kept what channels call messages.
const HANDLES_SINCE: i64 = 5;

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// A power cut
    #[default]
    Power,
    /// The end of the process, not of the machine; faster
    Process,
}

/// A run, as the list of runs shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunLine {
    /// Its id.
    pub id: String,
    /// The drill.
    pub drill: String,
    /// In what phase it is, in words.
    pub phase: String,
    /// When it was planned.
    pub began: String,
    /// When the last event happened.
    pub last: String,
}

/// Something a person asked of a run, and its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// By which the answer finds it.
    pub id: i64,
    /// What they asked.
    pub request: Request,
}

/// Something that a database does and that takes its time.
pub type Doing<'a, T> = BoxFuture<'a, Result<T>>;

/// Ties things to the end of a chain.
pub type Tie<'a> = dyn Fn(&mut Head) -> Result<Vec<Entry>> + Sync + 'a;

/// What a database has to do to keep journals.
///
/// Each call that writes is one transaction: all of it is there afterwards, or nothing. Where a
/// connection is lost, what reads is tried again; what writes is not, unless nothing was begun yet.
/// When nobody can tell whether something was written, that is the error.
pub trait Tables: Debug + Send {
    /// Writes a step of a run; `false`, and nothing, where its entries do not follow what is there.
    fn append<'a>(&'a mut self, step: &'a Step<'a>) -> Doing<'a, bool>;

    /// The number of the last entry that the list of runs knows of, and the entries of a run after
    /// the one with a number; both of one moment.
    fn entries_after<'a>(
        &'a mut self,
        id: &'a str,
        seq: u64,
    ) -> Doing<'a, (Option<i64>, Vec<Entry>)>;

    /// The last two entries of a run that the list of runs knows of, the last one first.
    fn last_two<'a>(&'a mut self, id: &'a str) -> Doing<'a, Vec<Entry>>;

    /// Every run as it is listed, the last one first.
    fn runs(&mut self) -> Doing<'_, Vec<RunLine>>;

    /// The hash of the last entry of each run that the list of runs knows of.
    fn last_hashes(&mut self) -> Doing<'_, Vec<(String, String)>>;

    /// The id of everything that has a journal or is on the list of runs, in their order.
    fn journals(&mut self) -> Doing<'_, Vec<String>>;

    /// Keeps what is asked of a run; gives back its number.
    fn ask<'a>(&'a mut self, id: &'a str, body: &'a str) -> Doing<'a, i64>;

    /// What came of a request; `None` while nobody has looked at it.
    fn answer(&mut self, request: i64) -> Doing<'_, Option<String>>;

    /// What was asked of a run and has no answer yet, in the order in which it was.
    fn asked<'a>(&'a mut self, id: &'a str) -> Doing<'a, Vec<(i64, String)>>;

    /// Writes at the end of a chain, and posts messages with it.
    fn add<'a>(
        &'a mut self,
        to: Chain,
        tie: &'a Tie<'a>,
        messages: &'a [Outgoing],
    ) -> Doing<'a, ()>;

    /// The entries of a chain, in their order; nothing is verified.
    fn chain(&mut self, of: Chain) -> Doing<'_, Vec<Entry>>;

    /// Posts messages, but for those whose key was posted before.
    fn post<'a>(&'a mut self, messages: &'a [Outgoing]) -> Doing<'a, ()>;

    /// Takes the oldest message that is waiting, may be sent by `now`, and goes by a channel by
    /// which nobody delivers at the moment.
    fn claim<'a>(
        &'a mut self,
        node: &'a str,
        now: DateTime<Utc>,
        lease_for: &'a LeaseFor<'a>,
    ) -> Doing<'a, Option<Claimed>>;

    /// Says what came of a claim; `false`, and what is said is kept as late, where it is over.
    fn settle<'a>(
        &'a mut self,
        claimed: &'a Claimed,
        settled: &'a Settled,
        now: DateTime<Utc>,
    ) -> Doing<'a, bool>;

    /// Has a message count as given up that came back, and posts others with it; `false`, and
    /// nothing, where it still waits, or is not as it was.
    fn came_back<'a>(
        &'a mut self,
        message: &'a CameBack,
        instead: &'a [Outgoing],
        now: DateTime<Utc>,
    ) -> Doing<'a, bool>;

    /// What a channel calls the message with a key, if it has taken it and named it.
    fn handle<'a>(&'a mut self, key: &'a str, channel: &'a str) -> Doing<'a, Option<String>>;

    /// The newest messages, the newest first.
    fn messages(&mut self, most: u32) -> Doing<'_, Vec<Message>>;

    /// The message with a key.
    fn message<'a>(&'a mut self, key: &'a str) -> Doing<'a, Option<Message>>;

    /// Those of the newest messages that were given up, the newest first.
    fn given_up(&mut self, among: u32) -> Doing<'_, Vec<GivenUp>>;

    /// When messages were last delivered by a channel after a moment, the last one first.
    fn delivered<'a>(
        &'a mut self,
        by: &'a str,
        after: DateTime<Utc>,
        most: u32,
    ) -> Doing<'a, Vec<DateTime<Utc>>>;

    /// Has messages wait again that were given up; gives back how many.
    fn put_back<'a>(&'a mut self, which: &'a PutBack<'a>, now: DateTime<Utc>) -> Doing<'a, u64>;

    /// How many messages there are in each state.
    fn counts(&mut self) -> Doing<'_, Counts>;

    /// Takes a lease that is free, has run out, or is held by the same holder.
    fn lease<'a>(
        &'a mut self,
        resource: &'a str,
        holder: &'a str,
        lasts: Duration,
    ) -> Doing<'a, Option<Lease>>;

    /// Has a lease last as long again; `false` where it is over.
    fn renew<'a>(&'a mut self, lease: &'a Lease) -> Doing<'a, bool>;

    /// Ends a lease; nothing happens where it is over.
    fn release<'a>(&'a mut self, lease: &'a Lease) -> Doing<'a, ()>;

    /// Who has a lease at this moment.
    fn holder<'a>(&'a mut self, resource: &'a str) -> Doing<'a, Option<String>>;

    /// Keeps what came too late.
    fn keep_late<'a>(&'a mut self, late: &'a [Late]) -> Doing<'a, ()>;

    /// Everything that came too late, in its order.
    fn late(&mut self) -> Doing<'_, Vec<Late>>;

    /// Waits until something may have been posted, or for so long.
    fn hint(&mut self, at_most: Duration) -> BoxFuture<'_, ()>;

    /// Keeps all others away who ask for the same word, on whatever machine, until this lets go of
    /// it or is gone. In a file that only one machine has, locks on files do that.
    fn hold<'a>(&'a mut self, word: &'a str) -> Doing<'a, ()>;

    /// Lets others have a word again.
    fn let_go<'a>(&'a mut self, word: &'a str) -> Doing<'a, ()>;

    /// A page of the rows of a table, from so many on.
    fn rows(&mut self, of: &'static Table, skip: i64) -> Doing<'_, Vec<Row>>;

    /// Takes all rows of another database in; `false`, and nothing, where there are some.
    fn fill<'a>(&'a mut self, from: &'a mut dyn Tables) -> Doing<'a, bool>;

    /// Lets go of the database, with everything in its place.
    fn close(self: Box<Self>) -> Doing<'static, ()>;
}

/// The journals of a workspace.
#[derive(Debug)]
pub struct Store {
    tables: Box<dyn Tables>,
    is_shared: bool,
}

impl Store {
    /// Opens the journals at a place, and makes them where there are none.
    ///
    /// # Errors
    /// `Io` when they cannot be opened or written; `Invalid` when a newer Mainstay made them.
    pub async fn open(place: &Place, durability: Durability) -> Result<Self> {
        let tables = match place {
            Place::Folder(folder) => sqlite::open(folder, durability).await?,
            Place::Postgres(address) => postgres::open(address, durability).await?,
        };
        Ok(Store::of(tables, place))
    }

    /// Opens the journals at a place to read them as they are at this moment and nothing else;
    /// where there are none, none are made.
    ///
    /// # Errors
    /// `Io` when they cannot be read; `Invalid` when a newer Mainstay made them.
    pub async fn read(place: &Place) -> Result<Self> {
        let tables = match place {
            Place::Folder(folder) => sqlite::read(folder).await?,
            Place::Postgres(address) => postgres::read(address).await?,
        };
        Ok(Store::of(tables, place))
    }

    /// Opens journals that are there, to read what others write into them.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub async fn follow(place: &Place) -> Result<Self> {
        let tables = match place {
            Place::Folder(folder) => sqlite::follow(folder).await?,
            Place::Postgres(address) => postgres::follow(address).await?,
        };
        Ok(Store::of(tables, place))
    }

    fn of(tables: Box<dyn Tables>, place: &Place) -> Self {
        Store {
            tables,
            is_shared: place.is_shared(),
        }
    }

    /// Whether several machines may share it.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Keeps all others away who ask for the same word, until this lets go of it or is closed. In
    /// SQLite nothing happens: those who share a file have a file to lock.
    ///
    /// # Errors
    /// `Conflict` when another one has it for too long; `Io` when nobody can be asked.
    pub async fn hold(&mut self, word: &str) -> Result<()> {
        self.tables.hold(word).await
    }

    /// Lets others have a word again.
    ///
    /// # Errors
    /// `Io` when nobody can be told.
    pub async fn let_go(&mut self, word: &str) -> Result<()> {
        self.tables.let_go(word).await
    }

    /// Lets go of the database, with everything in its place.
    ///
    /// # Errors
    /// `Io` when that fails; what was written stays written.
    pub async fn close(self) -> Result<()> {
        self.tables.close().await
    }
}

/// A moment as it is kept: all are of one length, so that later ones compare as larger.
fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A moment that was kept.
fn moment(stamp: &str) -> sqlx::Result<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(stamp);
    at.map(|at| at.to_utc())
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The number of an entry, as databases have numbers.
fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// That a newer Mainstay was here.
fn refuse_newer(version: i64, at: &Place) -> Result<()> {
    if version <= TABLES {
        return Ok(());
    }
    let message = format!("read the journals in `{at}`");
    Err(Error::invalid(message).hint("A newer Mainstay has written them; use that one."))
}
