//! For whom a run waits: they are told, with the command by which they let it go on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::told::Telling;
use super::{Addressed, Plans};
use crate::drill::{Asks, Attempt, Run};
use crate::error::{Error, Result};
use crate::id::PersonId;
use crate::journal::{Part, RunMode};
use crate::model::{Notice, NoticeKind, Person, Tell};
use crate::notify::{self, Doer, Mode, News, Wait};
use crate::runner;
use crate::store::Outgoing;

/// Makes messages for those for whom runs of a workspace wait. A run may last for days, so who is
/// told by which channel is read from the plans at that moment.
#[derive(Debug)]
pub(super) struct Waiting(PathBuf);

impl Waiting {
    /// Of the workspace with this root.
    pub fn new(workspace: &Path) -> Self {
        Waiting(workspace.to_owned())
    }
}

impl runner::Tell for Waiting {
    fn waits(&self, id: &str, run: &Run, attempts: &[Attempt]) -> Result<Vec<Outgoing>> {
        let plans = Plans::open(&self.0, None)?;
        let organization = plans.loaded.programme.organization.as_ref();
        let tells = |notice: &Notice| notice.tells(NoticeKind::Waits);
        if organization.is_some_and(|it| !it.notices.iter().any(tells)) {
            return Ok(Vec::new());
        }
        let all = attempts.iter().flat_map(|it| plans.waits((id, run), *it));
        let all: Vec<Outgoing> = all.map(Addressed::outgoing).collect();
        let unread = plans.loaded.unread();
        match all.is_empty() && !unread.is_empty() {
            true => Err(Error::invalid(format!("read {}", unread.join(", ")))
                .hint("`mainstay check` says what is wrong with them.")),
            false => Ok(all),
        }
    }
}

impl Plans {
    /// The messages to those who have to act so that a run goes on in an attempt; none, where it
    /// does not wait for anybody.
    fn waits(&self, (id, run): (&str, &Run), attempt: Attempt) -> Vec<Addressed> {
        let Some(asks) = run.asks(attempt) else {
            return Vec::new();
        };
        let task = run.task(attempt.place);
        let people = self.here(&run.awaited(attempt));
        let doers = people.iter().map(|person| Doer {
            id: person.id.as_str(),
            name: &person.name,
        });
        let doers: Vec<Doer> = doers.collect();
        let is_done = attempt.part == Part::Step && asks != Asks::Decide;
        let tell = task.tell.as_ref().filter(|_| is_done);
        let tell = tell.map(|tell| self.line(tell));
        let ends = run.time_ends(attempt);
        let until = ends.map(|at| {
            let local = at.with_timezone(&self.zone().0);
            local.format("%Y-%m-%d %H:%M %Z").to_string()
        });
        let first = Attempt {
            number: 1,
            ..attempt
        };
        let who: BTreeSet<&PersonId> = people.iter().map(|person| &person.id).collect();
        let mut all = self.addressed(&Telling {
            news: News::Waits(Wait {
                run: notify::Run {
                    name: &run.script.name,
                    id,
                    more: "mainstay drill status",
                },
                step: &task.name,
                what: task.words(attempt.part),
                asks,
                doers: &doers,
                tell: tell.as_deref(),
                until: until.as_deref(),
            }),
            before: None,
            key: key(id, run, attempt),
            // It was asked for before.
            thread: (attempt != first).then(|| key(id, run, first)),
            who: match who.is_empty() {
                true => self.loaded.programme.responsible(None),
                false => who,
            },
        });
        for it in &mut all {
            // Nobody acts by it any more once the time of the step is over.
            it.message.until = ends;
            if run.script.mode == RunMode::Exercise {
                // People act by it.
                let run = id.to_owned();
                it.message.mode = Mode::Exercise { run };
            }
        }
        all
    }

    /// Those of whom the plans say that they are there.
    fn here(&self, ids: &BTreeSet<&str>) -> Vec<&Person> {
        let programme = &self.loaded.programme;
        let people = ids.iter().filter_map(|id| programme.people.get(id));
        let here = people.filter(|person| programme.is_here(&person.id));
        here.map(|person| &**person).collect()
    }

    /// Whom one tells by what means, in words.
    fn line(&self, tell: &Tell) -> String {
        let (programme, id) = (&self.loaded.programme, tell.who.as_str());
        let person = programme.people.get(id).map(|it| &it.name);
        let role = || programme.roles.get(id).map(|it| &it.name);
        let team = || programme.teams.get(id).map(|it| &it.name);
        let name = person.or_else(role).or_else(team);
        let name = name.map_or(id, String::as_str);
        format!("{name} ({})", tell.by)
    }
}

/// What makes the news that a run waits in an attempt this and no other.
fn key(id: &str, run: &Run, attempt: Attempt) -> String {
    let step = run.task(attempt.place).name.replace('/', ":");
    let undo = match attempt.part {
        Part::Undo => ":undo",
        Part::Step | Part::Rehearsal => "",
    };
    format!("run:{id}/waits/{step}{undo}:{}", attempt.number)
}
