//! Whether what is not as it was in a repository may be so.
//!
//! # What may disappear
//!
//! Policies thin out: `--keep-daily` lets the older of two recovery points of a day go, also when
//! it is an hour old, and later all but one of a month. So that something disappears is no fault
//! as long as a newer one is left, except
//!
//! 1. **the newest one**, with nothing newer in its place: no policy takes the last one. This is
//!    a fault until there is a newer one again. Where several are of the same second, which of
//!    them is the newest cannot be told, and none may go;
//! 2. **all of them**;
//! 3. where the plan says how long recovery points are kept, one whose time is not over, and that
//!    no other stands for: none that is left was begun within **half that time**, or a day, after
//!    it. Whoever keeps one of each month for a year can take any that is followed by another in
//!    half a year. The time that is stated is one that is surely kept: `--keep-monthly 1` keeps
//!    the last of a month no longer than to the next day;
//! 4. where the newest ones disappeared, all of them at once, newer ones are there, and fewer in
//!    all: the repository was **set back and then went on**, if the hole between what was left and
//!    what came after is more than twice as wide as any other, and as the schedule. A policy thins
//!    out from the old end, so that what is left lies the closer together the newer it is.
//!
//! 5. **all that were known**, where the repository has another identity than before: it was
//!    begun anew. Where a repository has no identity of its own, that passes unless the plan says
//!    how long recovery points are kept: to keep none but the last looks the same.
//!
//! What rules 2 to 5 find stays a [`Doubt`] until it is settled.
//!
//! Besides, a recovery point never changes, is there once, and is not dated ahead. One that has
//! only a new id, as tagging gives it, is the same. One that was begun later and has the id of an
//! older one took its place: so it is where a file or a folder is written anew each time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::freshness::{apart, later};
use super::ledger::{Known, Ledger, Terms};
use super::{Doubt, DoubtAbout, Level, RecoveryPoint, Seen, Trial};
use crate::time::{Date, Duration};

const WHAT: &str = "continuity of the recovery points";

/// What is not as it was.
pub(super) struct Change<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) now: DateTime<Utc>,
    pub(super) terms: Terms,
    pub(super) there: BTreeMap<&'a str, &'a RecoveryPoint>,
    pub(super) new: Vec<&'a RecoveryPoint>,
    pub(super) left: Vec<&'a RecoveryPoint>,
    pub(super) gone: Vec<&'a RecoveryPoint>,
}

impl Change<'_> {
    pub(super) fn seen(&self) -> Seen {
        let mut new = self.new.clone();
        new.sort_by_key(|point| point.as_of);
        Seen {
            count: self.there.len() as u64,
            new: new.into_iter().cloned().collect(),
            gone: self.gone.iter().map(|point| point.id.clone()).collect(),
            doubts: self.doubts(),
        }
    }

    pub(super) fn trials(&self, listed: usize) -> Vec<Trial> {
        if self.there.is_empty() && self.ledger.entries.is_empty() {
            let why = "there are no recovery points, and none were ever seen";
            return vec![Trial::inconclusive(Level::Fresh, WHAT, why)];
        }
        let twice = listed - self.there.len();
        let twice = (twice > 0).then(|| format!("{twice} are listed more than once"));
        let lost = self.doubts().into_iter().map(|doubt| doubt.found);
        let lost = lost.chain(match self.there.is_empty() {
            // Also the second time, when nothing is gone any more.
            true => Some("there are none any more".to_owned()),
            false => self.rollback(),
        });
        let faults = lost.chain(twice).chain(self.dated_ahead());
        let faults = faults.chain(self.rewritten()).chain(self.renamed());
        let trials: Vec<_> = faults
            .map(|found| Trial::fail(Level::Fresh, WHAT, found))
            .collect();
        match trials.is_empty() {
            true => vec![Trial::pass(Level::Fresh, WHAT, self.words())],
            false => trials,
        }
    }

    /// What stays until it is settled: rules 2 to 5.
    fn doubts(&self) -> Vec<Doubt> {
        let lost = match self.there.is_empty() {
            true => [self.all_gone(), None, None],
            false => [self.set_back(), self.too_early(), self.begun_anew()],
        };
        lost.into_iter().flatten().collect()
    }

    /// That recovery points are gone; it is settled by the newest of them.
    fn gone(&self, found: String) -> Option<Doubt> {
        let newest = self.gone.iter().max_by_key(|point| point.as_of)?;
        Some(Doubt {
            point: newest.id.clone(),
            about: DoubtAbout::Gone,
            until: None,
            found,
        })
    }

    /// Rule 2: nothing is left.
    fn all_gone(&self) -> Option<Doubt> {
        self.gone(format!("all {} were gone at once", self.gone.len()))
    }

    /// Rule 1: the newest known one has no newer one in its place.
    ///
    /// What was dated ahead when it was seen says nothing about what is the newest.
    fn rollback(&self) -> Option<String> {
        let real = |entry: &&Known| entry.point.as_of <= later(entry.first_seen, self.terms.skew);
        let known = self
            .ledger
            .entries
            .values()
            .filter(real)
            .map(|entry| &entry.point);
        let known = known.max_by_key(|point| point.as_of)?;
        let there = self.there.values().filter(|point| !self.is_ahead(point));
        let there = there.max_by_key(|point| point.as_of);
        if there.is_some_and(|there| there.as_of > known.as_of) {
            return None;
        }
        let known = self.not_replaced(known.as_of)?;
        let words = format!("`{}` of {} is gone", known.id, known.as_of.format(TIME));
        Some(match there {
            Some(there) => {
                let of = there.as_of.format(TIME);
                format!("{words}, and the newest is `{}` of {of}", there.id)
            }
            None => format!("{words}, and nothing is in its place"),
        })
    }

    /// One of that moment that is gone, and no other of that moment was new when it went.
    fn not_replaced(&self, moment: DateTime<Utc>) -> Option<&RecoveryPoint> {
        let entries = self.ledger.entries.values();
        let of_then: Vec<_> = entries
            .filter(|entry| entry.point.as_of == moment)
            .collect();
        let is_new = |point: &&RecoveryPoint| !self.ledger.entries.contains_key(&point.id);
        let new = self
            .new
            .iter()
            .any(|point| point.as_of == moment && is_new(point));
        let is_gone = |entry: &&&Known| !self.there.contains_key(entry.point.id.as_str());
        let is_replaced = |entry: &&&Known| match entry.gone_at {
            Some(at) => of_then
                .iter()
                .any(|other| other.first_seen == at && other != *entry),
            None => new,
        };
        let mut lost = of_then.iter().filter(is_gone);
        lost.find(|entry| !is_replaced(entry))
            .map(|entry| &entry.point)
    }

    /// Rule 4: the newest known ones are gone at once, and newer ones were made.
    fn set_back(&self) -> Option<Doubt> {
        let left = self.left.iter().map(|point| point.as_of).max()?;
        let first_gone = self.gone.iter().map(|point| point.as_of).min()?;
        let after = self.there.values().map(|point| point.as_of);
        let next = after.filter(|at| *at > left).min()?;
        let fewer = self.there.len() < self.left.len() + self.gone.len();
        let every = self.terms.every.unwrap_or_default();
        let usual = widest(&self.left)?.max(every).times(2);
        let is_hole = left < first_gone && fewer && apart(left, next) > usual;
        let (count, from) = (self.gone.len(), first_gone.format(TIME));
        let found =
            format!("the newest {count}, from {from} on, are gone, and later ones were made");
        self.gone(found).filter(|_| is_hole)
    }

    /// Rule 3: what is gone although its time is not over, and that no other stands for.
    fn too_early(&self) -> Option<Doubt> {
        let keep = self.terms.keep?;
        let today = Date(self.now.date_naive());
        let mut times: Vec<_> = self.there.values().map(|point| point.as_of).collect();
        times.sort_unstable();
        let mut early = self.gone.iter().filter(|point| {
            let day = Date(point.as_of.date_naive());
            let until = keep.after(day);
            let days = until.0.signed_duration_since(day.0).num_days();
            let half = Duration::hours(12).times(days.try_into().unwrap_or(0).max(2));
            let next = times.get(times.partition_point(|at| *at < point.as_of));
            until > today && next.is_none_or(|next| *next > later(point.as_of, half))
        });
        let (first, more) = (early.next()?, early.count());
        let (of, kept) = (first.as_of.format(TIME), keep.words());
        let more = if more > 0 {
            format!(", and so are {more} more")
        } else {
            String::new()
        };
        Some(Doubt {
            point: first.id.clone(),
            about: DoubtAbout::Gone,
            until: Some(keep.after(Date(first.as_of.date_naive()))),
            found: format!(
                "`{}` of {of} is gone before its {kept} are over{more}",
                first.id
            ),
        })
    }

    /// Rule 5: the repository is another one, and nothing of what was known is in it.
    fn begun_anew(&self) -> Option<Doubt> {
        let gone = self.gone.len();
        let found = format!(
            "the repository is another one than before, begun anew: all {gone} known are gone"
        );
        let is_new = self.terms.another && self.left.is_empty();
        self.gone(found).filter(|_| is_new)
    }

    fn is_ahead(&self, point: &RecoveryPoint) -> bool {
        point.as_of > later(self.now, self.terms.skew)
    }

    fn dated_ahead(&self) -> Option<String> {
        let ahead = self.there.values().find(|point| self.is_ahead(point))?;
        Some(format!(
            "`{}` is dated ahead, {}",
            ahead.id,
            ahead.as_of.format(TIME)
        ))
    }

    /// The same id with an earlier time, or of the same time with another content.
    fn rewritten(&self) -> Vec<String> {
        let differ = |a: Option<u64>, b: Option<u64>| a.zip(b).is_some_and(|(a, b)| a != b);
        let rewritten = |point: &&&RecoveryPoint| {
            let before = self.ledger.entries.get(&point.id).map(|entry| &entry.point);
            before.is_some_and(|before| {
                // Newer tools may say more, and more exactly.
                let (then, now) = (before.as_of.timestamp(), point.as_of.timestamp());
                let is_other =
                    differ(before.bytes, point.bytes) || differ(before.files, point.files);
                now < then || now == then && is_other
            })
        };
        let words = |point: &&RecoveryPoint| format!("`{}` is not as it was", point.id);
        self.new.iter().filter(rewritten).map(words).collect()
    }

    /// Another id for the same moment, and not the same content.
    fn renamed(&self) -> Vec<String> {
        let renamed = self.pairs().filter(|(gone, new)| !is_told(gone, new));
        let words = |(gone, new): (&RecoveryPoint, &RecoveryPoint)| {
            format!("`{}` is now `{}`, and not as it was", gone.id, new.id)
        };
        renamed.map(words).collect()
    }

    /// What is gone, with what is new and of the same moment.
    fn pairs(&self) -> impl Iterator<Item = (&RecoveryPoint, &RecoveryPoint)> {
        let new: BTreeMap<_, _> = self.new.iter().map(|new| (new.as_of, *new)).collect();
        let gone = self.gone.iter();
        gone.filter_map(move |gone| Some((*gone, *new.get(&gone.as_of)?)))
    }

    /// How many have the id of one that was begun earlier, and is not known to be gone.
    fn replaced(&self) -> usize {
        let replaced = self.new.iter().filter(|new| {
            let entry = self.ledger.entries.get(&new.id);
            let before = entry.filter(|entry| entry.gone_at.is_none());
            before.is_some_and(|it| it.point.as_of.timestamp() < new.as_of.timestamp())
        });
        replaced.count()
    }

    /// What is as it should be.
    fn words(&self) -> String {
        let back = self.new.iter().filter(|new| {
            let entry = self.ledger.entries.get(&new.id);
            entry.is_some_and(|entry| entry.gone_at.is_some())
        });
        let first = match self.ledger.entries.is_empty() {
            true => ", the first ever seen",
            false => "",
        };
        let renamed = self.pairs().count();
        let replaced = self.replaced();
        let unknown = self
            .new
            .iter()
            .filter(|new| !self.ledger.entries.contains_key(&new.id));
        let counts = [
            (self.left.len() - replaced, "known before"),
            (replaced, "with a newer one in their place"),
            (unknown.count().saturating_sub(renamed), "new"),
            (back.count(), "back again"),
            (renamed, "with a new id, as tagging gives one"),
            (
                self.gone.len().saturating_sub(renamed),
                "gone, and newer ones are there",
            ),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let words: Vec<_> = counts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        words.join(", ") + first
    }
}

/// How people read a moment here.
const TIME: &str = "%Y-%m-%d %H:%M UTC";

/// Whether all is known already that counts of a recovery point. What it takes in the repository
/// changes with the others, and says nothing about it.
pub(super) fn is_told(known: &RecoveryPoint, point: &RecoveryPoint) -> bool {
    let sizes = |it: &RecoveryPoint| (it.bytes, it.files, it.files_unmodified);
    known.as_of == point.as_of
        && known.finished == point.finished
        && known.kind == point.kind
        && sizes(known) == sizes(point)
        && known.faults == point.faults
}

/// The fewest recovery points that show what is usual. Fewer may have been kept for good, all from
/// the beginning, whatever the policy.
const USUAL_MIN: usize = 7;

/// The widest gap between some recovery points; nothing where too few show what is usual.
fn widest(points: &[&RecoveryPoint]) -> Option<Duration> {
    let mut times: Vec<_> = points.iter().map(|point| point.as_of).collect();
    times.sort_unstable();
    let gaps = times.windows(2).map(|pair| apart(pair[0], pair[1]));
    gaps.max().filter(|_| times.len() >= USUAL_MIN)
}
