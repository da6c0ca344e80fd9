//! Which recovery point is looked at.
//!
//! A plan may state several picks: the verifications take them in turn, so that the oldest copies,
//! with their old keys and old tools, are restored as well as the newest. What chance decides in a
//! plan is drawn by a seed that everybody can compute again.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{Outcome, Trouble};
use crate::drill::draw;
use crate::model::{Among, Backup, Pick as Stated};
use crate::proof::{Level, Picked, RecoveryPoint, SKEW, Turn, Verification, later};
use crate::time::{Date, Period};

/// Seeds are below this: they are read by people.
const SEEDS: u64 = 1_000_000;

/// Which recovery point is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// As a plan may state it; what is drawn is drawn by the seed.
    Stated(Stated, u64),
    /// The one with this id, or the only one whose id begins so.
    Named(String),
}

impl Default for Pick {
    fn default() -> Self {
        Pick::Stated(Stated::Latest, 0)
    }
}

impl FromStr for Pick {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_stated = |word: &str| {
            let rest = text.strip_prefix(word);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if text.is_empty() || ["latest", "oldest", "random"].into_iter().any(is_stated) {
            // Whoever asks fills the seed in.
            return Ok(Pick::Stated(text.parse()?, 0));
        }
        Ok(Pick::Named(text.to_owned()))
    }
}

/// What there is to pick from.
pub struct Offer<'p> {
    /// The recovery points.
    pub points: &'p [RecoveryPoint],
    /// How long they are kept, where that is stated.
    pub retention: Option<Period>,
    /// The moment of the verification.
    pub now: DateTime<Utc>,
}

impl Pick {
    /// How it is written down.
    pub fn picked(&self) -> Picked {
        match self {
            Pick::Stated(Stated::Latest, _) => Picked::Latest,
            Pick::Stated(Stated::Oldest(_), _) => Picked::Oldest,
            Pick::Stated(Stated::Random(_), seed) => Picked::Random(*seed),
            Pick::Named(_) => Picked::Named,
        }
    }

    /// As a plan states it, or a person asked for it.
    pub fn words(&self) -> String {
        match self {
            Pick::Stated(stated, _) => stated.to_string(),
            Pick::Named(id) => id.clone(),
        }
    }

    /// The one that is meant.
    ///
    /// # Errors
    /// A fault when there is none at all, or none of that name; inconclusive when none is of the
    /// time that is meant.
    pub fn choose<'p>(&self, offer: &Offer<'p>) -> Outcome<&'p RecoveryPoint> {
        let mut by_age: Vec<&RecoveryPoint> = offer.points.iter().collect();
        by_age.sort_by(|a, b| (a.as_of, &a.id).cmp(&(b.as_of, &b.id)));
        if by_age.is_empty() {
            return Err(Trouble::Fault("there is no recovery point".to_owned()));
        }
        let (stated, seed) = match self {
            Pick::Named(id) => return named(&by_age, id).map_err(Trouble::Fault),
            Pick::Stated(stated, seed) => (stated, *seed),
        };
        let chosen = match stated {
            Stated::Latest => by_age.last().copied(),
            Stated::Oldest(among) => offer.of(&by_age, *among)?.first().copied(),
            Stated::Random(among) => {
                let points = offer.of(&by_age, *among)?;
                let ids = points.iter().map(|point| point.id.as_str());
                let drawn = draw(seed, "recovery point", ids, 1);
                let mut points = points.iter();
                let point = points.find(|point| drawn.first() == Some(&point.id.as_str()));
                point.copied()
            }
        };
        chosen.ok_or_else(|| {
            let all = by_age.len();
            Trouble::Unclear(format!("none of {all} is one that `{stated}` means"))
        })
    }
}

impl<'p> Offer<'p> {
    /// Those of all points among which one is picked.
    fn of(&self, points: &[&'p RecoveryPoint], among: Among) -> Outcome<Vec<&'p RecoveryPoint>> {
        let is_meant: Box<dyn Fn(&RecoveryPoint) -> bool> = match among {
            Among::All => Box::new(|_| true),
            Among::Within(length) => Box::new(move |it| later(it.as_of, length) >= self.now),
            Among::Retention => {
                let kept = self
                    .retention
                    .ok_or_else(|| Trouble::Unclear("the plan states no `retention`".to_owned()))?;
                let today = Date(self.now.date_naive());
                Box::new(move |it| kept.after(Date(it.as_of.date_naive())) >= today)
            }
        };
        Ok(points.iter().copied().filter(|it| is_meant(it)).collect())
    }
}

fn named<'p>(points: &[&'p RecoveryPoint], id: &str) -> Result<&'p RecoveryPoint, String> {
    let exact = points.iter().find(|point| point.id == id);
    let mut begin = points.iter().filter(|point| point.id.starts_with(id));
    let only = begin.next().filter(|_| begin.next().is_none());
    exact
        .or(only)
        .copied()
        .ok_or_else(|| format!("not one recovery point is `{id}`, or begins so"))
}

/// The newest recovery point that was begun by now.
pub fn newest(points: &[RecoveryPoint], now: DateTime<Utc>) -> Option<&RecoveryPoint> {
    let begun = points.iter().filter(|it| it.as_of <= later(now, SKEW));
    begun.max_by(|a, b| (a.as_of, &a.id).cmp(&(b.as_of, &b.id)))
}

/// The pick of a plan whose turn it is, by the verifications of the backup until now: the first
/// takes the first, and after the last one the first is next. Only those count that read what they
/// had picked.
pub fn planned(backup: &Backup, past: &[Verification]) -> (Pick, Option<Turn>) {
    let picks = backup.verify.as_ref().map_or(&[][..], |it| &it.pick);
    let taken = past.iter().filter(|it| {
        let is_read = it.point.is_some() && it.asked >= Level::Intact;
        is_read && it.turn.is_some()
    });
    let taken = taken.count();
    let Some(at) = taken.checked_rem(picks.len()) else {
        return (Pick::default(), None);
    };
    let turn = Turn {
        number: at as u64 + 1,
        of: picks.len() as u64,
    };
    let pick = Pick::Stated(picks[at], seed(&backup.id.to_string(), taken));
    (pick, Some(turn))
}

/// The seed of what is drawn: SHA-256 over the backup and how many picks were taken before.
fn seed(backup: &str, taken: usize) -> u64 {
    let digest = Sha256::digest(format!("{backup} {taken}"));
    let first = digest.iter().take(8);
    first.fold(0u64, |seed, byte| seed << 8 | u64::from(*byte)) % SEEDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Moment;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    /// A recovery point of each day of a month, named after it.
    fn points() -> Vec<RecoveryPoint> {
        let days = (1..=28).map(|day| format!("2026-03-{day:02}"));
        let point = |day: String| {
            let text = format!(r#"{{"id": "{day}", "as-of": "{day}T03:00:00Z", "kind": "full"}}"#);
            serde_json::from_str(&text).expect("a point")
        };
        days.map(point).collect()
    }

    #[track_caller]
    fn check(pick: &str, retention: Option<&str>, expected: &str) {
        let points = points();
        let offer = Offer {
            points: &points,
            retention: retention.map(|text| text.parse().expect("a period")),
            now: at("2026-03-28T12:00:00Z"),
        };
        let pick: Pick = pick.parse().expect("a pick");
        let chosen = match pick.choose(&offer) {
            Ok(point) => point.id.clone(),
            Err(Trouble::Fault(why)) => format!("fault: {why}"),
            Err(Trouble::Unclear(why)) => format!("unclear: {why}"),
        };
        assert_eq!(chosen, expected);
    }

    #[test]
    fn the_oldest_is_that_of_the_time_that_is_meant() {
        check("latest", None, "2026-03-28");
        check("oldest", Some("P7D"), "2026-03-01");
        check("oldest within 3d", None, "2026-03-26");
        check("oldest within retention", Some("P7D"), "2026-03-21");
        check(
            "2026-03-1",
            None,
            "fault: not one recovery point is `2026-03-1`, or begins so",
        );
        check("2026-03-10", None, "2026-03-10");
    }

    #[test]
    fn where_none_is_meant_nothing_is_shown() {
        check(
            "random within 1h",
            None,
            "unclear: none of 28 is one that `random within 1h` means",
        );
        check(
            "oldest within retention",
            None,
            "unclear: the plan states no `retention`",
        );
    }

    #[test]
    fn what_is_drawn_is_of_the_time_that_is_meant_and_can_be_drawn_again() {
        let points = points();
        let offer = Offer {
            points: &points,
            retention: None,
            now: at("2026-03-28T12:00:00Z"),
        };
        let within = "random within 5d".parse().expect("a pick");
        let drawn = |seed| {
            let chosen = Pick::Stated(within, seed).choose(&offer);
            chosen.expect("there are some").id.clone()
        };
        let all: std::collections::BTreeSet<String> = (0..60).map(drawn).collect();
        let expected = ["24", "25", "26", "27", "28"].map(|day| format!("2026-03-{day}"));
        assert_eq!(all.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(drawn(7), drawn(7));
    }

    #[test]
    fn the_picks_of_a_plan_are_taken_in_turn_by_those_that_read_them() {
        let backup = "{id: b, name: B, verify: {with: {},
            pick: [latest, random within 90d, oldest]}}";
        let backup: Backup = serde_yaml::from_str(backup).expect("a backup");
        let mut past: Vec<Verification> = Vec::new();
        let mut taken = Vec::new();
        for level in [5, 2, 5, 5, 5, 3] {
            let (pick, turn) = planned(&backup, &past);
            taken.push(pick.words());
            let mut found = Verification::begun("b", &backup.id, moment());
            found.turn = turn;
            found.asked = Level::from_number(level).expect("a level");
            found.point = points().pop();
            past.push(found);
            // One that a person picked is in nobody's stead.
            past.push(Verification::begun("b", &backup.id, moment()));
        }
        let (latest, random) = ("latest", "random within 90d");
        assert_eq!(taken, [latest, random, random, "oldest", latest, random]);
        let (first, _) = planned(&backup, &past[..4]);
        assert_eq!(first, planned(&backup, &past[..4]).0);
        assert!(matches!(first.picked(), Picked::Random(seed) if seed > 0));
    }

    fn moment() -> Moment {
        crate::clock::now().expect("a clock")
    }
}
