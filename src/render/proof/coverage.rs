//! Which data are proven to come back: one row for every system that holds data, whether or not
//! anybody copies them.
//!
//! The document and `mainstay backup coverage` show the same rows. What is written about a restore
//! counts as long as nothing newer was shown, and is told apart from what was shown.

use crate::graph::copies::{self, Copies, data_systems};
use crate::graph::reaction;
use crate::model::{Acceptance, Backup, BackupKind, Item, Programme, Rpo, Rto, System};
use crate::proof::{Joint, LastRestore, Level, Standing, Verified, open_fault};
use crate::record::Record;
use crate::time::{Date, Duration};

/// How close the day must be until which a restore counts, in days, to say so.
const SOON_DAYS: i64 = 45;

/// The checks whose acceptance is an exception from having restored data, about what they are.
const EXCEPTIONS: [&str; 8] = [
    "backup-fault-found",
    "backup-never-restored",
    "backup-verification-overdue",
    "coverage-incomplete",
    "data-without-backup",
    "full-copy-not-tested",
    "no-full-local-copy",
    "too-few-independent-copies",
];

/// Which data are proven to come back, on a day.
pub struct Coverage<'p> {
    /// One for every system that holds data, in the order of ids.
    pub rows: Vec<Row<'p>>,
}

/// One system that holds data.
pub struct Row<'p> {
    /// The system.
    pub system: &'p Item<System>,
    /// Its usual copies.
    pub usual: Vec<&'p Item<Backup>>,
    /// Its additional full local copies.
    pub full_local: Vec<&'p Item<Backup>>,
    /// The copy that is proven best, and how far; nothing where none was ever verified. Where
    /// policy demands several that are independent, the last of those.
    pub proven: Option<Proven<'p>>,
    /// The last restore of any of its copies, and which that was. Where policy demands several
    /// copies that are independent, the one of those that counts for the shortest time.
    pub restore: Option<(&'p Item<Backup>, LastRestore<'p>)>,
    /// The copies that policy demands, where one is not enough.
    pub joint: Option<Joint<'p>>,
    /// Those of its copies in which a fault was found that nobody has seen mended.
    pub faulty: Vec<&'p Item<Backup>>,
    /// How long it may be down when its data must come from a copy.
    pub rto: Option<Rto>,
    /// How much data it may lose then.
    pub rpo: Option<Rpo>,
    /// How it stands.
    pub state: State<'p>,
    /// How long passes before anybody begins to restore.
    reaction: Duration,
}

/// The copy of some data that is proven best.
pub struct Proven<'p> {
    /// The copy.
    pub copy: &'p Item<Backup>,
    /// How far it is proven.
    pub standing: Standing<'p>,
}

/// How the data of a system stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State<'p> {
    /// They were restored, and that counts for a while.
    Current,
    /// They were restored, which does not count much longer.
    Due,
    /// They were restored, too long ago.
    Overdue,
    /// They were never restored, or a fault took back that they were.
    Never,
    /// They were restored, but not from as many independent copies as policy demands.
    TooFew,
    /// They are not restored as they should be, and somebody accepts that.
    Exception(&'p Acceptance),
}

impl State<'_> {
    /// As people read it.
    pub fn word(&self) -> &'static str {
        match self {
            State::Current => "current",
            State::Due => "due within 45 days",
            State::Overdue => "overdue",
            State::Never => "never",
            State::TooFew => "from too few copies",
            State::Exception(_) => "accepted exception",
        }
    }
}

/// How much data would be lost, and by what that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// What was restored shows it: its newest sign of life was that old.
    Measured(Duration),
    /// The recovery point was that old by its catalogue: what is in it may be older.
    ByCatalogue(Duration),
}

/// How long a restore took, where what was shown still counts as one.
pub fn took(standing: &Standing) -> Option<Duration> {
    let is_restored = standing.level >= Level::Restored;
    standing.by.took.filter(|_| is_restored)
}

impl Loss {
    /// How much a backup would lose as it stands; nothing where nothing tells.
    pub fn of(standing: &Standing) -> Option<Self> {
        let Standing { level, by, .. } = standing;
        let age = || {
            // The newest there was is what would be restored, whichever was looked at.
            let age = by.at - by.listed.or(by.as_of.filter(|_| !by.older))?;
            let seconds = u64::try_from(age.num_seconds()).ok()?;
            Some(Loss::ByCatalogue(Duration::seconds(seconds)))
        };
        match level {
            Level::Unknown => None,
            Level::Restored | Level::Validated => by.lost.map(Loss::Measured).or_else(age),
            _ => age(),
        }
    }

    /// How much.
    pub fn time(self) -> Duration {
        match self {
            Loss::Measured(time) | Loss::ByCatalogue(time) => time,
        }
    }

    /// By what that is known.
    pub fn by(self) -> &'static str {
        match self {
            Loss::Measured(_) => "measured in the data",
            Loss::ByCatalogue(_) => "age by the catalogue",
        }
    }
}

impl<'p> Coverage<'p> {
    /// Finds out how the data stand on a day.
    pub fn new(programme: &'p Programme, record: &'p Record, today: Date) -> Self {
        let copies = Copies::new(programme);
        let row = |system: &'p Item<System>| {
            let known = Known {
                programme,
                record,
                today,
            };
            known.row(system, copies.of(system.id.as_str()))
        };
        Coverage {
            rows: data_systems(programme).map(row).collect(),
        }
    }

    /// How many systems with data are proven at a level or above.
    pub fn proven_at(&self, level: Level) -> usize {
        self.rows.iter().filter(|row| row.level() >= level).count()
    }

    /// How many rest on what the plan says alone: nothing shows that they can be restored.
    pub fn only_said(&self) -> usize {
        let said = self.rows.iter().filter(|row| {
            let restore = row.restore.as_ref();
            restore.is_some_and(|(_, restore)| restore.by.is_none())
                && row.level() == Level::Unknown
        });
        said.count()
    }

    /// How many have no copy of which the plan says how it is verified.
    pub fn without_way(&self) -> usize {
        let has_way = |row: &&Row| row.copies().any(|copy| copy.verify.is_some());
        self.rows.len() - self.rows.iter().filter(has_way).count()
    }

    /// One line on all of them.
    pub fn headline(&self) -> String {
        let all = self.rows.len();
        format!(
            "{} of {all} systems with data are proven at level 5, {} at level 4 or above. {} rest \
             on what the plan says alone; of {} the plan does not say how a copy is verified.",
            self.proven_at(Level::Validated),
            self.proven_at(Level::Restored),
            self.only_said(),
            self.without_way(),
        )
    }
}

impl<'p> Row<'p> {
    /// All its copies.
    pub fn copies(&self) -> impl Iterator<Item = &'p Item<Backup>> {
        self.usual.iter().chain(&self.full_local).copied()
    }

    /// How far its data are proven.
    pub fn level(&self) -> Level {
        let proven = self.proven.as_ref();
        proven.map_or(Level::Unknown, |proven| proven.standing.level)
    }

    /// The verification that shows that.
    pub fn shown_by(&self) -> Option<&'p Verified> {
        let proven = self.proven.as_ref()?;
        (proven.standing.level > Level::Unknown).then_some(proven.standing.by)
    }

    /// How long a restore took that was shown.
    pub fn took_shown(&self) -> Option<Duration> {
        took(&self.proven.as_ref()?.standing)
    }

    /// How long a restore took, and of which copy: where one is proven, of that.
    pub fn took(&self) -> Option<(&'p Item<Backup>, Duration)> {
        let proven = self.proven.as_ref();
        let shown = proven.and_then(|proven| Some((proven.copy, self.took_shown()?)));
        shown.or_else(|| {
            let (copy, restore) = self.restore.as_ref()?;
            // What was shown and does not count any more is told as the last restore alone.
            restore.by.is_none().then_some((*copy, restore.took))
        })
    }

    /// How much data would be lost, as the copy shows that is proven.
    pub fn loss(&self) -> Option<Loss> {
        Loss::of(&self.proven.as_ref()?.standing)
    }

    /// Whether it takes longer than it may, with the time in which nobody has begun yet.
    pub fn is_late(&self) -> bool {
        let both = self.rto.zip(self.took());
        both.is_some_and(|(rto, (_, took))| self.reaction + took > rto.0)
    }

    /// Whether more would be lost than may be.
    pub fn loses_too_much(&self) -> bool {
        let both = self.rpo.zip(self.loss());
        both.is_some_and(|(rpo, loss)| loss.time() > rpo.0)
    }
}

/// What is known of all of them.
struct Known<'p> {
    programme: &'p Programme,
    record: &'p Record,
    today: Date,
}

impl<'p> Known<'p> {
    fn row(&self, system: &'p Item<System>, copies: &[&'p Item<Backup>]) -> Row<'p> {
        let is_full = |copy: &&Item<Backup>| copy.kind == Some(BackupKind::FullLocal);
        let (full_local, usual): (Vec<_>, Vec<_>) = copies.iter().copied().partition(is_full);
        let proven = usual.iter().chain(&full_local).filter_map(|copy| {
            let standing = self.record.standing(self.programme, copy, self.today)?;
            Some(Proven { copy, standing })
        });
        // Of equals the usual copy, as it is the newest: the last of the maximums counts.
        let proven: Vec<_> = proven.collect();
        let best = proven.into_iter().rev().max_by_key(|it| it.standing.level);
        let last = copies.iter().filter_map(|copy| self.last_restore(copy));
        let last = last.max_by_key(|(_, last)| (last.on, last.by.is_some()));
        let joint = (system, copies);
        let joint = self.record.joint(self.programme, joint, self.today);
        let was_restored = last.is_some();
        let (proven, restore) = match &joint {
            None => (best, last),
            Some(joint) => (last_of(joint), self.restore_of(joint)),
        };
        let is_faulty = |copy: &&&Item<Backup>| open_fault(self.record.verified(copy)).is_some();
        Row {
            faulty: copies.iter().filter(is_faulty).copied().collect(),
            state: match self.state(system, copies, restore.as_ref().map(|(_, last)| last)) {
                State::Never if was_restored => State::TooFew,
                state => state,
            },
            system,
            usual,
            full_local,
            proven,
            restore,
            joint,
            rto: copies::rto(system).map(|(rto, _)| rto),
            rpo: copies::rpo(system).map(|(rpo, _)| rpo),
            reaction: reaction(self.programme),
        }
    }

    fn last_restore(&self, copy: &'p Item<Backup>) -> Option<(&'p Item<Backup>, LastRestore<'p>)> {
        let last = self.record.last_restore(self.programme, copy, self.today)?;
        Some((copy, last))
    }

    /// The restore of one of several copies that counts for the shortest time; nothing where one of
    /// them was not restored.
    fn restore_of(&self, joint: &Joint<'p>) -> Option<(&'p Item<Backup>, LastRestore<'p>)> {
        let copies = joint.copies.iter();
        let all: Option<Vec<_>> = copies.map(|it| self.last_restore(it.copy)).collect();
        all?.into_iter().min_by_key(|(_, last)| last.until)
    }

    fn state(
        &self,
        system: &System,
        copies: &[&Item<Backup>],
        restore: Option<&LastRestore>,
    ) -> State<'p> {
        let left = restore.map(|last| (last.until.0 - self.today.0).num_days());
        let state = match left {
            None => State::Never,
            Some(..0) => State::Overdue,
            Some(0..=SOON_DAYS) => State::Due,
            Some(_) => return State::Current,
        };
        match self.exception(system, copies) {
            Some(accepted) if state != State::Due => State::Exception(accepted),
            _ => state,
        }
    }

    /// Who accepts that the data of a system are not restored as they should be.
    fn exception(&self, system: &System, copies: &[&Item<Backup>]) -> Option<&'p Acceptance> {
        let is_about = |about: &str| {
            about == system.id.as_str() || copies.iter().any(|copy| about == copy.id.as_str())
        };
        let accepted = self.programme.accepted.iter().map(|it| &it.value);
        let mut accepted = accepted.filter(|it| EXCEPTIONS.contains(&it.check.as_str()));
        accepted.find(|it| it.until >= self.today && is_about(&it.about))
    }
}

/// The last of the copies that policy demands, and how far it is proven.
fn last_of<'p>(joint: &Joint<'p>) -> Option<Proven<'p>> {
    let last = joint.last()?;
    let standing = last.standing.clone()?;
    Some(Proven {
        copy: last.copy,
        standing,
    })
}

/// What came of the last look at a backup, and what of it nobody has seen mended.
pub fn complaints<'r>(record: &'r Record, backup: &Backup) -> &'r [String] {
    let fault = open_fault(record.verified(backup));
    let last = || record.verified(backup).max_by_key(|it| it.at);
    fault.or_else(last).map_or(&[], |it| &it.complaints)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing;
    use crate::proof::standing;
    use crate::time::Period;

    const PLAN: &str = "
systems:
  - {id: orders-db, name: Orders, holds-data: true, rto: 4h, rpo: 1h}
  - {id: shop, name: Shop}
  - {id: stock-db, name: Stock, holds-data: true}
backups:
  - {id: nightly, name: N, of: [orders-db], restored: {took: 5h, on: 2025-12-20},
     verify: {with: {directory: {path: a}}}}
  - {id: full, name: F, of: [orders-db], kind: full-local}
";

    /// On a day of 2026, after verifications of `nightly`: the state of `orders-db`, its level, and
    /// how long a restore took.
    #[track_caller]
    fn check(plan: &str, verified: &[Verified], today: &str, expected: (&str, u8, &str)) {
        let programme = testing::plan(plan).programme;
        let record = Record {
            verified: verified.to_vec(),
            ..Record::default()
        };
        let coverage = Coverage::new(&programme, &record, today.parse().expect("a day"));
        let ids: Vec<_> = coverage
            .rows
            .iter()
            .map(|row| row.system.id.as_str())
            .collect();
        assert_eq!(ids, ["orders-db", "stock-db"]);
        let row = &coverage.rows[0];
        let took = row.took().map(|(_, took)| took.words());
        let found = (
            row.state.word(),
            row.level().number(),
            took.unwrap_or_default(),
        );
        assert_eq!((found.0, found.1, found.2.as_str()), expected);
        assert_eq!(row.is_late(), expected.2 == "5 h");
        assert_eq!(coverage.rows[1].state, State::Never);
    }

    fn verified(day: &str, level: Level, ceiling: Level) -> Verified {
        Verified {
            backup: "nightly".parse().expect("an id"),
            day: day.parse().expect("a day"),
            at: format!("{day}T06:00:00Z").parse().expect("a time"),
            took: (level >= Level::Restored).then(|| Duration::hours(2)),
            level,
            ceiling,
            ..Verified::example()
        }
    }

    #[test]
    fn what_the_plan_says_counts_for_a_while_and_shows_nothing() {
        check(PLAN, &[], "2026-11-04", ("current", 0, "5 h"));
        check(PLAN, &[], "2026-11-05", ("due within 45 days", 0, "5 h"));
        check(PLAN, &[], "2026-12-20", ("due within 45 days", 0, "5 h"));
        check(PLAN, &[], "2026-12-21", ("overdue", 0, "5 h"));
    }

    #[test]
    fn what_was_shown_is_proof_and_a_fault_takes_it_back() {
        use Level::*;
        let proof = verified("2026-03-01", Validated, Validated);
        let proven = ("current", 5, "2 h");
        check(PLAN, std::slice::from_ref(&proof), "2026-12-21", proven);
        let fault = verified("2026-03-02", Fresh, Fresh);
        check(PLAN, &[fault, proof], "2026-12-21", ("never", 2, ""));
    }

    #[test]
    fn an_older_recovery_point_does_not_show_what_is_lost() {
        let at = |text: &str| Some(text.parse().expect("a time"));
        let found = Verified {
            as_of: at("2026-01-01T06:00:00Z"),
            listed: at("2026-03-01T00:00:00Z"),
            older: true,
            ..verified("2026-03-01", Level::Validated, Level::Validated)
        };
        let loss = |found: &Verified| {
            let of = |standing| Loss::of(&standing).map(Loss::time);
            let good_for = Period::months(12);
            standing([found], good_for, found.day).and_then(of)
        };
        assert_eq!(loss(&found), Some(Duration::hours(6)));
        // Where nobody kept what was listed, nothing is told.
        let unknown = Verified {
            listed: None,
            ..found
        };
        assert_eq!(loss(&unknown), None);
        let newest = Verified {
            older: false,
            ..unknown
        };
        assert_eq!(loss(&newest), Some(Duration::days(59)));
    }

    #[test]
    fn an_exception_is_accepted_until_its_day() {
        let plan = format!(
            "{PLAN}accepted:\n  - {{check: backup-never-restored, about: nightly, reason: R, \
             by: p, until: 2026-12-25}}\n"
        );
        check(&plan, &[], "2026-12-25", ("accepted exception", 0, "5 h"));
        check(&plan, &[], "2026-12-26", ("overdue", 0, "5 h"));
    }

    /// The level of a system of which policy demands two copies, its state and what policy says,
    /// after verifications of both to these levels.
    #[track_caller]
    fn demand(more: &str, levels: [Level; 2], expected: (u8, &str, &str)) {
        let plan = format!(
            "organization: {{name: E, independent-copies: 2}}\n\
             sites: [{{id: a, name: A, kind: office}}, {{id: b, name: B, kind: office}}]\n\
             systems: [{{id: s, name: S, holds-data: true{more}}}]\nbackups:\n  \
             - {{id: nightly, name: N, of: [s], site: a, credential: k, \
             verify: {{with: {{directory: {{path: x}}}}}}}}\n  \
             - {{id: full, name: F, of: [s], site: b, credential: l, kind: full-local, \
             verify: {{with: {{directory: {{path: y}}}}}}}}\n"
        );
        let programme = testing::plan(&plan).programme;
        let [nightly, full] = levels.map(|level| verified("2026-03-01", level, Level::Validated));
        let full = Verified {
            backup: "full".parse().expect("an id"),
            ..full
        };
        let record = Record {
            verified: vec![nightly, full],
            ..Record::default()
        };
        let today = "2026-03-02".parse().expect("a day");
        let row = &Coverage::new(&programme, &record, today).rows[0];
        let policy = row.joint.as_ref().map(Joint::words).unwrap_or_default();
        let found = (row.level().number(), row.state.word(), policy.as_str());
        assert_eq!(found, expected);
    }

    #[test]
    fn where_policy_demands_two_a_system_is_as_good_as_the_second() {
        use Level::*;
        let both = "policy demands 2 independent copies: `nightly` (level 5), `full` (level 4)";
        demand("", [Validated, Restored], (4, "current", both));
        let low = "policy demands 2 independent copies, but `full` stands at level 2 fresh";
        demand("", [Validated, Fresh], (2, "from too few copies", low));
        let one = ", independent-copies: 1";
        demand(one, [Validated, Fresh], (5, "current", ""));
        let three = "policy demands 3 independent copies, but there are 2 copies of it in all";
        let none = (0, "from too few copies", three);
        demand(", independent-copies: 3", [Validated, Validated], none);
    }
}
