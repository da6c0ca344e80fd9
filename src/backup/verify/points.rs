//! Which recovery points there are, which one is looked at, and how new and whole the list is.

use super::{With, Work};
use crate::backup::pick::{Offer, newest};
use crate::proof::{
    AgeLimits, Doubt, Ledger, Level, RecoveryPoint, Taken, Terms, Trial, Verdict, freshness,
    is_another, job, open_doubts, radar, trial_of_job,
};
use crate::time::{Date, Duration};

impl Work<'_> {
    /// Finds the recovery points, and the one that is looked at.
    pub(super) fn locate(&mut self, with: &With) -> Option<RecoveryPoint> {
        let what = "the recovery points can be listed";
        let reader = with.provider.reader(&with.session);
        let reader = self.take(Level::Exists, what, reader)?;
        (self.found.tool, self.found.repository) = (reader.tool, reader.repository);
        self.found.notes.extend(reader.notes);
        let catalogue = with.provider.list(&with.session);
        let catalogue = self.take(Level::Exists, what, catalogue)?;
        self.found.trials.extend(catalogue.trials);
        let points = catalogue.points;
        let what = "there is a recovery point";
        let newest = newest(&points, self.now);
        self.found.newest = newest.map(|it| it.as_of);
        let chosen = self.asked.pick.choose(&Offer {
            points: &points,
            retention: self.asked.backup.retention,
            now: self.now,
        });
        let point = self.take(Level::Exists, what, chosen).cloned();
        if let Some(point) = &point {
            let found = format!("{} of {}, as of {}", point.id, points.len(), point.as_of);
            self.found
                .trials
                .push(Trial::pass(Level::Exists, what, found));
        }
        // How new the list is does not depend on which one is looked at.
        if self.asked.level >= Level::Fresh && !points.is_empty() {
            self.compare(&points);
        }
        let point = point?;
        self.found.point = Some(point.clone());
        // Of an older one it says nothing of what the newest is.
        let rung = match self.found.is_of_older() {
            true => Level::Intact,
            false => Level::Exists,
        };
        for fault in &point.faults {
            let what = "the tool knows of no fault in it";
            self.found.trials.push(Trial::fail(rung, what, fault));
        }
        if self.asked.level >= Level::Fresh {
            self.join(&points, newest.unwrap_or(&point));
            if self.found.is_of_older() {
                self.join_older(&points, &point);
            }
        }
        Some(point)
    }

    /// Compares the recovery points with all that was ever seen, and with how new they have to be.
    pub(super) fn compare(&mut self, points: &[RecoveryPoint]) {
        let backup = self.asked.backup;
        let mut ledger = Ledger::default();
        for past in self.asked.past {
            ledger.follow(past.began.wall, &past.seen);
        }
        let terms = Terms {
            keep: backup.retention,
            every: backup.every,
            another: is_another(self.asked.past, &self.found),
            ..Terms::default()
        };
        let (seen, trials) = ledger.compare(self.now, points, terms);
        let settled = self.settled();
        let unusual = radar(points, seen.new.len(), settled);
        let past = self.asked.past.iter().map(|it| &it.seen);
        let doubts = open_doubts(past, points, settled, Date(self.now.date_naive()));
        let is_new = |doubt: &&&Doubt| !unusual.doubts.iter().any(|it| it.point == doubt.point);
        let doubts: Vec<Trial> = doubts.iter().filter(is_new).map(|it| it.trial()).collect();
        self.found.trials.extend(doubts);
        self.found.seen = seen;
        self.found.seen.doubts.extend(unusual.doubts);
        self.found.trials.extend(trials);
        self.found.trials.extend(unusual.trial);
        self.found.notes.extend(unusual.notes);
        let schedule = self.age_max();
        let limits = AgeLimits {
            schedule,
            // A copy that is made once a year is not there to lose little.
            rpo: self.asked.promised.rpo.filter(|_| schedule.is_none()),
        };
        let trials = freshness(points, self.now, limits);
        self.found.trials.extend(trials);
    }

    /// Joins the recovery point with what the job told that made it.
    pub(super) fn join(&mut self, points: &[RecoveryPoint], point: &RecoveryPoint) {
        let (backup, found) = (self.asked.backup, &mut self.found);
        if backup.ping.is_some() {
            let known = job(self.asked.pings, points, point);
            found.trials.push(trial_of_job(known, &found.provider));
        } else if backup.take.is_some() {
            // Of what it could not read whole a tool may leave a recovery point, too.
            let what = "Mainstay made it, and could read all";
            let trial = match taken(self.asked.taken, point) {
                Some(_) => Trial::pass(Level::Fresh, what, "as it wrote down then"),
                None => {
                    let id = &backup.id;
                    let why = format!("nothing says so: run `mainstay backup take-full {id}`");
                    Trial::inconclusive(Level::Fresh, what, why)
                }
            };
            found.trials.push(trial);
        } else {
            let note = "whether the job that made it could read all is not known: the plan states \
                        no `ping`";
            found.notes.push(note.to_owned());
        }
    }

    /// Joins an older recovery point with what the job told that made it. How new the backup is
    /// that does not change; but a job that did not end well left something out.
    fn join_older(&mut self, points: &[RecoveryPoint], point: &RecoveryPoint) {
        if self.asked.backup.ping.is_none() {
            return;
        }
        let known = job(self.asked.pings, points, point);
        let trial = trial_of_job(known, &self.found.provider);
        match trial.verdict {
            Verdict::Fail => self.found.trials.push(Trial {
                level: Level::Intact,
                ..trial
            }),
            _ => self.found.notes.push(trial.sentence()),
        }
    }

    /// The recovery points in which a fault was found that somebody settled.
    pub(super) fn settled(&self) -> &[String] {
        let verify = self.asked.backup.verify.as_ref();
        verify.map_or(&[], |verify| &verify.settled)
    }

    /// How old the newest recovery point may be.
    pub(super) fn age_max(&self) -> Option<Duration> {
        let backup = self.asked.backup;
        let grace = backup.verify.as_ref().and_then(|verify| verify.grace);
        backup.every.map(|every| every + grace.unwrap_or_default())
    }
}

/// That Mainstay itself made a recovery point whole.
pub(super) fn taken<'t>(all: &'t [Taken], point: &RecoveryPoint) -> Option<&'t Taken> {
    all.iter().find(|taken| point.id.starts_with(&taken.point))
}
