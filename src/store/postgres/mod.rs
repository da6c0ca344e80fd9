//! Journals in a database of PostgreSQL that several machines may share.

mod chain;
mod connect;
mod copy;
mod link;
mod outbox;
mod run;
mod several;

use std::future::ready;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use self::connect::{Mode, migrate, version, within};
use self::link::Link;
use super::address::Address;
use super::{
    CameBack, Chain, Claimed, Counts, Doing, Durability, GivenUp, Late, Lease, LeaseFor, Message,
    Outgoing, Place, PutBack, Row as Cells, RunLine, Settled, Step, Table, Tables, Tie, number,
    refuse_newer, sqlite,
};
use crate::error::{Error, Result};
use crate::journal::Entry;

/// The oldest server that is known to do what it is asked.
const SERVER_MIN: u32 = 150_000;

/// The journals in a database.
#[derive(Debug)]
pub struct Postgres {
    link: Link,
    /// The version of its tables.
    version: i64,
}

/// Opens the journals in a database, and makes them where there are none.
///
/// # Errors
/// As for [`Store::open`](super::Store::open); also when the server is too old, or was told not to
/// write safely.
pub async fn open(address: &Address, durability: Durability) -> Result<Box<dyn Tables>> {
    let place = Place::Postgres(Box::new(address.clone()));
    let mut link = Link::new(address, Mode::Write(durability));
    let connection = link.connection().await?;
    if connection
        .server_version_num()
        .is_none_or(|it| it < SERVER_MIN)
    {
        return Err(Error::invalid(format!("keep journals in `{place}`"))
            .hint("Name a server of PostgreSQL 15 or newer."));
    }
    let safe = sqlx::query_scalar("SELECT current_setting('fsync') = 'on'");
    let safe = within(safe.fetch_one(&mut *connection)).await;
    let made = match safe {
        Ok(false) if durability == Durability::Power => {
            return Err(Error::invalid(format!(
                "have PostgreSQL write safely in `{place}`: its `fsync` is off"
            ))
            .hint("Set `fsync = on`; without it a power cut can take what was written."));
        }
        Ok(_) => migrate(connection).await,
        Err(error) => Err(error),
    };
    let version = made.map_err(|error| link.failed("prepare", error))?;
    refuse_newer(version, &place)?;
    let version = super::TABLES;
    Ok(Box::new(Postgres { link, version }))
}

/// Opens the journals in a database to read them as they are at this moment and nothing else.
///
/// # Errors
/// As for [`Store::read`](super::Store::read).
pub async fn read(address: &Address) -> Result<Box<dyn Tables>> {
    open_to_read(address, Mode::Snapshot).await
}

/// Opens the journals in a database to read what others write into them.
///
/// # Errors
/// As for [`read`].
pub async fn follow(address: &Address) -> Result<Box<dyn Tables>> {
    open_to_read(address, Mode::Follow).await
}

async fn open_to_read(address: &Address, mode: Mode) -> Result<Box<dyn Tables>> {
    let place = Place::Postgres(Box::new(address.clone()));
    let mut link = Link::new(address, mode);
    let version = within(version(link.connection().await?)).await;
    let version = version.map_err(|error| link.failed("read", error))?;
    refuse_newer(version, &place)?;
    if version == 0 {
        return sqlite::nothing(&place).await;
    }
    Ok(Box::new(Postgres { link, version }))
}

/// Reads, and again where the connection was lost.
macro_rules! reading {
    ($postgres:ident, $connection:ident => $read:expr) => {{
        let mut tries = 0;
        loop {
            let $connection = $postgres.link.connection().await?;
            match within($read).await {
                Ok(read) => break Ok(read),
                Err(error) => $postgres.link.again(&mut tries, ("read", error)).await?,
            }
        }
    }};
}

/// Writes in one transaction; never twice.
macro_rules! writing {
    ($postgres:ident, $connection:ident => $write:expr) => {{
        let $connection = $postgres.link.begin().await?;
        let written = within($write).await;
        $postgres.link.commit(written).await
    }};
}

impl Postgres {
    /// Writes a step of a run, also where the answer to that is lost on the way: what is there
    /// already does not follow a second time, and its hashes say whose it is.
    async fn append_once(&mut self, step: &Step<'_>) -> Result<bool> {
        let mut tries = 0;
        loop {
            let connection = match self.link.connection().await {
                Err(error) if tries > 0 => return Err(self.link.unknown(error)),
                connection => connection?,
            };
            match within(run::append(connection, step)).await {
                Ok(false) if tries > 0 => return self.is_there(step).await,
                Ok(written) => return Ok(written),
                Err(error) => self.link.again_to_write(&mut tries, error).await?,
            }
        }
    }

    async fn is_there(&mut self, step: &Step<'_>) -> Result<bool> {
        reading!(self, from => run::is_there(from, step))
    }
}

impl Tables for Postgres {
    fn append<'a>(&'a mut self, step: &'a Step<'a>) -> Doing<'a, bool> {
        self.append_once(step).boxed()
    }

    fn entries_after<'a>(
        &'a mut self,
        id: &'a str,
        seq: u64,
    ) -> Doing<'a, (Option<i64>, Vec<Entry>)> {
        async move { reading!(self, from => run::entries_after(from, id, seq)) }.boxed()
    }

    fn last_two<'a>(&'a mut self, id: &'a str) -> Doing<'a, Vec<Entry>> {
        async { reading!(self, from => run::last_two(from, id)) }.boxed()
    }

    fn runs(&mut self) -> Doing<'_, Vec<RunLine>> {
        async { reading!(self, from => run::runs(from)) }.boxed()
    }

    fn last_hashes(&mut self) -> Doing<'_, Vec<(String, String)>> {
        async { reading!(self, from => run::last_hashes(from)) }.boxed()
    }

    fn journals(&mut self) -> Doing<'_, Vec<String>> {
        async { reading!(self, from => run::journals(from)) }.boxed()
    }

    fn ask<'a>(&'a mut self, id: &'a str, body: &'a str) -> Doing<'a, i64> {
        async { writing!(self, to => run::ask(to, id, body)) }.boxed()
    }

    fn answer(&mut self, request: i64) -> Doing<'_, Option<String>> {
        async move { reading!(self, from => run::answer(from, request)) }.boxed()
    }

    fn asked<'a>(&'a mut self, id: &'a str) -> Doing<'a, Vec<(i64, String)>> {
        async { reading!(self, from => run::asked(from, id)) }.boxed()
    }

    fn add<'a>(
        &'a mut self,
        to: Chain,
        tie: &'a Tie<'a>,
        messages: &'a [Outgoing],
    ) -> Doing<'a, ()> {
        async move {
            let chain = (to, tie);
            writing!(self, to => chain::add(to, chain, messages))
        }
        .boxed()
    }

    fn chain(&mut self, of: Chain) -> Doing<'_, Vec<Entry>> {
        if self.version < of.since() {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, from => chain::entries(from, of)) }.boxed()
    }

    fn post<'a>(&'a mut self, messages: &'a [Outgoing]) -> Doing<'a, ()> {
        async { writing!(self, to => outbox::post(to, messages)) }.boxed()
    }

    fn claim<'a>(
        &'a mut self,
        node: &'a str,
        now: DateTime<Utc>,
        lease_for: &'a LeaseFor<'a>,
    ) -> Doing<'a, Option<Claimed>> {
        async move { writing!(self, to => outbox::claim(to, node, now, lease_for)) }.boxed()
    }

    fn settle<'a>(
        &'a mut self,
        claimed: &'a Claimed,
        settled: &'a Settled,
        now: DateTime<Utc>,
    ) -> Doing<'a, bool> {
        async move { writing!(self, to => outbox::settle(to, claimed, settled, now)) }.boxed()
    }

    fn came_back<'a>(
        &'a mut self,
        message: &'a CameBack,
        instead: &'a [Outgoing],
        now: DateTime<Utc>,
    ) -> Doing<'a, bool> {
        async move { writing!(self, to => outbox::came_back(to, message, instead, now)) }.boxed()
    }

    fn handle<'a>(&'a mut self, key: &'a str, channel: &'a str) -> Doing<'a, Option<String>> {
        if self.version < super::HANDLES_SINCE {
            return ready(Ok(None)).boxed();
        }
        async { reading!(self, from => outbox::handle(from, key, channel)) }.boxed()
    }

    fn messages(&mut self, most: u32) -> Doing<'_, Vec<Message>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, from => outbox::messages(from, most)) }.boxed()
    }

    fn message<'a>(&'a mut self, key: &'a str) -> Doing<'a, Option<Message>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(None)).boxed();
        }
        async move { reading!(self, from => outbox::message(from, key)) }.boxed()
    }

    fn given_up(&mut self, among: u32) -> Doing<'_, Vec<GivenUp>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, from => outbox::given_up(from, among)) }.boxed()
    }

    fn delivered<'a>(
        &'a mut self,
        by: &'a str,
        after: DateTime<Utc>,
        most: u32,
    ) -> Doing<'a, Vec<DateTime<Utc>>> {
        async move { reading!(self, from => outbox::delivered(from, by, after, most)) }.boxed()
    }

    fn put_back<'a>(&'a mut self, which: &'a PutBack<'a>, now: DateTime<Utc>) -> Doing<'a, u64> {
        async move { writing!(self, to => outbox::put_back(to, which, now)) }.boxed()
    }

    fn counts(&mut self) -> Doing<'_, Counts> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Counts::default())).boxed();
        }
        async { reading!(self, from => outbox::counts(from)) }.boxed()
    }

    fn lease<'a>(
        &'a mut self,
        resource: &'a str,
        holder: &'a str,
        lasts: Duration,
    ) -> Doing<'a, Option<Lease>> {
        async move {
            let asked = (resource, holder, lasts);
            writing!(self, to => several::lease(to, asked))
        }
        .boxed()
    }

    fn renew<'a>(&'a mut self, lease: &'a Lease) -> Doing<'a, bool> {
        async { writing!(self, to => several::set_end(to, lease, lease.lasts)) }.boxed()
    }

    fn release<'a>(&'a mut self, lease: &'a Lease) -> Doing<'a, ()> {
        async {
            let released = writing!(self, to => several::set_end(to, lease, Duration::ZERO));
            released.map(drop)
        }
        .boxed()
    }

    fn holder<'a>(&'a mut self, resource: &'a str) -> Doing<'a, Option<String>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(None)).boxed();
        }
        async { reading!(self, from => several::holder(from, resource)) }.boxed()
    }

    fn keep_late<'a>(&'a mut self, late: &'a [Late]) -> Doing<'a, ()> {
        async { writing!(self, to => several::keep(to, late)) }.boxed()
    }

    fn late(&mut self) -> Doing<'_, Vec<Late>> {
        if self.version < super::SEVERAL_SINCE {
            return ready(Ok(Vec::new())).boxed();
        }
        async { reading!(self, from => several::late(from)) }.boxed()
    }

    fn hint(&mut self, at_most: Duration) -> BoxFuture<'_, ()> {
        self.link.hint(at_most).boxed()
    }

    fn hold<'a>(&'a mut self, word: &'a str) -> Doing<'a, ()> {
        self.link.hold(word).boxed()
    }

    fn let_go<'a>(&'a mut self, word: &'a str) -> Doing<'a, ()> {
        self.link.let_go(word).boxed()
    }

    fn rows(&mut self, of: &'static Table, skip: i64) -> Doing<'_, Vec<Cells>> {
        if self.version < of.since {
            return ready(Ok(Vec::new())).boxed();
        }
        async move { reading!(self, from => copy::rows(from, of, skip)) }.boxed()
    }

    fn fill<'a>(&'a mut self, from: &'a mut dyn Tables) -> Doing<'a, bool> {
        async move {
            let to = self.link.begin().await?;
            // Where the other one fails, the transaction is given up with the connection.
            let filled = copy::fill(to, from).await?;
            self.link.commit(filled).await
        }
        .boxed()
    }

    fn close(self: Box<Self>) -> Doing<'static, ()> {
        self.link.close().boxed()
    }
}

/// Entries as columns, so that however many there are, one statement adds them.
fn columns(entries: &[Entry]) -> (Vec<i64>, Vec<&str>, Vec<&str>) {
    let seqs = entries.iter().map(|entry| number(entry.seq)).collect();
    let texts = entries.iter().map(|entry| entry.text.as_str()).collect();
    let hashes = entries.iter().map(|entry| entry.hash.as_str()).collect();
    (seqs, texts, hashes)
}

/// So many microseconds; none is longer than a hundred years.
fn micros(lasts: Duration) -> i64 {
    const MOST: i64 = 100 * 366 * 24 * 3_600 * 1_000_000;
    i64::try_from(lasts.as_micros()).unwrap_or(MOST).min(MOST)
}
