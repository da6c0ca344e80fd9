//! A run is carried out: what came in is decided upon and written, and only then done.
//!
//! One loop owns the run and its journal. What carries out steps runs beside it and reports to it;
//! all that has come in meanwhile is taken together, so that it costs one commit. Nothing here
//! decides: that is [`crate::drill`].

mod attach;
mod folder;
mod owner;
mod preflight;
mod rehearse;

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

pub use attach::{Since, attach};
pub use folder::Folder;
pub use owner::{Owner, Standing};
pub use preflight::preflight;
pub use rehearse::{Rehearsed, rehearse};

use crate::artifacts;
use crate::clock::now;
use crate::drill::{
    Attempt, Effect, Engine, Found, Look, Message, Mode, Prepared, Request, Run, Turn,
};
use crate::error::{Error, Result};
use crate::journal::{Entry, Holds, Outcome, Settled, SteadyState, Task, What};
use crate::program::Itself;
use crate::steps::{self, Begun, Ended, Holder, Job};
use crate::store::{Asked, Outgoing, Store};
use crate::time::Moment;

/// The word that is held by whoever begins a run, where several machines share a database.
pub const STARTING: &str = "starting";

/// How often it is looked whether somebody asked for something from elsewhere.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How long one look may take.
const STEADY_TIMEOUT: crate::time::Duration = crate::time::Duration::seconds(10);

/// Who is told what happens, as it does.
pub trait Watch {
    /// The run has this id.
    fn named(&mut self, id: &str);
    /// What somebody asked for before cannot be had, for a reason.
    fn refused(&mut self, request: &Request, why: &str);
    /// These entries were written.
    fn happened(&mut self, run: &Run, entries: &[Entry]);
    /// Time has passed: told several times a second as long as the run goes on.
    fn passed(&mut self, run: &Run, now: &Moment);
    /// Nobody carries the run out any more.
    fn deserted(&mut self) {}
}

/// Who makes messages for those for whom a run waits.
pub trait Tell: fmt::Debug {
    /// The messages to those who have to act so that a run goes on in these attempts. They are
    /// posted in one commit with what makes it wait; what was posted before is not posted again.
    ///
    /// # Errors
    /// When it cannot be read who that is: the run goes on, and its journal says so.
    fn waits(&self, id: &str, run: &Run, attempts: &[Attempt]) -> Result<Vec<Outgoing>>;
}

/// What a run needs of the world.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The root of the workspace.
    pub workspace: PathBuf,
    /// Where files are kept that show something.
    pub artifacts: PathBuf,
    /// The program that holds on to commands: Mainstay itself.
    pub program: Itself,
    /// Who makes messages for those for whom it waits.
    pub tell: Arc<dyn Tell>,
}

/// A run that is being carried out, by this process and no other.
pub struct Runner<'w> {
    id: String,
    store: Store,
    folder: Folder,
    surroundings: Surroundings,
    watch: &'w mut dyn Watch,
    reports: mpsc::UnboundedSender<Message>,
    reported: mpsc::UnboundedReceiver<Message>,
    holder: Arc<Holder>,
    /// When it was last looked whether somebody asked for something.
    looked: Instant,
    stops: HashMap<Attempt, watch::Sender<bool>>,
    owner: Owner,
}

impl<'w> Runner<'w> {
    /// What carries a run out; `owner` proves that no other process does.
    pub fn new(
        id: String,
        store: Store,
        (folder, owner): (Folder, Owner),
        surroundings: Surroundings,
        watch: &'w mut dyn Watch,
    ) -> Self {
        let (reports, reported) = mpsc::unbounded_channel();
        let holder = Holder::new(surroundings.program.clone(), folder.path().to_owned());
        Runner {
            holder: Arc::new(holder),
            looked: Instant::now(),
            id,
            store,
            folder,
            surroundings,
            watch,
            reports,
            reported,
            stops: HashMap::new(),
            owner,
        }
    }

    /// Carries out a script from its beginning to its end. `starting` is let go of as soon as
    /// others can see the run.
    ///
    /// # Errors
    /// When the journal cannot be written; nothing more is done then, and `resume` goes on.
    pub async fn start<M: Mode>(
        mut self,
        prepared: Prepared<M>,
        starting: File,
    ) -> Result<Outcome> {
        let (engine, turn) = Engine::start(prepared.into_script(), &now()?)?;
        self.acts_from(&turn)?;
        let wake = self.keep(&engine, turn, Vec::new()).await?;
        // Whoever loses the connection has let go of it, too.
        let _ = self.store.let_go(STARTING).await;
        drop(starting);
        self.carry_out(engine, wake).await
    }

    /// Goes on with a run whose process was lost.
    ///
    /// # Errors
    /// As for [`start`](Self::start), and when the journal does not hold together.
    pub async fn resume(mut self) -> Result<Outcome> {
        let entries = self.store.entries(&self.id).await?;
        let now = now()?;
        let (run, _) = crate::drill::read(&entries)?;
        let is_here = !self.store.is_shared() || self.folder.acted_from(began(&entries)?);
        let found = |attempt| match is_here {
            true => self.folder.found(&run, attempt, &now),
            false => Found::Elsewhere,
        };
        let asked = self.store.asked(&self.id).await?;
        let requests = asked.iter().map(|asked| asked.request.clone()).collect();
        let (engine, turn) = Engine::resume(&entries, &now, found, requests)?;
        let answers = asked.into_iter().zip(turn.refused.clone());
        let mut answered = Vec::new();
        for (Asked { id, request }, refused) in answers {
            if !refused.is_empty() {
                self.watch.refused(&request, &refused);
            }
            answered.push((id, refused));
        }
        self.acts_from(&turn)?;
        let wake = self.keep(&engine, turn, answered).await?;
        self.carry_out(engine, wake).await
    }

    async fn carry_out(
        mut self,
        mut engine: Engine,
        mut wake: Option<Duration>,
    ) -> Result<Outcome> {
        self.keep_looking(&engine.run);
        loop {
            if let crate::drill::Phase::Finished(outcome) = engine.run.phase {
                // It is over by itself after a while; the run is over now.
                let _ = self.owner.let_go(&mut self.store).await;
                self.store.close().await?;
                return Ok(outcome);
            }
            let (messages, asked) = self.wait(wake).await?;
            if self.owner.keep(&mut self.store).await? == Standing::Overtaken {
                return Err(self.overtaken(engine, messages).await);
            }
            let at = now()?;
            self.watch.passed(&engine.run, &at);
            for message in &messages {
                if let Message::Ended { attempt, .. } | Message::Lost { attempt, .. } = message {
                    self.stops.remove(attempt);
                }
            }
            let (mut turn, mut answers) = (engine.turn(messages, &at)?, Vec::new());
            for Asked { id, request } in asked {
                let mut own = engine.turn(vec![Message::Asked(request)], &now()?)?;
                answers.push((id, own.refused.join("; ")));
                turn.entries.append(&mut own.entries);
                turn.effects.append(&mut own.effects);
            }
            wake = self.keep(&engine, turn, answers).await?;
        }
    }

    /// Writes nothing more, and keeps what came in as late; gives back the error with which this
    /// process ends.
    async fn overtaken(mut self, mut engine: Engine, mut messages: Vec<Message>) -> Error {
        // What ended while this process stood still has to be told to it first.
        tokio::time::sleep(LOOK_EVERY).await;
        while let Ok(message) = self.reported.try_recv() {
            messages.push(message);
        }
        let turn = now().and_then(|at| engine.turn(messages, &at));
        let entries = turn.map(|turn| turn.entries).unwrap_or_default();
        let store = &mut self.store;
        store.overtaken(&self.id, &entries, &engine.run).await
    }

    /// Writes down that what a turn begins is begun on this machine, where several share a
    /// database.
    fn acts_from(&self, turn: &Turn) -> Result<()> {
        match turn.entries.first() {
            Some(first) if self.store.is_shared() => self.folder.acts_from(&first.hash),
            _ => Ok(()),
        }
    }

    /// Writes what a turn says, then does it; gives back when to take the next one at the latest.
    async fn keep(
        &mut self,
        engine: &Engine,
        turn: Turn,
        answers: Vec<(i64, String)>,
    ) -> Result<Option<Duration>> {
        let messages = self.messages(&engine.run, &turn);
        if !turn.entries.is_empty() || !answers.is_empty() || !messages.is_empty() {
            let entries = &turn.entries;
            self.store
                .append(&self.id, entries, &engine.run, &answers, &messages)
                .await?;
            self.watch.happened(&engine.run, entries);
        }
        // It may have taken long to write it.
        if self.owner.keep(&mut self.store).await? == Standing::Overtaken {
            return Err(self.store.overtaken(&self.id, &[], &engine.run).await);
        }
        let mut wake = None;
        for effect in turn.effects {
            match effect {
                Effect::Begin(attempt) => self.begin(&engine.run, attempt, Begun::Here),
                Effect::Attach(attempt) => self.begin(&engine.run, attempt, Begun::Before),
                Effect::Cancel(attempt) => {
                    if let Some(stop) = self.stops.remove(&attempt) {
                        // Nobody listens where it has ended just now.
                        let _ = stop.send(true);
                    }
                }
                Effect::Probe { place } => self.probe(&engine.run, place),
                Effect::Look { place } => self.look(&engine.run, place),
                Effect::Protect => self.protect(&engine.run),
                Effect::Wake { micros } => wake = Some(Duration::from_micros(micros)),
                // Whoever has to act is told already.
                Effect::Ask(_) | Effect::Over(_) => {}
            }
        }
        Ok(wake)
    }

    /// What those are told for whom the run waits once a turn is written. People can act also where
    /// nobody tells them, so the run goes on where that cannot be.
    fn messages(&self, run: &Run, turn: &Turn) -> Vec<Outgoing> {
        let waits = turn.waits(run);
        if waits.is_empty() {
            return Vec::new();
        }
        let told = self.surroundings.tell.waits(&self.id, run, &waits);
        told.unwrap_or_else(|error| {
            self.amiss(format!(
                "nobody was told that the run waits for them: could not {error}"
            ));
            Vec::new()
        })
    }

    /// Has it written down that something beside the run could not be done.
    fn amiss(&self, text: String) {
        // The loop is gone only when the run is over or could not be written.
        let _ = self.reports.send(Message::Amiss { text });
    }

    /// Has an attempt made; what people do is theirs.
    fn begin(&mut self, run: &Run, attempt: Attempt, begun: Begun) {
        let task = run.task(attempt.place);
        let Some(action) = task.action(attempt.part).cloned() else {
            return;
        };
        let (stop, stopped) = watch::channel(false);
        self.stops.insert(attempt, stop);
        let job = self.job((run, task), self.folder.of_attempt(attempt), begun, stopped);
        let reports = self.reports.clone();
        tokio::spawn(async move {
            let Ended {
                settled,
                facts,
                at,
                mark,
                evidence,
            } = steps::carry_out(&action, &job).await;
            let message = match settled {
                Some(settled) => Message::Ended {
                    attempt,
                    settled,
                    facts,
                    at,
                    mark,
                    evidence,
                },
                None => Message::Lost { attempt, facts },
            };
            // The loop is gone only when the run is over or could not be written.
            let _ = reports.send(message);
        });
    }

    fn job(
        &self,
        (run, task): (&Run, &Task),
        folder: PathBuf,
        begun: Begun,
        stop: watch::Receiver<bool>,
    ) -> Job {
        Job {
            run: self.id.clone(),
            mode: run.script.mode,
            workspace: self.surroundings.workspace.clone(),
            folder,
            artifacts: self.surroundings.artifacts.clone(),
            holder: Arc::clone(&self.holder),
            timeout: task.timeout,
            begun,
            stop,
        }
    }

    /// Asks the probe of a step whether the step took effect.
    fn probe(&mut self, run: &Run, place: u32) {
        let task = run.task(place);
        let Some(action) = task.verify.clone() else {
            return;
        };
        // Dropped at once: a run that stops waits for its probes.
        let (_, stopped) = watch::channel(false);
        let job = self.job(
            (run, task),
            self.folder.of_probe(place, run.epoch),
            Begun::Here,
            stopped,
        );
        let reports = self.reports.clone();
        tokio::spawn(async move {
            let Ended { settled, facts, .. } = steps::carry_out(&action, &job).await;
            let happened = match settled {
                Some(Settled::Succeeded) => Some(true),
                Some(Settled::Failed) => Some(false),
                _ => None,
            };
            let _ = reports.send(Message::Probed {
                place,
                happened,
                facts,
            });
        });
    }

    /// Keeps from being changed what shows how steps went that have ended.
    fn protect(&self, run: &Run) {
        let done = self.folder.protect(run);
        let done = done.and_then(|()| match self.surroundings.artifacts.try_exists()? {
            true => artifacts::protect_files(&self.surroundings.artifacts),
            false => Ok(()),
        });
        if let Err(error) = done {
            self.amiss(format!("evidence could not be made read-only: {error}"));
        }
    }

    /// Looks once whether something holds that should.
    fn look(&self, run: &Run, place: usize) {
        let (steady, job) = (run.script.steady_state[place].clone(), self.looking(run));
        let reports = self.reports.clone();
        tokio::spawn(async move {
            let _ = reports.send(seen(&steady, &job, (place, Look::Asked)).await);
        });
    }

    /// Looks from time to time whether all holds that should, as long as the run goes on.
    fn keep_looking(&self, run: &Run) {
        for (place, steady) in run.script.steady_state.iter().cloned().enumerate() {
            let (job, reports) = (self.looking(run), self.reports.clone());
            let every = Duration::from_secs(steady.every.as_seconds());
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(every).await;
                    let message = seen(&steady, &job, (place, Look::Regular)).await;
                    if reports.send(message).is_err() {
                        return;
                    }
                }
            });
        }
    }

    fn looking(&self, run: &Run) -> Job {
        Job {
            run: self.id.clone(),
            mode: run.script.mode,
            workspace: self.surroundings.workspace.clone(),
            // Nothing that only looks leaves anything there.
            folder: self.folder.path().to_owned(),
            artifacts: self.surroundings.artifacts.clone(),
            holder: Arc::clone(&self.holder),
            timeout: STEADY_TIMEOUT,
            begun: Begun::Here,
            stop: watch::channel(false).1,
        }
    }

    /// Waits until something comes in, and takes all that has.
    async fn wait(&mut self, wake: Option<Duration>) -> Result<(Vec<Message>, Vec<Asked>)> {
        let mut messages = Vec::new();
        let look = LOOK_EVERY.saturating_sub(self.looked.elapsed());
        tokio::select! {
            biased;
            message = self.reported.recv() => messages.extend(message),
            interrupted = tokio::signal::ctrl_c() => {
                messages.extend(interrupted.is_ok().then(interrupt));
            }
            () = tokio::time::sleep(wake.map_or(look, |wake| wake.min(look))) => {}
        }
        while let Ok(message) = self.reported.try_recv() {
            messages.push(message);
        }
        if self.looked.elapsed() < LOOK_EVERY {
            return Ok((messages, Vec::new()));
        }
        self.looked = Instant::now();
        Ok((messages, self.store.asked(&self.id).await?))
    }
}

/// The hash of the entry with which the last process began that had a run.
fn began(entries: &[Entry]) -> Result<&str> {
    let mut began = "";
    for (place, entry) in entries.iter().enumerate() {
        let what = entry.event()?.what;
        if place == 0 || matches!(what, What::OwnerChanged { .. }) {
            began = &entry.hash;
        }
    }
    Ok(began)
}

/// Whether something holds that should.
async fn seen(steady: &SteadyState, job: &Job, (place, look): (usize, Look)) -> Message {
    let Ended { settled, facts, .. } = steps::carry_out(&steady.probe, job).await;
    let holds = match settled {
        Some(Settled::Succeeded) => Holds::Yes,
        _ => Holds::No,
    };
    Message::Looked {
        place,
        look,
        holds,
        facts,
    }
}

/// What a key pressed in the terminal of the run asks for.
fn interrupt() -> Message {
    Message::Asked(crate::drill::Request {
        by: "the terminal of the run".to_owned(),
        what: What::StopRequested {
            why: "interrupted".to_owned(),
            undo: true,
            incident: None,
        },
    })
}
