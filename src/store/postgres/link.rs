//! One connection, which is made again when it was lost; what may be tried again, and what not.
//!
//! Reading is tried again, and so is the beginning of a transaction, in which nothing was done yet.
//! What was sent to be committed is not, as whether it was is then known to the server alone; but
//! for entries of a run, which are there once however often they are sent.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgListener, PgPoolOptions};
use sqlx::{Connection, PgConnection};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use super::connect::{Mode, connect, driver, within, writable};
use crate::error::{Code, Error, Result};
use crate::store::Place;
use crate::store::address::Address;

/// How often something is tried that may be tried again.
const TRIES: u32 = 6;
/// How long to wait before the second try; before each further one twice as long.
const PAUSE: Duration = Duration::from_millis(100);
/// How long whoever has a word may stand still until others may have it.
const STANDS_STILL: &str = "SET idle_session_timeout = '30s'";
/// Who has none keeps nobody waiting.
const MAY_STAND_STILL: &str = "SET idle_session_timeout = 0";
/// What is told when messages were posted.
pub const POSTED: &str = "mainstay_posted";
/// What the server says when a lock was not let go of in time.
const LOCKED: &str = "55P03";
/// What the codes begin with by which a server says that it goes away, or can be written no more.
const GOING: [&str; 4] = ["57P", "08", "25P03", "25006"];

/// A connection to a database.
#[derive(Debug)]
pub struct Link {
    address: Address,
    place: Place,
    mode: Mode,
    connection: Option<PgConnection>,
    /// Whether there was one before.
    reached: bool,
    /// Whether a transaction is open; one that is left open was given up.
    open: bool,
    /// The words that others are kept from; they are lost with the connection.
    held: Vec<String>,
    listener: Option<PgListener>,
}

impl Link {
    /// To a database, for a purpose; nothing is asked yet.
    pub fn new(address: &Address, mode: Mode) -> Self {
        Link {
            address: address.clone(),
            place: Place::Postgres(Box::new(address.clone())),
            mode,
            connection: None,
            reached: false,
            open: false,
            held: Vec::new(),
            listener: None,
        }
    }

    /// The connection; a new one, where there is none.
    pub async fn connection(&mut self) -> Result<&mut PgConnection> {
        if std::mem::take(&mut self.open) {
            self.connection = None;
        }
        if self.connection.is_none() {
            if !self.held.is_empty() {
                let gone = std::io::Error::other("the connection was lost, and so was the lock");
                let message = format!("keep others away from `{}`", self.place);
                return Err(Error::io(message, gone).hint("Nothing was written. Try again."));
            }
            if self.reached && self.mode == Mode::Snapshot {
                // What would be read by another connection is of another moment.
                let gone = std::io::Error::other("the connection was lost");
                return Err(self.failed("go on reading", gone.into()));
            }
            let connected = self.connect().await;
            let connected = connected.map_err(|error| self.failed("reach", error))?;
            self.reached = true;
            return Ok(self.connection.insert(connected));
        }
        Ok(self.connection.as_mut().expect("it is there"))
    }

    /// A new connection. A server that answered before may be about to come back.
    async fn connect(&self) -> sqlx::Result<PgConnection> {
        let mut tries = 1;
        loop {
            match connect(&self.address, self.mode).await {
                Err(error) if self.reached && tries < TRIES && may_come_back(&error) => {
                    pause(tries).await;
                    tries += 1;
                }
                connected => return connected,
            }
        }
    }

    /// After something failed that may be tried again: waits a little, if it is worth it.
    ///
    /// # Errors
    /// What failed, where it is not worth it.
    pub async fn again(
        &mut self,
        tries: &mut u32,
        (verb, error): (&str, sqlx::Error),
    ) -> Result<()> {
        let lost = is_lost(&error);
        if lost {
            self.connection = None;
        }
        *tries += 1;
        // What was read before is of another moment than what would be read now.
        let may = self.mode != Mode::Snapshot && self.held.is_empty();
        if !may_come_back(&error) || !may || *tries >= TRIES {
            return Err(self.failed(verb, error));
        }
        pause(*tries).await;
        Ok(())
    }

    /// After entries of a run were sent, and no answer came: waits a little, to send them again.
    ///
    /// # Errors
    /// That they were not written, or that nobody can tell.
    pub async fn again_to_write(&mut self, tries: &mut u32, error: sqlx::Error) -> Result<()> {
        if !is_lost(&error) {
            return Err(match *tries {
                0 => self.failed("write to", error),
                _ => self.unknown(error),
            });
        }
        self.connection = None;
        *tries += 1;
        // Who lost a word with the connection does nothing more under it.
        if !self.held.is_empty() || *tries >= TRIES {
            return Err(self.unknown(error));
        }
        pause(*tries).await;
        Ok(())
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// `Io` when the server does not answer.
    pub async fn begin(&mut self) -> Result<&mut PgConnection> {
        let mut tries = 0;
        loop {
            let connection = self.connection().await?;
            let begun = within(sqlx::raw_sql("BEGIN").execute(connection)).await;
            self.open = true;
            match begun {
                Ok(_) => break,
                Err(error) => self.again(&mut tries, ("write to", error)).await?,
            }
        }
        Ok(self.connection.as_mut().expect("it was there just now"))
    }

    /// Commits what was done in a transaction, or takes it back where it failed.
    ///
    /// # Errors
    /// `Io` when it was not written, or when nobody can tell whether it was.
    pub async fn commit<T>(&mut self, done: sqlx::Result<T>) -> Result<T> {
        let connection = self.connection.as_mut().expect("a transaction was begun");
        let done = match done {
            Ok(done) => done,
            // A connection that is lost takes everything back by itself.
            Err(error) if is_lost(&error) => {
                self.connection = None;
                self.open = false;
                return Err(self.failed("write to", error));
            }
            Err(error) => {
                let back = within(sqlx::raw_sql("ROLLBACK").execute(connection)).await;
                self.open = back.is_err();
                return Err(self.failed("write to", error));
            }
        };
        let committed = sqlx::raw_sql("COMMIT").execute(connection);
        match within(committed).await {
            Ok(_) => {
                self.open = false;
                Ok(done)
            }
            Err(error) if is_lost(&error) => {
                self.connection = None;
                self.open = false;
                Err(self.unknown(error))
            }
            Err(error) => Err(self.failed("write to", error)),
        }
    }

    /// Keeps all others away who ask for the same word, until this lets go, stands still for too
    /// long, or is gone.
    ///
    /// # Errors
    /// `Conflict` when another one has it for too long.
    pub async fn hold(&mut self, word: &str) -> Result<()> {
        let query = "SELECT pg_advisory_lock(hashtextextended('mainstay ' || $1, 0))";
        let connection = self.connection().await?;
        let held = async {
            let held = sqlx::query(query).bind(word).execute(&mut *connection);
            within(held).await?;
            within(sqlx::raw_sql(STANDS_STILL).execute(connection)).await
        };
        if let Err(error) = held.await {
            let code = error.as_database_error().and_then(DatabaseError::code);
            if code.is_some_and(|code| code == LOCKED) {
                let message = format!("be the only one for `{word}` in `{}`", self.place);
                return Err(Error::conflict(message)
                    .hint("Another process, here or elsewhere, is at it; try again later."));
            }
            self.connection = None;
            return Err(self.failed("lock", error));
        }
        self.held.push(word.to_owned());
        Ok(())
    }

    /// Lets others have a word again.
    ///
    /// # Errors
    /// `Io` when the server does not answer; they have it then, too.
    pub async fn let_go(&mut self, word: &str) -> Result<()> {
        self.held.retain(|held| held != word);
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        let query = "SELECT pg_advisory_unlock(hashtextextended('mainstay ' || $1, 0))";
        let is_last = self.held.is_empty();
        let let_go = async {
            let let_go = sqlx::query(query).bind(word).execute(&mut *connection);
            within(let_go).await?;
            if is_last {
                within(sqlx::raw_sql(MAY_STAND_STILL).execute(connection)).await?;
            }
            Ok(())
        };
        let_go.await.map_err(|error| {
            self.connection = None;
            self.failed("unlock", error)
        })
    }

    /// Waits until something may have been posted, or for so long.
    pub async fn hint(&mut self, at_most: Duration) {
        let until = tokio::time::Instant::now() + at_most;
        let heard = match &mut self.listener {
            Some(listener) => match timeout(at_most, listener.try_recv()).await {
                Ok(Ok(Some(_))) => true,
                // Nothing is missed by who looks now.
                Ok(Ok(None) | Err(_)) => {
                    self.listener = None;
                    false
                }
                Err(_) => return,
            },
            // What was posted before anybody listened was told to nobody.
            None => match timeout(at_most, self.listen()).await {
                Ok(heard) => heard.is_ok(),
                Err(_) => return,
            },
        };
        if !heard {
            tokio::time::sleep_until(until).await;
        }
    }

    async fn listen(&mut self) -> sqlx::Result<()> {
        let address = self.address.clone();
        let listen = async move {
            let server = writable(&address).await?;
            let server = server.application_name("mainstay waits");
            let pool = PgPoolOptions::new().max_connections(1);
            let pool = pool.connect_lazy_with(server);
            let mut listener = PgListener::connect_with(&pool).await?;
            // It would be made again where nobody drives it.
            listener.eager_reconnect(false);
            listener.listen(POSTED).await?;
            Ok(listener)
        };
        let listener: sqlx::Result<PgListener> = driver()?
            .spawn(listen)
            .await
            .map_err(std::io::Error::other)?;
        self.listener = Some(listener?);
        Ok(())
    }

    /// Lets go of the database.
    ///
    /// # Errors
    /// `Io` when that fails; what was written stays written.
    pub async fn close(mut self) -> Result<()> {
        let Some(connection) = self.connection.take() else {
            return Ok(());
        };
        let closed = within(connection.close()).await;
        closed.map_err(|error| self.failed("close", error))
    }

    /// That something failed, and so was not done.
    pub fn failed(&self, verb: &str, error: sqlx::Error) -> Error {
        let message = format!("{verb} the journals in `{}`", self.place);
        Error::io(message, std::io::Error::other(error)).hint(
            "Does the server answer, and may this user do that? Nothing was done that is not \
             written.",
        )
    }

    /// That nobody can tell whether something was written.
    pub fn unknown(&self, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        let place = &self.place;
        let message = format!("learn whether something was written to the journals in `{place}`");
        Error::new(Code::Io, message).because(why).hint(
            "All of it is there, or nothing. Look before you do it again; `mainstay drill resume` \
             goes on from what is there.",
        )
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // Who listens takes leave by a task, which needs somebody to drive it.
        let _driven = driver().map(Handle::enter);
        self.listener = None;
    }
}

/// Waits before the next try.
async fn pause(tries: u32) {
    sleep(PAUSE * 2_u32.pow(tries.saturating_sub(1))).await;
}

/// Whether it is worth it to ask once more: who says nothing for so long says nothing then, either.
fn may_come_back(error: &sqlx::Error) -> bool {
    let is_silent = match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::TimedOut,
        _ => false,
    };
    is_lost(error) && !is_silent
}

/// Whether an error means that there is no connection any more.
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(said) => said
            .code()
            .is_some_and(|code| GOING.iter().any(|going| code.starts_with(going))),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    }
}
