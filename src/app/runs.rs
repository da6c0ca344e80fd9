//! The runs of a workspace: begun, gone on with, followed, asked and read.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::place::{place, state_folder};
use super::recalled::Recalled;
use super::waits::Waiting;
use super::{itself, refuse, wait_for};
use crate::artifacts;
use crate::backup::self_test;
use crate::clock;
use crate::drill::{self, Exercise, Flaw, Prepared, Request};
use crate::error::{Code, Error, Result};
use crate::journal::{Entry, Event, Evidence, Head, Outcome, What};
use crate::proof::{Detector, Fact, Pinged, SampleRun, Verified};
use crate::record::{Broken, Past, Record, Undelivered, Verdict, stands};
use crate::render::run::CarriedOut;
use crate::runner::{self, Rehearsed, Runner, Since, Surroundings, Watch};
use crate::store::{self, Durability, GivenUp, Place, RunLine, Store};
use crate::time::{Date, TimeZone};
use crate::workspace::Workspace;

/// The folder of a workspace with what happened in it; its name begins with a dot, so no plan.
pub const STATE_FOLDER: &str = ".mainstay/state";

/// How many of the last messages are looked at for some that could not be delivered.
const MESSAGES_MAX: u32 = 10_000;
/// What is said of a run whose journal is not what was written.
const UNPROVEN: &str = "cannot be relied upon: its journal was changed";

/// What becomes of a part of what happened that cannot be read.
type Lost = fn(Option<&RunLine>, Error) -> Result<Broken>;

/// The runs of a workspace.
pub struct Runs {
    workspace: PathBuf,
    folder: PathBuf,
    store: Store,
}

/// A run on the list, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Judged {
    /// The run.
    #[serde(flatten)]
    pub line: RunLine,
    /// What came of it; nothing where its journal cannot be relied upon.
    pub verdict: Option<Verdict>,
}

impl Judged {
    /// How it stands, as the end of a sentence that begins with the run.
    pub fn words(&self) -> &str {
        match self.verdict {
            // The phase does not know what was measured, but more of everything else.
            Some(verdict @ (Verdict::Late | Verdict::Incomplete)) => verdict.words(),
            _ => &self.line.phase,
        }
    }
}

/// What came of asking something of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done,
    /// It cannot be done, and why.
    Refused(String),
    /// Nobody carries the run out at the moment; it is kept until somebody does.
    Kept,
}

/// How long to wait for the owner of a run to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How often it is looked for the answer.
const LOOK_EVERY: Duration = Duration::from_millis(50);

impl Runs {
    /// Opens the runs of the workspace that a path is or lies in.
    ///
    /// # Errors
    /// When there is no workspace, or its state folder cannot be written.
    pub async fn open(workspace: &Workspace, durability: Durability) -> Result<Self> {
        Ok(Runs {
            workspace: workspace.root.clone(),
            folder: state_folder(workspace)?,
            store: Store::open(&place(workspace), durability).await?,
        })
    }

    /// Looks at the runs of a workspace as they are at this moment. Nothing is written, so it needs
    /// no permission to write.
    ///
    /// # Errors
    /// When there are some that cannot be read.
    pub async fn look(workspace: &Workspace) -> Result<Self> {
        Ok(Runs {
            workspace: workspace.root.clone(),
            folder: workspace.root.join(STATE_FOLDER),
            store: Store::read(&place(workspace)).await?,
        })
    }

    /// Whether a workspace has any; looking for them makes nothing.
    fn any(workspace: &Workspace) -> bool {
        match place(workspace) {
            // Where nobody can tell, opening it will say why.
            Place::Folder(folder) => folder.join(store::FILE).try_exists().unwrap_or(true),
            Place::Postgres(_) => true,
        }
    }

    /// The facts from the runs of a workspace that has some; nothing is written. `lost` says what
    /// becomes of what cannot be read.
    ///
    /// # Errors
    /// When not even the list of runs can be read, and whatever `lost` has for one.
    async fn record(
        workspace: &Workspace,
        zone: TimeZone,
        lost: Lost,
        recalled: &mut Recalled,
    ) -> Result<Record> {
        let mut store = Store::read(&place(workspace)).await?;
        let mut record = Record::default();
        let lines = store.runs().await?;
        recalled.keep(&store.last_hashes().await?, zone);
        for line in lines {
            if let Some(run) = recalled.recall(&line) {
                record.runs.push(run);
                continue;
            }
            match facts(&mut store, &line, zone).await {
                Ok(run) => {
                    recalled.add(&line, &run);
                    record.runs.push(run);
                }
                Err(error) => record.broken.push(lost(Some(&line), error)?),
            }
        }
        match store.facts().await {
            Ok(facts) => {
                let verified = facts.iter().rev().filter_map(|fact| match fact {
                    Fact::Verified(verification) => Some(Verified::new(verification, zone)),
                    _ => None,
                });
                record.verified = verified.collect();
                let sampled = facts.iter().rev().filter_map(|fact| match fact {
                    Fact::Sampled(sampled) => SampleRun::new(sampled, zone),
                    _ => None,
                });
                record.sampled = sampled.collect();
                record.pinged = Pinged::all(&facts, zone);
                record.detectors = Detector::all(self_test::keys(), &facts, zone);
            }
            Err(error) => record.broken.push(lost(None, error)?),
        }
        match store.duties().await {
            Ok(duties) => record.duties = duties,
            Err(error) => record.broken.push(lost(None, error)?),
        }
        match store.given_up(MESSAGES_MAX).await {
            Ok(messages) => record.undelivered = undelivered(messages, zone),
            Err(error) => record.broken.push(lost(None, error)?),
        }
        store.close().await?;
        Ok(record)
    }

    /// Every run, the last one first, as its journal has it.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn list(&mut self) -> Result<Vec<RunLine>> {
        let mut lines = self.store.runs().await?;
        for line in &mut lines {
            match self.stands(&line.id).await {
                Ok((phase, last)) => (line.phase, line.last) = (phase.to_owned(), last),
                Err(error) if error.code == Code::Invalid => line.phase = UNPROVEN.to_owned(),
                Err(error) => return Err(error),
            }
        }
        Ok(lines)
    }

    /// What came of each of these runs. Whether one that succeeded was in time stands only in what
    /// it measured, so its journal is read and verified; of all others none is.
    ///
    /// # Errors
    /// When a journal cannot be read.
    pub async fn judge(&mut self, lines: Vec<RunLine>) -> Result<Vec<Judged>> {
        let mut judged = Vec::with_capacity(lines.len());
        for mut line in lines {
            let ended = Outcome::ALL.iter().find(|end| end.words() == line.phase);
            let verdict = match ended.map(|outcome| Verdict::of(*outcome)) {
                Some(Some(verdict)) => Some(verdict),
                Some(None) => match self.read(&line.id).await {
                    Ok((run, ..)) => Some(Verdict::new(&run)),
                    Err(error) if error.code == Code::Invalid => {
                        line.phase = UNPROVEN.to_owned();
                        None
                    }
                    Err(error) => return Err(error),
                },
                None => Some(Verdict::Open).filter(|_| line.phase != UNPROVEN),
            };
            judged.push(Judged { line, verdict });
        }
        Ok(judged)
    }

    /// In what phase a run is, and since when nothing more happened.
    async fn stands(&mut self, id: &str) -> Result<(&'static str, String)> {
        let last = self.store.last(id).await?.event()?;
        let at = last.at.wall.to_rfc3339();
        // Only of those that are not over, which are few, all is read.
        Ok(match last.what {
            What::RunFinished { outcome } => (outcome.words(), at),
            _ => (self.read(id).await?.0.phase.words(), at),
        })
    }

    /// Where a run stands, with the end of its journal and all that happened.
    ///
    /// # Errors
    /// When there is no such run, or its journal does not hold together.
    pub async fn read(&mut self, id: &str) -> Result<(drill::Run, Head, Vec<Event>)> {
        let entries = self.store.entries(id).await?;
        let (run, head) = drill::read(&entries)?;
        let events = entries.iter().map(Entry::event).collect::<Result<_>>()?;
        Ok((run, head, events))
    }

    /// Everything that keeps a drill from beginning now; nothing is touched.
    ///
    /// # Errors
    /// When the runs cannot be read.
    pub async fn preflight(&mut self, prepared: &Prepared<Exercise>) -> Result<Vec<String>> {
        let script = prepared.script();
        let flaws = prepared.flaws().iter().map(Flaw::to_string);
        let mut reasons: Vec<String> = flaws.collect();
        reasons.extend(runner::preflight(script, &self.workspace));
        reasons.extend(drill::unagreed(script));
        for line in self.list().await? {
            if Outcome::ALL
                .iter()
                .any(|outcome| outcome.words() == line.phase)
            {
                continue;
            }
            let (run, ..) = self.read(&line.id).await?;
            if let Some(both) = drill::conflict(&script.locks, &run.script.locks) {
                let (id, phase) = (&line.id, &line.phase);
                reasons.push(format!("run `{id}` ({phase}) keeps others from `{both}`"));
            }
        }
        Ok(reasons)
    }

    /// Rehearses every undo of a drill that says how, and does nothing else.
    ///
    /// # Errors
    /// When there is no place for what that writes.
    pub async fn rehearse(&self, prepared: &Prepared<Exercise>) -> Result<Vec<Rehearsed>> {
        let script = prepared.script();
        let name = format!("{}-{}", script.drill, clock::now()?.boot_micros);
        let folder = self.folder.join("rehearsals").join(name);
        runner::rehearse(script, &self.surroundings()?, &folder).await
    }

    /// Carries a script out, under an id that no run has yet.
    ///
    /// # Errors
    /// `Conflict` with every reason why it cannot begin now; else when it cannot be written down.
    pub async fn start(
        mut self,
        prepared: Prepared<Exercise>,
        tell: &mut dyn Watch,
    ) -> Result<Outcome> {
        let script = prepared.script();
        // Two that begin at once would not see each other.
        let starting = self.folder.join("starting");
        let failed = |error| Error::io("wait for others that begin a run", error);
        let starting = File::create(starting).map_err(failed)?;
        starting.lock().map_err(failed)?;
        self.store.hold(runner::STARTING).await?;
        refuse(&script.drill, &self.preflight(&prepared).await?)?;
        let day = clock::now()?.wall.format("%Y-%m-%d");
        let base = format!("{}-{day}", script.drill);
        let taken: Vec<String> = self.list().await?.into_iter().map(|run| run.id).collect();
        let mut ids = (1..).map(|count: u32| match count {
            1 => base.clone(),
            more => format!("{base}-{more}"),
        });
        let id = ids.find(|id| !taken.contains(id));
        let id = id.ok_or_else(|| Error::internal("find an id for the run"))?;
        let folder = runner::Folder::new(&self.folder, &id);
        let owner = runner::Owner::take(&mut self.store, &folder, &id).await?;
        let owner = owner.ok_or_else(|| Error::conflict(format!("begin run `{id}`")))?;
        tell.named(&id);
        self.runner(id, (folder, owner), tell)?
            .start(prepared, starting)
            .await
    }

    /// Every run as it is listed, the last one first. That proves nothing that journals do not.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn lines(&mut self) -> Result<Vec<RunLine>> {
        self.store.runs().await
    }

    /// Keeps a copy of a file that somebody hands in.
    ///
    /// # Errors
    /// When it cannot be read, or not be kept.
    pub fn keep(&self, file: &Path) -> Result<Evidence> {
        let name = file
            .file_name()
            .unwrap_or(file.as_os_str())
            .to_string_lossy();
        let kept = artifacts::keep_copy(&self.folder.join(artifacts::FOLDER), file, &name);
        kept.map_err(|error| Error::io(format!("keep `{}` as evidence", file.display()), error))
    }

    /// What of the evidence of a run was changed or is gone, step by step.
    pub fn lost_evidence(&self, run: &drill::Run) -> Vec<(String, String)> {
        let folder = self.folder.join(artifacts::FOLDER);
        let steps = run.script.tasks.iter().zip(&run.steps);
        let faults = steps.flat_map(|(task, step)| {
            let faults = step
                .evidence
                .iter()
                .filter_map(|it| artifacts::fault(&folder, it));
            faults.map(|why| (task.name.clone(), why))
        });
        faults.collect()
    }

    /// Whether a process carries a run out.
    ///
    /// # Errors
    /// `Io` when nobody can be asked.
    pub async fn is_carried_out(&mut self, id: &str) -> Result<CarriedOut> {
        let folder = runner::Folder::new(&self.folder, id);
        let is_there = runner::Owner::is_there(&mut self.store, &folder, id);
        Ok(match is_there.await? {
            true => CarriedOut::Yes,
            false => CarriedOut::No,
        })
    }

    /// Goes on with a run that nobody carries out; one that is paused goes on if `by` says so.
    ///
    /// # Errors
    /// `Conflict` when another process carries it out; else as for [`read`](Self::read).
    pub async fn resume(
        mut self,
        id: &str,
        by: Option<&str>,
        tell: &mut dyn Watch,
    ) -> Result<Outcome> {
        let (run, ..) = self.read(id).await?;
        if run.is_over() {
            return Err(
                Error::conflict(format!("go on with run `{id}`: it {}", stands(&run)))
                    .hint("`mainstay drill report` shows what came of it."),
            );
        }
        let folder = runner::Folder::new(&self.folder, id);
        let owner = runner::Owner::take(&mut self.store, &folder, id).await?;
        let Some(owner) = owner else {
            return Err(Error::conflict(format!("take over run `{id}`"))
                .hint("Another process carries it out; `mainstay drill status` shows it."));
        };
        if let Some(by) = by.filter(|_| run.phase == drill::Phase::Paused) {
            let (by, what) = (by.to_owned(), What::RunResumed);
            self.store.ask(id, &Request { by, what }).await?;
        }
        tell.named(id);
        self.runner(id.to_owned(), (folder, owner), tell)?
            .resume()
            .await
    }

    /// Follows a run of a workspace that another process carries out; nothing is written.
    ///
    /// # Errors
    /// When there is no such run, or its journal cannot be read or trusted.
    pub async fn attach(
        workspace: &Workspace,
        id: &str,
        since: Since,
        tell: &mut dyn Watch,
    ) -> Result<()> {
        let state = workspace.root.join(STATE_FOLDER);
        if !Runs::any(workspace) {
            return Err(Error::not_found(format!("find the run `{id}`"))
                .hint("Nothing was ever run here; `mainstay drill list` shows the drills."));
        }
        let store = Store::follow(&place(workspace)).await?;
        let folder = runner::Folder::new(&state, id);
        runner::attach(id, store, &folder, since, tell).await
    }

    /// Asks of a run what follows from where it stands, and waits for the answer of whoever
    /// carries it out.
    ///
    /// # Errors
    /// When there is no such run, or the request cannot be made or written down.
    pub async fn ask(
        &mut self,
        id: &str,
        by: &str,
        what: impl FnOnce(&drill::Run) -> Result<What>,
    ) -> Result<Answer> {
        let (run, ..) = self.read(id).await?;
        let (by, what) = (by.to_owned(), what(&run)?);
        let request = Request { by, what };
        if run.is_over() {
            return match request.what {
                What::IncidentDismissed { .. } => self.after_the_end(id, request).await,
                _ => Ok(Answer::Refused(format!(
                    "run `{id}` is over: it {}",
                    stands(&run)
                ))),
            };
        }
        if self.is_carried_out(id).await? == CarriedOut::No
            && let Some(why) = self.refusal(id, &request).await?
        {
            return Ok(Answer::Refused(why));
        }
        let number = self.store.ask(id, &request).await?;
        if self.is_carried_out(id).await? == CarriedOut::No {
            return Ok(Answer::Kept);
        }
        let until = tokio::time::Instant::now() + ANSWER_WITHIN;
        while tokio::time::Instant::now() < until {
            match self.store.answer(number).await? {
                Some(refused) if !refused.is_empty() => return Ok(Answer::Refused(refused)),
                Some(_) => return Ok(Answer::Done),
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
        Ok(Answer::Kept)
    }

    /// Why nobody could have what is asked of a run that nobody carries out, where it stands.
    async fn refusal(&mut self, id: &str, request: &Request) -> Result<Option<String>> {
        let (entries, waiting) = (self.store.entries(id).await?, self.store.asked(id).await?);
        let waiting = waiting.into_iter().map(|asked| asked.request).collect();
        drill::Engine::refusal(&entries, waiting, request.clone(), &clock::now()?)
    }

    /// Has what is asked of a run that is over, or says why not: nobody carries it out any more.
    async fn after_the_end(&mut self, id: &str, request: Request) -> Result<Answer> {
        let entries = self.store.entries(id).await?;
        let now = clock::now()?;
        let mut engine = drill::Engine::read(&entries)?;
        let mut turn = engine.turn(vec![drill::Message::Asked(request)], &now)?;
        if let Some(why) = turn.refused.pop() {
            return Ok(Answer::Refused(why));
        }
        let written = self.store.append(id, &turn.entries, &engine.run, &[], &[]);
        written.await.map(|()| Answer::Done)
    }

    fn runner<'w>(
        self,
        id: String,
        held: (runner::Folder, runner::Owner),
        tell: &'w mut dyn Watch,
    ) -> Result<Runner<'w>> {
        let surroundings = self.surroundings()?;
        Ok(Runner::new(id, self.store, held, surroundings, tell))
    }

    fn surroundings(&self) -> Result<Surroundings> {
        Ok(Surroundings {
            workspace: self.workspace.clone(),
            artifacts: self.folder.join(artifacts::FOLDER),
            program: itself()?,
            tell: Arc::new(Waiting::new(&self.workspace)),
        })
    }
}

/// The facts from one run.
async fn facts(store: &mut Store, line: &RunLine, zone: TimeZone) -> Result<Past> {
    let (run, head) = drill::read(&store.entries(&line.id).await?)?;
    // The list is written with the entries, so it knows of entries that are not there any more. Its
    // words prove nothing: another version may say the same in others.
    if run.last_at.wall.to_rfc3339() != line.last {
        let last = &line.last;
        let message = format!("find the end of the journal, whose last entry is of {last}");
        return Err(Error::invalid(message));
    }
    Ok(Past::new(&line.id, &run, &head, zone))
}

/// The messages that were given up.
fn undelivered(messages: Vec<GivenUp>, zone: TimeZone) -> Vec<Undelivered> {
    let undelivered = messages.into_iter().map(|message| Undelivered {
        key: message.key,
        channel: message.channel,
        day: Date(message.at.with_timezone(&zone.0).date_naive()),
        said: message.said,
    });
    undelivered.collect()
}

/// That a journal, or all of them, cannot be relied upon.
fn broken(line: Option<&RunLine>, error: Error) -> Broken {
    let why = match error.source {
        Some(source) => format!("could not {}: {source}", error.message),
        None => format!("could not {}", error.message),
    };
    Broken {
        run: line.map(|line| line.id.clone()),
        drill: line.and_then(|line| line.drill.parse().ok()),
        why,
    }
}

/// What happened in a workspace. What cannot be read is part of it, as such; where nothing was ever
/// run nothing is opened, and nothing is made.
pub(super) fn record(workspace: &Workspace, zone: TimeZone) -> Record {
    if !Runs::any(workspace) {
        return Record::default();
    }
    let lost: Lost = |line, error| Ok(broken(line, error));
    let record = wait_for(Runs::record(
        workspace,
        zone,
        lost,
        &mut Recalled::default(),
    ));
    record.unwrap_or_else(|error| {
        let mut all = broken(None, error);
        // Which folder or database of which machine that is, is nothing a document should say.
        let folder = format!("{}/", workspace.root.display());
        all.why = all.why.replace(&folder, "");
        if let Place::Postgres(_) = place(workspace) {
            let address = place(workspace).to_string();
            all.why = all.why.replace(&address, "PostgreSQL");
        }
        Record {
            broken: vec![all],
            ..Record::default()
        }
    })
}

/// What happened in a workspace, for whoever acts on it: only what was read and is not what was
/// written may be missing, and stands in it as such.
///
/// # Errors
/// When something could not be read: from what is missing then nothing follows.
pub(super) fn record_to_act_on(
    workspace: &Workspace,
    zone: TimeZone,
    recalled: &mut Recalled,
) -> Result<Record> {
    if !Runs::any(workspace) {
        return Ok(Record::default());
    }
    let lost: Lost = |line, error| match error.code {
        Code::Invalid => Ok(broken(line, error)),
        _ => Err(error),
    };
    wait_for(Runs::record(workspace, zone, lost, recalled))
}
