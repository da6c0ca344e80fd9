//! Which copies of some data are independent, and how far several are proven that are.
//!
//! Two copies are independent when it is known of three things that they differ: the repository,
//! the site (or any larger place, as one event takes that), and the credential. What is not known
//! is no evidence, so such copies are not independent. A system is as good as its best copy, unless
//! policy demands several: then it is as good as the last of those.

use serde_json::Value;

use super::Level;
use crate::id::SiteId;
use crate::model::{Backup, Programme, Provider};

/// How many sets of copies are tried at most; with more copies of one system than that takes,
/// those tried last do not count.
const TRIES_MAX: usize = 100_000;
/// How many places lie in each other at most.
const NESTED_MAX: usize = 32;

/// Keys of a provider that say where a backup is.
const WHERE: [&str; 5] = ["bucket", "folder", "path", "places", "repository"];

/// A copy, and the repository in which a verification last saw it.
#[derive(Clone, Copy, Debug)]
pub struct SeenIn<'p> {
    /// The copy.
    pub backup: &'p Backup,
    /// The identity of the repository, where one was seen.
    pub repository: Option<&'p str>,
}

/// Why two copies are not known to be independent, each as a sentence without its end; nothing
/// where they are.
pub fn doubts(programme: &Programme, ours: SeenIn, theirs: SeenIn) -> Vec<String> {
    let doubts = [
        of_repository(ours, theirs),
        of_site(programme, ours.backup, theirs.backup),
        of_system(ours.backup, theirs.backup),
        of_credential(ours.backup, theirs.backup),
    ];
    doubts.into_iter().flatten().collect()
}

/// The place in which two tools read both, if it is one.
pub fn same_place(ours: &Provider, theirs: &Provider) -> Option<String> {
    let (ours, theirs) = (places(ours), places(theirs));
    ours.into_iter().find(|place| theirs.contains(place))
}

fn of_repository(ours: SeenIn, theirs: SeenIn) -> Option<String> {
    if let (Some(one), Some(other)) = (ours.repository, theirs.repository) {
        let same = || format!("both are in the repository `{one}`");
        return (one == other).then(same);
    }
    let with = |it: SeenIn<'_>| it.backup.verify.as_ref().map(|verify| verify.with.clone());
    let stated = |with: &Option<Provider>| with.as_ref().is_some_and(|it| !places(it).is_empty());
    let (one, other) = (with(ours), with(theirs));
    if let Some((one, other)) = one.as_ref().zip(other.as_ref())
        && let Some(place) = same_place(one, other)
    {
        return Some(format!("both are in `{place}`"));
    }
    let unknown = [(ours, one), (theirs, other)];
    let unknown = unknown.into_iter().find(|(_, with)| !stated(with));
    unknown.map(|(it, _)| format!("of `{}` no repository is known", it.backup.id))
}

fn of_site(programme: &Programme, ours: &Backup, theirs: &Backup) -> Option<String> {
    let (Some(one), Some(other)) = (&ours.site, &theirs.site) else {
        let without = [ours, theirs].into_iter().find(|it| it.site.is_none())?;
        return Some(format!("of `{}` no site is stated", without.id));
    };
    let others = around(programme, other);
    let shared = around(programme, one);
    let shared = shared.into_iter().find(|site| others.contains(site));
    shared.map(|site| format!("both are at `{site}`"))
}

/// Where a site is: itself, and every larger place.
fn around<'p>(programme: &'p Programme, site: &'p SiteId) -> Vec<&'p SiteId> {
    let within = |site: &&SiteId| programme.sites.get(site.as_str())?.within.as_ref();
    std::iter::successors(Some(site), within)
        .take(NESTED_MAX)
        .collect()
}

/// What both are kept on, if that is one system; a site of its own says enough where it is not
/// stated.
fn of_system(ours: &Backup, theirs: &Backup) -> Option<String> {
    let on = ours.kept_on.as_ref()?;
    (theirs.kept_on.as_ref() == Some(on)).then(|| format!("both are kept on `{on}`"))
}

fn of_credential(ours: &Backup, theirs: &Backup) -> Option<String> {
    let (Some(one), Some(other)) = (&ours.credential, &theirs.credential) else {
        let without = [ours, theirs]
            .into_iter()
            .find(|it| it.credential.is_none())?;
        return Some(format!("of `{}` no credential is stated", without.id));
    };
    (one == other).then(|| format!("`{one}` opens both"))
}

/// The places that a tool reads, as its plan says.
fn places(with: &Provider) -> Vec<String> {
    let with = serde_json::to_value(with).expect("our own types have text keys");
    let tools = with.as_object().into_iter().flatten();
    let keys = tools.flat_map(|(_, tool)| WHERE.iter().map(|key| &tool[*key]));
    let texts = keys.flat_map(|value| match value {
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    });
    let texts = texts.filter_map(Value::as_str);
    texts
        .map(|text| text.trim_end_matches('/').to_owned())
        .collect()
}

/// The best set of so many copies that are independent of each other, by their places in a list of
/// levels, the best of them first: no other set has a better last one. Nothing where there is none.
pub fn best_together(
    levels: &[Level],
    count: usize,
    independent: impl Fn(usize, usize) -> bool,
) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    // Of equals the one that stands first.
    order.sort_by_key(|place| std::cmp::Reverse(levels[*place]));
    let mut search = Search {
        order: &order,
        count,
        independent: &independent,
        tries: 0,
    };
    // The shortest beginning of the order with such a set has the best last one.
    (count..=order.len()).find_map(|end| search.ending_at(end))
}

struct Search<'s> {
    order: &'s [usize],
    count: usize,
    independent: &'s dyn Fn(usize, usize) -> bool,
    tries: usize,
}

impl Search<'_> {
    /// A set whose last one stands just before a place of the order.
    fn ending_at(&mut self, end: usize) -> Option<Vec<usize>> {
        let last = *self.order.get(end.checked_sub(1)?)?;
        let mut set = vec![last];
        self.fill(0, end - 1, &mut set).then(|| {
            // The last one was taken first.
            set.rotate_left(1);
            set
        })
    }

    fn fill(&mut self, from: usize, to: usize, set: &mut Vec<usize>) -> bool {
        if set.len() == self.count {
            return true;
        }
        for at in from..to {
            let next = self.order[at];
            self.tries += 1;
            if self.tries > TRIES_MAX {
                return false;
            }
            if set.iter().all(|one| (self.independent)(*one, next)) {
                set.push(next);
                if self.fill(at + 1, to, set) {
                    return true;
                }
                set.pop();
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing;

    #[track_caller]
    fn check(levels: &[u8], pairs: &[(usize, usize)], count: usize, expected: Option<&[usize]>) {
        let levels: Vec<Level> = levels
            .iter()
            .map(|level| Level::from_number(*level).expect("a level"))
            .collect();
        let set = best_together(&levels, count, |one, other| {
            pairs.contains(&(one.min(other), one.max(other)))
        });
        assert_eq!(set.as_deref(), expected);
    }

    #[test]
    fn the_best_set_is_that_with_the_best_last_one() {
        let all = [(0, 1), (0, 2), (1, 2)];
        check(&[5, 3, 4], &all, 1, Some(&[0]));
        check(&[5, 3, 4], &all, 2, Some(&[0, 2]));
        check(&[5, 3, 4], &all, 3, Some(&[0, 2, 1]));
        check(&[5, 3, 4], &[(0, 1)], 2, Some(&[0, 1]));
        check(&[5, 3, 4], &[(0, 1), (1, 2)], 3, None);
        check(&[5, 0], &[(0, 1)], 2, Some(&[0, 1]));
        check(&[5], &[], 2, None);
        check(&[], &[], 1, None);
        // Of equals the first: the usual copy.
        check(&[4, 4, 4], &all, 2, Some(&[0, 1]));
    }

    /// Two copies, each with a line of YAML more, and the repositories they were seen in.
    #[track_caller]
    fn doubt(one: &str, other: &str, seen: [Option<&str>; 2], expected: &[&str]) {
        let plan = format!(
            "sites:\n  - {{id: eu, name: E, kind: region}}\n  \
             - {{id: fra, name: F, kind: office, within: eu}}\n  \
             - {{id: dub, name: D, kind: office, within: eu}}\n  \
             - {{id: ohio, name: O, kind: office}}\n\
             backups:\n  - {{id: a, name: A, {one}}}\n  - {{id: b, name: B, {other}}}\n"
        );
        let programme = testing::plan(&plan).programme;
        let seen_in = |id: &str, repository| SeenIn {
            backup: programme.backups.get(id).expect("declared"),
            repository,
        };
        let found = doubts(&programme, seen_in("a", seen[0]), seen_in("b", seen[1]));
        assert_eq!(found, expected);
    }

    #[test]
    fn independent_is_what_is_known_to_differ_and_nothing_else() {
        let one = "site: fra, credential: k, verify: {with: {directory: {path: x}}}";
        let other = "site: ohio, credential: l, verify: {with: {sqlite: {folder: y}}}";
        doubt(one, other, [None; 2], &[]);
        let same = other.replace("folder: y", "folder: x/");
        doubt(one, &same, [None; 2], &["both are in `x`"]);
        doubt(
            one,
            other,
            [Some("r"); 2],
            &["both are in the repository `r`"],
        );
        doubt(one, &same, [Some("r"), Some("s")], &[]);
        let store = "site: ohio, credential: l, verify: {with: {s3: {bucket: v, prefix: p, \
                     access-key: 'env:A', secret-key: 'env:S'}}}";
        doubt(one, store, [None; 2], &[]);
        let beside = store
            .replace("prefix: p", "prefix: q")
            .replace("ohio", "fra");
        let both = ["both are in `v`", "`l` opens both"];
        doubt(store, &beside, [None; 2], &both);
        let near = other.replace("ohio", "dub");
        doubt(one, &near, [None; 2], &["both are at `eu`"]);
        let key = other.replace("credential: l", "credential: k");
        doubt(one, &key, [None; 2], &["`k` opens both"]);
        let on = ["kept-on: s, ", one].concat();
        let too = ["kept-on: s, ", other].concat();
        doubt(&on, &too, [None; 2], &["both are kept on `s`"]);
        let nothing = [
            "of `b` no repository is known",
            "of `b` no site is stated",
            "of `b` no credential is stated",
        ];
        doubt(one, "every: 1d", [None; 2], &nothing);
    }
}
