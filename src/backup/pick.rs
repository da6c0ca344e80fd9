//! Which recovery point is looked at.

use std::str::FromStr;

use crate::drill::draw;
use crate::proof::{Picked, RecoveryPoint};

/// Which recovery point is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pick {
    /// The newest.
    #[default]
    Latest,
    /// The oldest: it shows whether old keys and old tools are still there.
    Oldest,
    /// One at random, by a seed.
    Random(u64),
    /// The one with this id, or the only one whose id begins so.
    Named(String),
}

impl FromStr for Pick {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "" => return Err("write `latest`, `oldest`, `random`, or an id".to_owned()),
            "latest" => Pick::Latest,
            "oldest" => Pick::Oldest,
            // Whoever asks fills the seed in.
            "random" => Pick::Random(0),
            id => Pick::Named(id.to_owned()),
        })
    }
}

impl Pick {
    /// How it is written down.
    pub fn picked(&self) -> Picked {
        match self {
            Pick::Latest => Picked::Latest,
            Pick::Oldest => Picked::Oldest,
            Pick::Random(seed) => Picked::Random(*seed),
            Pick::Named(_) => Picked::Named,
        }
    }

    /// The one that is meant.
    ///
    /// # Errors
    /// Why none is.
    pub fn choose<'p>(&self, points: &'p [RecoveryPoint]) -> Result<&'p RecoveryPoint, String> {
        let mut by_age: Vec<&RecoveryPoint> = points.iter().collect();
        by_age.sort_by(|a, b| (a.as_of, &a.id).cmp(&(b.as_of, &b.id)));
        let none = || "there is no recovery point".to_owned();
        match self {
            Pick::Latest => by_age.last().copied().ok_or_else(none),
            Pick::Oldest => by_age.first().copied().ok_or_else(none),
            Pick::Random(seed) => {
                let ids = by_age.iter().map(|point| point.id.as_str());
                let drawn = draw(*seed, "recovery point", ids, 1);
                let mut points = by_age.iter();
                let point = points.find(|point| drawn.first() == Some(&point.id.as_str()));
                point.copied().ok_or_else(none)
            }
            Pick::Named(id) => {
                let exact = by_age.iter().find(|point| point.id == *id);
                let mut begin = by_age
                    .iter()
                    .filter(|point| point.id.starts_with(id.as_str()));
                let only = begin.next().filter(|_| begin.next().is_none());
                exact
                    .or(only)
                    .copied()
                    .ok_or_else(|| format!("not one recovery point is `{id}`, or begins so"))
            }
        }
    }
}
