//! How far the data of a system are proven by as many independent copies as policy demands.

use super::independent::{SeenIn, best_together, doubts};
use super::{Level, Standing};
use crate::model::{Backup, Item, Programme, System};

/// As many copies of a system as policy demands, each independent of all others.
#[derive(Debug)]
pub struct Joint<'p> {
    /// How many are demanded.
    pub demanded: usize,
    /// The copies, the one that is proven best first; none where there are not so many.
    pub copies: Vec<Member<'p>>,
    /// Why they are not enough, as a sentence without its end; nothing where all are restored.
    pub short: Option<String>,
}

/// One of several copies.
#[derive(Debug)]
pub struct Member<'p> {
    /// The copy.
    pub copy: &'p Item<Backup>,
    /// How far it is proven; nothing where it was never verified.
    pub standing: Option<Standing<'p>>,
}

impl Member<'_> {
    fn level(&self) -> Level {
        let standing = self.standing.as_ref();
        standing.map_or(Level::Unknown, |standing| standing.level)
    }
}

impl<'p> Joint<'p> {
    /// The last of the copies: the system is as good as that one.
    pub fn last(&self) -> Option<&Member<'p>> {
        self.copies.last()
    }

    /// What policy demands and how that stands, as a sentence without its end.
    pub fn words(&self) -> String {
        let demands = format!("policy demands {} independent copies", self.demanded);
        let copies = self.copies.iter();
        let copies: Vec<String> = copies
            .map(|it| format!("`{}` (level {})", it.copy.id, it.level().number()))
            .collect();
        match &self.short {
            Some(short) => format!("{demands}, but {short}"),
            None => format!("{demands}: {}", copies.join(", ")),
        }
    }
}

/// The best of the copies of a system that policy demands, out of all of them, of which it is asked
/// in which repository each was seen; nothing where one is enough, and for data that nobody copies.
pub fn joint<'p>(
    programme: &Programme,
    system: &System,
    members: Vec<Member<'p>>,
    repository: impl Fn(&Backup) -> Option<&'p str>,
) -> Option<Joint<'p>> {
    let demanded = programme.independent_copies(system);
    if demanded == 1 || members.is_empty() {
        return None;
    }
    let levels: Vec<Level> = members.iter().map(Member::level).collect();
    let doubts = |one: usize, other: usize| {
        let seen = |place: usize| SeenIn {
            backup: members[place].copy,
            repository: repository(members[place].copy),
        };
        doubts(programme, seen(one), seen(other))
    };
    let set = best_together(&levels, demanded, |one, other| {
        doubts(one, other).is_empty()
    });
    let short = match &set {
        None => Some(too_few(&members, demanded, doubts)),
        Some(set) => too_low(set.iter().map(|place| &members[*place])),
    };
    let mut members: Vec<Option<Member>> = members.into_iter().map(Some).collect();
    let set = set.unwrap_or_default().into_iter();
    Some(Joint {
        demanded,
        copies: set.filter_map(|place| members[place].take()).collect(),
        short,
    })
}

/// Why there are not so many copies that are independent.
fn too_few(
    members: &[Member],
    demanded: usize,
    doubts: impl Fn(usize, usize) -> Vec<String>,
) -> String {
    let count = members.len();
    if count < demanded {
        let there_are = match count {
            1 => "there is 1 copy".to_owned(),
            _ => format!("there are {count} copies"),
        };
        return format!("{there_are} of it in all");
    }
    // The first two that are not: what has to be mended first.
    let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
    let mut found = pairs.map(|(one, other)| (one, other, doubts(one, other)));
    let found = found.find(|(.., why)| !why.is_empty());
    found.map_or_else(
        || "they are too many to be compared".to_owned(),
        |(one, other, why)| {
            let (one, other) = (&members[one].copy.id, &members[other].copy.id);
            let why = why.join("; ");
            format!("`{one}` and `{other}` are not known to be independent: {why}")
        },
    )
}

/// Which of independent copies are not shown to be restored.
fn too_low<'m>(set: impl Iterator<Item = &'m Member<'m>>) -> Option<String> {
    let low = set.filter(|member| member.level() < Level::Restored);
    let low: Vec<String> = low
        .map(|member| format!("`{}` stands at level {}", member.copy.id, member.level()))
        .collect();
    (!low.is_empty()).then(|| low.join(", "))
}
