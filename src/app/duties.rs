//! What is to be done by the plans: written down as it comes, with what becomes of it.

use std::fs::{File, TryLockError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::place::{place, state_folder};
use super::{Addressed, Plans, wait_for};
use crate::clock;
use crate::due;
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::record::Record;
use crate::schedule::{
    Duty, Known, LOOKED_AT_MAX, Move, Obligation, Reminded, Reminder, Subject, Today, Told, Waived,
    Which, came, changes, coming, moves, reminders, told_by, unanswered,
};
use crate::store::{Durability, Outgoing, Store};
use crate::workspace::Workspace;

/// The file in the state folder that is locked by whoever writes to the register: two would write
/// the same times down.
const LOCK: &str = "duties.lock";
/// How long it is waited for another one that does.
const LOCKED_WITHIN: Duration = Duration::from_secs(10);
/// How often it is looked whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// In how many pieces a command writes down what has come: 200,000 times of one schedule at most.
const PIECES_MAX: usize = 100;
/// The word that is held by them where several machines share a database.
const WORD: &str = "duties";

/// The register of what is to be done; nobody else writes to it meanwhile.
pub struct Duties {
    pub(super) store: Store,
    _lock: File,
}

impl Duties {
    /// Opens that of a workspace, and makes it where there is none.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub fn open(workspace: &Workspace) -> Result<Self> {
        let path = state_folder(workspace)?.join(LOCK);
        let failed = |error| Error::io(format!("lock `{}`", path.display()), error);
        let lock = File::create(&path).map_err(failed)?;
        let until = Instant::now() + LOCKED_WITHIN;
        while let Err(error) = lock.try_lock() {
            match error {
                TryLockError::WouldBlock if Instant::now() < until => sleep(LOOK_EVERY),
                TryLockError::WouldBlock => {
                    return Err(Error::conflict("write to the register")
                        .hint("Another process here writes to it for too long; try again later."));
                }
                TryLockError::Error(error) => return Err(failed(error)),
            }
        }
        let store = wait_for(async {
            let mut store = Store::open(&place(workspace), Durability::default()).await?;
            store.hold(WORD).await?;
            Ok(store)
        })?;
        Ok(Duties { store, _lock: lock })
    }

    /// All that is written down in a workspace; nothing is made where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or not be relied upon.
    pub fn read(workspace: &Workspace) -> Result<Vec<Duty>> {
        wait_for(async {
            let mut store = Store::read(&place(workspace)).await?;
            let duties = store.duties().await?;
            store.close().await?;
            Ok(duties)
        })
    }

    /// Writes down all that has come by now, and what became of what had; gives back what is new.
    /// The record has it, too, then.
    ///
    /// # Errors
    /// When the register cannot be relied upon, or not be written.
    pub fn tick(&mut self, plans: &Plans, record: &mut Record) -> Result<Vec<Duty>> {
        // What was read before the lock was held may lack what others wrote.
        record.duties = wait_for(self.store.duties())?;
        self.write_new(plans, record)
    }

    fn write_new(&mut self, plans: &Plans, record: &mut Record) -> Result<Vec<Duty>> {
        let new = unwritten(plans, record, clock::now()?.wall);
        if !new.is_empty() {
            wait_for(self.store.add_duties(&new, &[]))?;
            record.duties.extend(new.iter().cloned());
        }
        Ok(new)
    }

    /// Writes down all that has come by now, however much that is: piece by piece, so that what is
    /// written stays written.
    ///
    /// # Errors
    /// As for [`tick`](Self::tick); `Conflict` when it is more than a command writes down.
    pub fn catch_up(&mut self, plans: &Plans, record: &mut Record) -> Result<()> {
        record.duties = wait_for(self.store.duties())?;
        for _ in 0..PIECES_MAX {
            if self.write_new(plans, record)?.len() < LOOKED_AT_MAX {
                return Ok(());
            }
        }
        let most = PIECES_MAX * LOOKED_AT_MAX;
        Err(Error::conflict(format!(
            "write down what has come: it is more than {most} times"
        ))
        .hint("Try it again: it goes on where it stopped, as `mainstay serve` does."))
    }

    /// Posts every reminder whose time has come, and what was moved of which people were reminded,
    /// and writes down that it did, or why not; the record is what [`tick`](Self::tick) has left.
    ///
    /// # Errors
    /// As for [`tick`](Self::tick).
    pub fn remind(&mut self, plans: &Plans, record: &Record) -> Result<Vec<Duty>> {
        let (programme, now) = (&plans.loaded.programme, clock::now()?.wall);
        let remind = plans.remind_before();
        let coming = coming(programme, now);
        let obligations = record.obligations(now);
        let known = (&record.duties[..], &remind[..]);
        let (new, overtaken) = reminders(programme, (&obligations, &coming), known, now);
        let mut duties: Vec<Duty> = overtaken.into_iter().map(Duty::Reminded).collect();
        let mut outgoing = Vec::new();
        let moves = match plans.loaded.unread().is_empty() {
            true => moves(programme, &coming, &record.duties, now),
            // From what could not be read nothing follows.
            false => Vec::new(),
        };
        let (told_so, new) = told_by(&moves, new);
        let told_so = told_so.into_iter();
        duties.extend(told_so.map(|it| Duty::Reminded(it.became(Told::Overtaken, now))));
        for it in moves {
            let addressed = plans.moved(&it, &record.duties);
            let told = post(addressed, &mut outgoing);
            duties.push(Duty::Moved(Move { told, ..it }));
        }
        let unanswered = unanswered(programme, &obligations, &record.duties, now);
        // What cannot be read may have been done.
        let is_known =
            |it: &Reminder| it.which != Which::Missed || due::known(&it.of, record) == Known::All;
        for reminder in new.into_iter().filter(is_known).chain(unanswered) {
            let addressed = plans.reminder(&reminder, &record.duties);
            let within = plans.confirm_within(&addressed);
            let told = post(addressed, &mut outgoing);
            duties.push(Duty::Reminded(Reminded {
                confirm_by: within.and_then(|within| now.checked_add_signed(within)),
                ..reminder.became(told, now)
            }));
        }
        if !duties.is_empty() {
            wait_for(self.store.add_duties(&duties, &outgoing))?;
        }
        Ok(duties)
    }

    /// Writes down that nothing needs to be done about something, who says so and why.
    ///
    /// # Errors
    /// `NotFound` when no such thing has come, `Conflict` when it was waived before.
    pub fn waive(
        &mut self,
        record: &Record,
        (name, time): (&str, &str),
        by: PersonId,
        why: &str,
    ) -> Result<Waived> {
        let now = clock::now()?.wall;
        let all = record.obligations(now);
        let it = meant(&all, (name, time))?;
        let (of, nominal) = (it.term.subject(), it.term.nominal());
        let is_waived = record.duties.iter().any(|duty| match duty {
            Duty::Waived(waived) => {
                (&waived.of, waived.nominal) == (&of, nominal) && waived.means(it.term)
            }
            _ => false,
        });
        if is_waived {
            let what = format!("waive {} of `{name}`: it was before", it.name());
            return Err(
                Error::conflict(what).hint("`mainstay schedule history` shows by whom, and why.")
            );
        }
        let waived = Waived {
            of,
            nominal,
            named: it.term.own_name(),
            by,
            why: why.to_owned(),
            at: now,
        };
        wait_for(self.store.add_duties(&[Duty::Waived(waived.clone())], &[]))?;
        Ok(waived)
    }
}

/// Adds messages to those that go out; gives back who was told.
pub(super) fn post(addressed: Vec<Addressed>, outgoing: &mut Vec<Outgoing>) -> Told {
    let keys = addressed.iter().map(|it| it.message.key.clone()).collect();
    outgoing.extend(addressed.into_iter().map(Addressed::outgoing));
    Told::by(keys)
}

/// The record with all that has come by now: what has and was not written down yet has come all
/// the same.
///
/// # Errors
/// When the register, or what was run, cannot be read, or the register not be relied upon: what
/// follows from the plans alone must not be taken for it.
pub fn by_now(plans: &Plans) -> Result<Record> {
    let mut record = plans.record_to_act_on()?;
    record.duties = Duties::read(&plans.workspace)?;
    loop {
        let new = unwritten(plans, &record, plans.now.instant());
        // Of each schedule only so many are looked at at once.
        let is_all = new.len() < LOOKED_AT_MAX;
        record.duties.extend(new);
        if is_all {
            return Ok(record);
        }
    }
}

/// All that has come by a moment and is not written down, and what became of what had come.
fn unwritten(plans: &Plans, record: &Record, now: chrono::DateTime<chrono::Utc>) -> Vec<Duty> {
    let (programme, register) = (&plans.loaded.programme, &record.duties);
    let times = came(programme, register, now).into_iter().map(Duty::Came);
    let today = Today {
        now,
        zone: plans.zone(),
    };
    let context = due::Context {
        programme,
        record,
        today: today.day(),
    };
    let is_read = plans.loaded.unread().is_empty();
    let known = |of: &Subject| match is_read {
        true => due::known(of, record),
        false => Known::Part,
    };
    let days = changes(&due::deadlines(&context), known, register, &today);
    times.chain(days).collect()
}

/// The only one that a name and a time, or its day, mean.
fn meant<'o, 'd>(
    all: &'o [Obligation<'d>],
    (name, time): (&str, &str),
) -> Result<&'o Obligation<'d>> {
    let is_meant = |it: &&Obligation| {
        let begins = it.name().starts_with(time) && time.len() >= 10;
        (begins || it.term.is_named(time)) && it.term.subject().is_named(name)
    };
    let mut meant: Vec<&Obligation> = all.iter().filter(is_meant).collect();
    if meant.iter().any(|it| it.term.is_named(time)) {
        meant.retain(|it| it.term.is_named(time));
    }
    let what = format!("find the time {time} of `{name}`");
    match meant.as_slice() {
        // A time that came by one table of time zones and again by another has one name.
        [it, rest @ ..] if rest.iter().all(|other| other.name() == it.name()) => Ok(it),
        [] => Err(Error::not_found(what)
            .hint("`mainstay schedule history` shows everything that has come.")),
        several => {
            let count = several.len();
            Err(Error::not_found(format!("{what}: there are {count}")).hint(
                "Name the hour, too, such as `2027-03-06T02:00`; of an hour that comes twice \
                     the second has its offset, such as `2027-11-07T01:30-05:00`.",
            ))
        }
    }
}
