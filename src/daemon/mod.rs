//! The programme runs by itself: what is due is done, people are told, and then it is slept.
//!
//! Work is done by processes of their own, by the same commands that people type. Whoever ends this
//! one ends none of them, and a new one finds them at work: a drill goes on while the daemon is
//! replaced. Everything it knows is in the plans and in the store.

mod agenda;
mod children;
mod feed;
mod hands;
mod manager;
mod post;
mod seen;
mod status;
mod tried;
mod wake;
pub mod watchdog;

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::{error, info, warn};

pub use feed::Feed;
pub use seen::{Coming, LastLook, LastRun, Seen};
pub use status::{Health, Status};
pub use wake::{Wake, Wakes};

use self::agenda::Agenda;
use self::children::{Children, Ended};
use self::hands::Hands;
use self::manager::Manager;
use self::post::Post;
use self::tried::{Begins, asked_since, was_tried};
use crate::app::{
    Channels, Claimed, Claims, Duties, Now, Outbox, Plans, Recalled, STATE_FOLDER, Work, Wrong,
};
use crate::clock;
use crate::error::{Error, Result};
use crate::model::Programme;
use crate::record::Record;
use crate::schedule::{Duty, Known, LOOKED_AT_MAX, begins};
use crate::workspace::Workspace;

/// When it is looked again after something could not be read or written.
const AFTER_ERROR: TimeDelta = TimeDelta::minutes(1);
/// When it is looked again after what another daemon or node has begun, and what goes on.
const AGAIN: TimeDelta = TimeDelta::seconds(10);

/// What was read of the plans and not yet looked at for what is wrong with it.
enum Unjudged {
    /// Nothing new.
    Nothing,
    /// All of them.
    Plans,
    /// Not all can be read, and why: what they said before counts.
    Broken(Vec<Wrong>),
}

/// What runs by itself.
pub struct Daemon {
    /// The workspace.
    root: PathBuf,
    /// What its plans said when they could last be read.
    plans: Plans,
    /// Whether they may have changed since.
    is_stale: bool,
    agenda: Agenda,
    /// What is due and has not begun.
    due: VecDeque<Work>,
    children: Children,
    hands: Hands,
    claims: Claims,
    manager: Manager,
    post: Post,
    /// What was read and not yet looked at for what is wrong with it.
    unjudged: Unjudged,
    /// What runs that are over showed, so that a look reads only what is new.
    recalled: Recalled,
    /// The keys of what this one has posted about what has ended.
    told: BTreeSet<String>,
    status: Arc<Status>,
}

impl Daemon {
    /// One for a workspace, doing so many pieces of work at once at the most.
    ///
    /// # Errors
    /// When the workspace cannot be opened, and when another daemon is at work in it.
    pub fn new(path: &Path, jobs: usize, node: String) -> Result<Self> {
        let plans = Plans::open(path, None)?;
        let status = Arc::new(Status::default());
        let (workspace, channels) = (plans.workspace.clone(), channels(&plans));
        status.plans_read(&plans.loaded.programme);
        let unread = plans.loaded.unread();
        let mut unjudged = Unjudged::Plans;
        if !unread.is_empty() {
            warn!(files = unread.join(", "), "not all plans can be read");
            status.plans_broken(unread.join(", "));
            unjudged = Unjudged::Broken(plans.unreadable());
        } else {
            status.publishes(Feed::new(&plans, None));
        }
        Ok(Daemon {
            hands: Hands::open(&plans.workspace.root.join(STATE_FOLDER))?,
            manager: Manager::new(),
            root: plans.workspace.root.clone(),
            agenda: Agenda::default(),
            plans,
            is_stale: false,
            due: VecDeque::new(),
            children: Children::new(jobs)?,
            claims: Claims::new(workspace.clone(), node.clone()),
            post: Post::start(workspace, node, channels, status.clone()),
            unjudged,
            recalled: Recalled::default(),
            told: BTreeSet::new(),
            status,
        })
    }

    /// The workspace it is for.
    pub fn workspace(&self) -> &Workspace {
        &self.plans.workspace
    }

    /// How it goes, for whoever asks from another thread.
    pub fn status(&self) -> Arc<Status> {
        self.status.clone()
    }

    /// Does what is due until it is told to end.
    pub fn serve(mut self, wakes: &Wakes) {
        loop {
            while self.may(Self::do_one_due) {
                self.went_round();
            }
            self.went_round();
            match wakes.next() {
                Wake::Tick => {}
                Wake::Changed => self.is_stale = true,
                Wake::End => break,
            }
        }
        self.manager.stops();
        info!(at_work = self.children.count(), "ends");
        self.post.end();
    }

    fn went_round(&mut self) {
        self.status.beat(self.children.count(), self.due.len());
        self.manager.went_round(&self.status.health());
    }

    /// Does one thing; whether there was one. What cannot be done is said, and tried again.
    fn may(&mut self, step: fn(&mut Self, DateTime<Utc>) -> Result<bool>) -> bool {
        let now = match clock::now() {
            Ok(now) => now.wall,
            Err(error) => return self.failed(&error),
        };
        step(self, now).unwrap_or_else(|error| {
            self.agenda.put_off(now + AFTER_ERROR);
            self.failed(&error)
        })
    }

    fn failed(&mut self, error: &Error) -> bool {
        error!(%error, "could not go on");
        self.status.failed(error);
        false
    }

    fn do_one_due(&mut self, now: DateTime<Utc>) -> Result<bool> {
        if let Some(ended) = self.children.ended() {
            self.ended(&ended, now);
            return Ok(true);
        }
        if let Some((work, run)) = self.children.named() {
            info!(work = work.command().join(" "), run, "goes on as a run");
            return Ok(true);
        }
        if self.is_stale || self.agenda.is_another_day(&self.plans, now) {
            self.reload(now);
            return Ok(true);
        }
        if self.status.was_answered() {
            self.agenda.look_at(now);
        }
        if self.agenda.has_come(now) {
            self.look(now)?;
            return Ok(true);
        }
        if self.children.has_room()
            && let Some(work) = self.due.pop_front()
        {
            self.begin(work, now)?;
            return Ok(true);
        }
        self.claims.renew();
        Ok(false)
    }

    /// Reads the plans again. Where a part of them cannot be read, what they said before counts.
    fn reload(&mut self, now: DateTime<Utc>) {
        self.is_stale = false;
        self.manager.reloads();
        self.agenda.look_at(now);
        let broken = match Plans::open(&self.root, Some(Now::Instant(now))) {
            Ok(plans) => {
                let unread = plans.loaded.unread().join(", ");
                if unread.is_empty() {
                    info!(
                        files = plans.loaded.sources.files().len(),
                        "has read the plans"
                    );
                    self.post.read(channels(&plans));
                    self.status
                        .publishes(Feed::new(&plans, self.status.feed().as_deref()));
                    self.plans = plans;
                    self.unjudged = Unjudged::Plans;
                    return self.status.plans_read(&self.plans.loaded.programme);
                }
                self.unjudged = Unjudged::Broken(plans.unreadable());
                unread
            }
            Err(error) => error.to_string(),
        };
        warn!(
            why = broken,
            "keeps to the plans as they were: not all can be read"
        );
        self.plans.now = Now::Instant(now);
        self.status.plans_broken(broken);
    }

    /// Writes down what has come, and finds what is due.
    fn look(&mut self, now: DateTime<Utc>) -> Result<()> {
        self.plans.now = Now::Instant(now);
        // Before the record is read: what is over by then stands in it.
        let taken = self.hands.taken()?;
        let mut record = self.plans.record_again(&mut self.recalled)?;
        let mut duties = Duties::open(&self.plans.workspace)?;
        let mut new = duties.tick(&self.plans, &mut record)?;
        if new.len() >= LOOKED_AT_MAX {
            // There may be more; nobody is told of anything before all of it is written down.
            info!(count = new.len(), "catches up with what has come");
            self.agenda.put_off(now);
            return Ok(());
        }
        // What was just seen to have come is known at this moment, and not when the look began.
        let now = clock::now()?.wall;
        new.extend(duties.remind(&self.plans, &record)?);
        new.extend(duties.tell_what_is_over(&self.plans, &record)?);
        new.extend(self.tell_what_is_wrong(&mut duties, &record)?);
        drop(duties);
        for duty in new {
            let (of, time) = duty.names();
            info!(%of, time, "{}", duty.word());
        }
        self.tell_of_runs(&record, now)?;
        let work = self.plans.work(&record, now)?;
        let obligations = record.obligations(now);
        let begins = begins(&obligations, now);
        self.due.clear();
        let mut again = Vec::new();
        for work in work {
            if let Some(at) = self.children.again(&work, now) {
                again.push(at);
            } else if !taken.has(&work)
                && !was_tried(&work, &record, &begins, now)
                && !self.may_have_been_held(&work, &record, &begins, now)?
            {
                self.due.push_back(work);
            }
        }
        let coming = self.agenda.plan(&self.plans, now);
        // Nothing else tells when that is to be tried again which could not be done.
        again.into_iter().for_each(|at| self.agenda.look_at(at));
        let goes_on = || record.runs.iter().any(|run| run.ended.is_none());
        let is_elsewhere = taken.count() > self.children.count();
        if is_elsewhere || self.claims.are_shared() && goes_on() {
            // Nobody tells when that is over which another daemon or node has begun.
            self.agenda.look_at(now + AGAIN);
        }
        let seen = Seen::new(&self.plans, &record, coming, now);
        self.status.signs(self.plans.cannot_sign());
        self.status.looked(seen, now);
        Ok(())
    }

    /// Has people told what is wrong with the plans as they were last read, unless they were.
    fn tell_what_is_wrong(&mut self, duties: &mut Duties, record: &Record) -> Result<Vec<Duty>> {
        let (wrong, known) = match &self.unjudged {
            Unjudged::Nothing => return Ok(Vec::new()),
            _ if !self.plans.tells_what_is_wrong() => return Ok(Vec::new()),
            Unjudged::Plans => (self.plans.wrong(record), Known::All),
            Unjudged::Broken(wrong) => (wrong.clone(), Known::Part),
        };
        let new = duties.tell_what_is_wrong(&self.plans, (&wrong, known), record)?;
        info!(errors = wrong.len(), "has looked at what is wrong");
        self.unjudged = Unjudged::Nothing;
        Ok(new)
    }

    /// Has people told of runs that began or ended, unless they were.
    fn tell_of_runs(&mut self, record: &Record, now: DateTime<Utc>) -> Result<()> {
        let mut ended = self.plans.runs_told(record, now);
        let keys: BTreeSet<&String> = ended.iter().map(|it| &it.message.key).collect();
        // Of what ended longer ago nobody is told any more.
        self.told.retain(|key| keys.contains(key));
        ended.retain(|it| !self.told.contains(&it.message.key));
        if ended.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = ended.iter().map(|it| it.message.key.clone()).collect();
        Outbox::post(&self.plans.workspace, ended)?;
        self.told.extend(keys);
        Ok(())
    }

    fn begin(&mut self, work: Work, now: DateTime<Utc>) -> Result<()> {
        // Once that is over it is looked again, and finds this one due.
        if self.children.has(&work) {
            return Ok(());
        }
        let Some(hand) = self.hands.take(&work)? else {
            return Ok(());
        };
        if !self.claim(&work, now)? {
            // Nobody tells when another node is done with it, or gone.
            self.agenda.look_at(now + AGAIN);
            return Ok(());
        }
        info!(work = work.command().join(" "), "begins");
        self.status.begun();
        self.children.begin(work, &self.root, hand)
    }

    /// Whether work is for this node to do. Another one may have done it since it was looked.
    fn claim(&mut self, work: &Work, now: DateTime<Utc>) -> Result<bool> {
        let claimed = self.claims.take(work);
        // Whoever cannot ask begins nothing; it is looked again what is due.
        let claimed = claimed.inspect_err(|_| self.due.clear())?;
        if claimed != Claimed::Ours {
            return Ok(claimed == Claimed::Alone);
        }
        let is_due = self.is_still_due(work, now);
        if !matches!(is_due, Ok(true)) {
            self.claims.release(work);
        }
        is_due
    }

    fn is_still_due(&mut self, work: &Work, now: DateTime<Utc>) -> Result<bool> {
        let record = self.plans.record_again(&mut self.recalled)?;
        let obligations = record.obligations(now);
        let begins = begins(&obligations, now);
        if was_tried(work, &record, &begins, now) || !self.plans.work(&record, now)?.contains(work)
        {
            return Ok(false);
        }
        match work {
            // What the record could not read was begun all the same.
            Work::Hold(drill) => {
                let since = asked_since(drill, &begins, now);
                Ok(!self.plans.was_begun(drill, &record, since)?)
            }
            Work::Resume(..) | Work::Take(_) | Work::Verify(_) => Ok(true),
        }
    }

    /// Whether a drill may have been held for what is due of it, in a run whose journal cannot be
    /// relied upon: it proves nothing, but nothing is done twice for that.
    fn may_have_been_held(
        &self,
        work: &Work,
        record: &Record,
        begins: &Begins,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        match work {
            Work::Hold(drill)
                if record
                    .broken
                    .iter()
                    .any(|it| it.drill.as_ref() == Some(drill)) =>
            {
                let since = asked_since(drill, begins, now);
                self.plans.was_begun(drill, record, since)
            }
            _ => Ok(false),
        }
    }

    fn ended(&mut self, ended: &Ended, now: DateTime<Utc>) {
        let work = ended.work.command().join(" ");
        let run = ended.run.as_deref();
        match ended.is_done() {
            true => info!(work, run, status = ended.status, "is over"),
            false => warn!(
                work,
                run,
                status = ended.status,
                said = ended.said,
                "could not be done"
            ),
        }
        self.claims.release(&ended.work);
        self.status.ended(ended);
        // What it did settles what was to be done.
        self.agenda.look_at(now);
    }
}

/// What plans say of channels, and whom they reach; all else is not needed a second time.
fn channels(plans: &Plans) -> Channels {
    let all = &plans.loaded.programme;
    Channels {
        programme: Programme {
            organization: all.organization.clone(),
            people: all.people.clone(),
            channels: all.channels.clone(),
            ..Programme::default()
        },
        known: match plans.loaded.unread().is_empty() {
            true => Known::All,
            false => Known::Part,
        },
    }
}
