//! How much less there is than in the recovery point before.

use crate::model::Percent;
use crate::proof::Compared;

/// Something that was counted: how much, and of what.
pub type Figure = (f64, &'static str);

/// What had to be found and what is wrong, or why that cannot be said.
pub type Judged = Result<(String, Vec<String>), &'static str>;

/// Holds figures against those of before, in the same order.
pub fn judge(most: Percent, before: &Compared<impl AsRef<[Figure]>>, now: &[Figure]) -> Judged {
    match before {
        Compared::With(id, before) => {
            let pairs = before.as_ref().iter().zip(now);
            let wrong = pairs.filter(|((before, _), (now, _))| !most.allows(*before, *now));
            let wrong =
                wrong.map(|((before, _), (now, of))| format!("{now}{of}, and {before} before"));
            Ok((
                format!("at most {most} less than in `{id}`"),
                wrong.collect(),
            ))
        }
        Compared::Settled => Ok(("as little as is settled in the plan".to_owned(), vec![])),
        Compared::Unknown => Err("none before it was restored to compare it with"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &Compared<[Figure; 2]>, now: f64, expected: Option<&[&str]>) {
        let most = "10%".parse().expect("a share");
        let judged = judge(most, before, &[(5.0, " files"), (now, " bytes")]);
        let wrong = judged.map(|(_, wrong)| wrong).ok();
        assert_eq!(
            wrong,
            expected.map(|it| it.iter().map(ToString::to_string).collect())
        );
    }

    #[test]
    fn less_than_before_is_wrong_only_by_more_than_is_allowed() {
        let before = Compared::With("v", [(5.0, " files"), (100.0, " bytes")]);
        check(&before, 90.0, Some(&[]));
        check(&before, 200.0, Some(&[]));
        check(&before, 89.0, Some(&["89 bytes, and 100 before"]));
        check(&Compared::Settled, 1.0, Some(&[]));
        check(&Compared::Unknown, 1.0, None);
    }
}
