//! Whether a backup that was looked at before is still the same.

use super::{Level, RecoveryPoint, Trial, Verification};

/// Whether a repository is another one than the last time: somebody began it anew.
pub fn is_another(past: &[Verification], repository: Option<&str>) -> bool {
    let last = past.iter().rev().find_map(|it| it.repository.as_deref());
    last.zip(repository).is_some_and(|(last, now)| last != now)
}

/// Whether what was restored is what was restored of the same recovery point before; nothing where
/// it never was. A checksum that lies beside a copy is changed with it; what was seen first is not.
pub fn unaltered(past: &[Verification], point: &RecoveryPoint, blake3: &str) -> Option<Trial> {
    let what = "it is what was restored of it before";
    let restored = |it: &Verification| {
        let before = it.point.as_ref().filter(|before| before.id == point.id);
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
    use super::super::testing::{point, second, verification};
    use super::super::{Restored, Verdict};
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
    fn a_repository_is_another_one_only_if_both_are_known() {
        let known = [past(Some("one"), None), past(None, None)];
        assert!(is_another(&known, Some("two")));
        assert!(!is_another(&known, Some("one")));
        assert!(!is_another(&known, None));
        assert!(!is_another(&[past(None, None)], Some("two")));
    }

    #[test]
    fn a_recovery_point_is_restored_the_same_each_time() {
        let known = [past(None, Some(("a", "1"))), past(None, Some(("b", "2")))];
        let verdict = |id: &str, blake3| {
            unaltered(&known, &point(id, second(0)), blake3).map(|trial| trial.verdict)
        };
        assert_eq!(verdict("a", "1"), Some(Verdict::Pass));
        assert_eq!(verdict("a", "2"), Some(Verdict::Fail));
        assert_eq!(verdict("c", "2"), None);
    }
}
