//! Whether a backup that was looked at before is still the same.

use super::{Level, RecoveryPoint, Trial, Verdict, Verification};

/// Whether a repository is another one than the last time, although the plan states what it stated
/// then: somebody began it anew.
pub fn is_another(past: &[Verification], now: &Verification) -> bool {
    let last = past.iter().rev().find(|it| it.repository.is_some());
    let last = last.filter(|last| last.stated == now.stated);
    last.is_some_and(|last| now.repository.is_some() && last.repository != now.repository)
}

/// Whether what was restored is what was restored of the same recovery point before; nothing where
/// it never was, or not well. A checksum that lies beside a copy is changed with it; what was seen
/// first is not.
pub fn unaltered(past: &[Verification], point: &RecoveryPoint, blake3: &str) -> Option<Trial> {
    let what = "it is what was restored of it before";
    let restored = |it: &Verification| {
        // A place that is written anew holds another one then.
        let is_same = |before: &&RecoveryPoint| {
            before.id == point.id && before.as_of.timestamp() == point.as_of.timestamp()
        };
        let before = it.point.as_ref().filter(is_same);
        let is_bad = |trial: &Trial| {
            trial.verdict == Verdict::Fail
                && [Level::Intact, Level::Restored].contains(&trial.level)
        };
        let before = before.filter(|_| !it.trials.iter().any(is_bad));
        let restored = it.restored.as_ref()?.blake3.clone();
        before.and(restored)
    };
    let (id, before) = past
        .iter()
        .filter_map(|it| Some((&it.id, restored(it)?)))
        .next()?;
    Some(match before == blake3 {
        true => Trial::pass(Level::Restored, what, format!("as in `{id}`, bit for bit")),
        false => {
            let found = format!("`{}` is not what `{id}` restored", point.id);
            Trial::fail(Level::Restored, what, found)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Restored;
    use super::super::testing::{point, second, verification};
    use super::*;

    fn past(repository: Option<&str>, restored: Option<(&str, &str)>) -> Verification {
        let mut past = verification(second(0));
        past.repository = repository.map(str::to_owned);
        past.point = restored.map(|(id, _)| point(id, second(0)));
        past.restored = restored.map(|(_, blake3)| Restored {
            files: 1,
            bytes: 1,
            took_micros: 1,
            blake3: Some(blake3.to_owned()),
            isolation: String::new(),
            durable: true,
            removed: true,
        });
        past
    }

    #[test]
    fn a_repository_is_another_one_only_if_both_are_known_and_the_plan_is_the_same() {
        let known = [past(Some("one"), None), past(None, None)];
        let is_new = |past: &[Verification], repository, stated: Option<&str>| {
            let mut now = super::tests::past(repository, None);
            now.stated = stated.map(str::to_owned);
            is_another(past, &now)
        };
        assert!(is_new(&known, Some("two"), None));
        assert!(!is_new(&known, Some("one"), None));
        assert!(!is_new(&known, None, None));
        assert!(!is_new(&[past(None, None)], Some("two"), None));
        assert!(!is_new(&known, Some("two"), Some("elsewhere")));
    }

    #[test]
    fn a_recovery_point_is_restored_the_same_each_time() {
        let known = [past(None, Some(("a", "1"))), past(None, Some(("b", "2")))];
        let verdict = |known: &[Verification], id: &str, at, blake3| {
            unaltered(known, &point(id, second(at)), blake3).map(|trial| trial.verdict)
        };
        assert_eq!(verdict(&known, "a", 0, "1"), Some(Verdict::Pass));
        assert_eq!(verdict(&known, "a", 0, "2"), Some(Verdict::Fail));
        assert_eq!(verdict(&known, "c", 0, "2"), None);
        // Another one took its place.
        assert_eq!(verdict(&known, "a", 60, "2"), None);
        // What was not restored well is nothing to compare with.
        let mut half = past(None, Some(("a", "0")));
        half.trials = vec![Trial::fail(Level::Restored, "all of it is there", "half")];
        let known = [half, past(None, Some(("a", "1")))];
        assert_eq!(verdict(&known, "a", 0, "1"), Some(Verdict::Pass));
    }
}
