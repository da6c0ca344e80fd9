//! What was once found in the recovery points as a whole, and stays until somebody settles it.
//!
//! The recovery point after one that was encrypted looks like it, and one that was deleted too
//! early is known to be gone from then on: the next look at the catalogue is content. So what was
//! found is kept, and told again and again.

use serde::{Deserialize, Serialize};

use super::{Level, RecoveryPoint, Seen, Trial};
use crate::time::Date;

/// What was found, and in or with which recovery point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Doubt {
    /// The recovery point by which it is settled.
    pub point: String,
    /// What it is about.
    pub about: DoubtAbout,
    /// The last day on which it counts; it always does, when there is none.
    pub until: Option<Date>,
    /// What was found.
    pub found: String,
}

/// What a doubt is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtAbout {
    /// Recovery points that are gone: until they are back.
    Gone,
    /// Data that look encrypted or wiped: until they are gone.
    Unusual,
}

impl Doubt {
    /// That it is still there.
    pub fn trial(&self) -> Trial {
        let what = match self.about {
            DoubtAbout::Gone => "nothing is missing that went before",
            DoubtAbout::Unusual => "nothing looks encrypted or wiped that came before",
        };
        let (found, id) = (&self.found, &self.point);
        Trial::fail(
            Level::Fresh,
            what,
            format!("{found}; once that is clear, write `settled: [{id}]` below `verify`"),
        )
    }

    fn is_open(&self, there: &[RecoveryPoint], today: Date) -> bool {
        let is_there = there.iter().any(|point| point.id == self.point);
        let is_over = self.until.is_some_and(|until| until < today);
        !is_over && is_there == (self.about == DoubtAbout::Unusual)
    }
}

/// What was found until now and is not settled; what is found this time is not among it.
pub fn open_doubts<'s>(
    past: impl IntoIterator<Item = &'s Seen>,
    there: &[RecoveryPoint],
    settled: &[String],
    today: Date,
) -> Vec<&'s Doubt> {
    let doubts = past.into_iter().flat_map(|seen| &seen.doubts);
    let open =
        doubts.filter(|doubt| !settled.contains(&doubt.point) && doubt.is_open(there, today));
    let mut told: Vec<&Doubt> = Vec::new();
    for doubt in open {
        if !told
            .iter()
            .any(|it| (&it.point, it.about) == (&doubt.point, doubt.about))
        {
            told.push(doubt);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::testing::{point, second};
    use super::*;

    #[test]
    fn a_doubt_is_open_until_it_is_settled_over_or_without_an_object() {
        use DoubtAbout::{Gone, Unusual};
        let doubt = |id: &str, about, until: Option<&str>| Doubt {
            point: id.to_owned(),
            about,
            until: until.map(|day| day.parse().expect("a day")),
            found: String::new(),
        };
        let seen = Seen {
            doubts: vec![
                doubt("gone", Gone, None),
                doubt("gone", Gone, None),
                doubt("over", Gone, Some("2026-01-01")),
                doubt("back", Gone, None),
                doubt("strange", Unusual, None),
                doubt("forgotten", Unusual, None),
            ],
            ..Seen::default()
        };
        let there = ["back", "strange"].map(|id| point(id, second(0)));
        let today = "2026-01-02".parse().expect("a day");
        let open = |settled: &[String]| {
            let open = open_doubts([&seen], &there, settled, today);
            open.iter().map(|it| it.point.clone()).collect::<Vec<_>>()
        };
        assert_eq!(open(&[]), ["gone", "strange"]);
        assert_eq!(open(&["gone".to_owned()]), ["strange"]);
    }
}
