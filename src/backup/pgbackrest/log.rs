//! The archived log of a stanza, and how far it carries each backup.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::super::{Outcome, Session, Trouble};
use super::{Archive, Listed, Stanza, kind};
use crate::model::PgBackrest;
use crate::proof::{History, Level, LogChain, LogUse, Segment, SegmentSize, Trial, Verdict};

/// What names the segments of an archive and where its timelines come from.
const NAMES: &str = r"[0-9A-F]{8}(-[0-9a-f]+|\.history)?(\.[a-z0-9]+)?$";
/// How long a segment has to arrive before it is missed: they do not come one after the other.
const ARRIVAL: Duration = Duration::from_secs(1);

impl PgBackrest {
    /// Whether the log is there that the backups need. What is missing is looked for once more, as
    /// it may just be arriving.
    pub(super) fn log_trials(&self, session: &Session, stanza: &Stanza) -> Outcome<Vec<Trial>> {
        let first = self.look_at_log(session, stanza)?;
        if first.iter().all(|trial| trial.verdict == Verdict::Pass) {
            return Ok(first);
        }
        std::thread::sleep(ARRIVAL);
        self.look_at_log(session, &self.stanza(session)?)
    }

    fn look_at_log(&self, session: &Session, stanza: &Stanza) -> Outcome<Vec<Trial>> {
        let mut trials = Vec::new();
        for archive in &stanza.archive {
            let backups = stanza.backup.iter();
            let backups: Vec<&Listed> = backups
                .filter(|it| it.database == archive.database)
                .collect();
            // A cluster that was upgraded may be left with its log alone.
            let is_last = stanza
                .archive
                .last()
                .is_some_and(|last| last.id == archive.id);
            if is_last || !backups.is_empty() {
                trials.extend(self.chain(session, archive, &backups)?);
            }
        }
        if stanza.archive.is_empty() {
            trials.extend(LogChain::new([""; 0], &[], &[], SegmentSize::default()).trials());
        }
        Ok(trials)
    }

    /// How far the log of one cluster carries its backups.
    fn chain(
        &self,
        session: &Session,
        archive: &Archive,
        backups: &[&Listed],
    ) -> Outcome<Vec<Trial>> {
        let names = self.segments(session, archive)?;
        let size = SegmentSize::of_names(&names);
        let mut trials = Vec::new();
        let histories = self
            .histories(session, archive, &names)
            .unwrap_or_else(|trouble| {
                let what = "where each timeline of the log comes from";
                trials.push(match trouble {
                    Trouble::Fault(why) => Trial::fail(Level::Exists, what, why),
                    Trouble::Unclear(why) => Trial::inconclusive(Level::Exists, what, why),
                });
                Vec::new()
            });
        let mut uses = Vec::new();
        for listed in backups {
            match log_use(listed, size) {
                Ok(used) => uses.extend(used),
                Err(why) => {
                    let what = "which log each backup needs";
                    trials.push(Trial::inconclusive(Level::Exists, what, why));
                }
            }
        }
        trials.extend(LogChain::new(&names, &histories, &uses, size).trials());
        Ok(trials)
    }

    /// The names of the archived segments of a cluster, and of what belongs to them.
    pub(super) fn segments(&self, session: &Session, archive: &Archive) -> Outcome<Vec<String>> {
        let folder = format!("archive/{}/{}", self.stanza, archive.id);
        let names = self.names(session, &folder, NAMES)?;
        let last = |name: &String| name.rsplit('/').next().map(str::to_owned);
        Ok(names.iter().filter_map(last).collect())
    }

    /// Where the timelines of a cluster come from.
    fn histories(
        &self,
        session: &Session,
        archive: &Archive,
        names: &[String],
    ) -> Outcome<Vec<History>> {
        let names = names.iter().filter(|name| name.ends_with(".history"));
        let read = names.map(|name| {
            let file = format!("archive/{}/{}/{name}", self.stanza, archive.id);
            let said = self.ask(session, &["repo-get", &file])?;
            History::parse(name, &said.stdout).map_err(|why| Trouble::Fault(why.to_string()))
        });
        read.collect()
    }
}

/// Which log a backup needs; nothing where it was made of a server that stood still.
fn log_use(listed: &Listed, size: SegmentSize) -> Result<Option<LogUse>, String> {
    let (Some(start), Some(stop)) = (&listed.archive.start, &listed.archive.stop) else {
        return Ok(None);
    };
    let segment = |name: &String| {
        let parsed = Segment::parse(name, size);
        parsed.ok_or_else(|| format!("`{name}` of `{}` names no segment", listed.label))
    };
    let as_of = DateTime::<Utc>::from_timestamp(listed.timestamp.start, 0);
    Ok(Some(LogUse {
        id: listed.label.clone(),
        as_of: as_of.unwrap_or_default(),
        kind: kind(&listed.kind),
        start: segment(start)?,
        stop: segment(stop)?,
    }))
}
