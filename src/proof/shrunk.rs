//! How much there was in the recovery point before, for what was restored to be held against it.
//!
//! What was bad then is nothing to compare with: it would hide the next loss. What a person looked
//! at and settled in the plan is.

use super::{RecoveryPoint, Trial, Verdict, Verification};

/// What a figure of a recovery point is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared<'p, T> {
    /// The same of the recovery point before, as the verification with this id found it.
    With(&'p str, T),
    /// Nothing: that it is smaller is settled in the plan.
    Settled,
    /// Nothing: none before it was restored and found good.
    Unknown,
}

/// What a trial of a recovery point is held against: the figure that the same trial had of the
/// newest recovery point before it.
pub fn compared<'p, T>(
    past: &'p [Verification],
    (point, settled): (&RecoveryPoint, &[String]),
    what: &str,
    figure: impl Fn(&'p Verification, &'p Trial) -> Option<T>,
) -> Compared<'p, T> {
    if settled.contains(&point.id) {
        return Compared::Settled;
    }
    let known = past.iter().filter_map(|it| {
        let before = it.point.as_ref().filter(|it| it.as_of < point.as_of)?;
        let trial = it.trials.iter().find(|trial| trial.what == what)?;
        let is_good = trial.verdict != Verdict::Fail || settled.contains(&before.id);
        let figure = figure(it, trial).filter(|_| is_good)?;
        Some((before.as_of, it.id.as_str(), figure))
    });
    match known.max_by_key(|(as_of, ..)| *as_of) {
        Some((_, id, figure)) => Compared::With(id, figure),
        None => Compared::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::testing::{point, second, verification};
    use super::*;

    const WHAT: &str = "select count(*) from orders";

    fn past(of: &str, at: i64, verdict: Verdict, answer: &str) -> Verification {
        let mut past = verification(second(at));
        past.id = format!("of-{of}");
        past.point = Some(point(of, second(at)));
        let trial = Trial::pass(Level::Validated, WHAT, "").answering(answer);
        past.trials = vec![Trial { verdict, ..trial }];
        past
    }

    #[track_caller]
    fn check(past: &[Verification], at: i64, settled: &[&str], expected: Compared<&str>) {
        let settled: Vec<String> = settled.iter().map(ToString::to_string).collect();
        let answer = |_: &Verification, trial: &Trial| trial.answer.clone();
        let found = compared(past, (&point("now", second(at)), &settled), WHAT, answer);
        let found = match &found {
            Compared::With(id, answer) => Compared::With(id, answer.as_str()),
            Compared::Settled => Compared::Settled,
            Compared::Unknown => Compared::Unknown,
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn it_is_held_against_the_newest_before_it_that_was_good() {
        let known = [
            past("c", 30, Verdict::Pass, "300"),
            past("a", 10, Verdict::Pass, "100"),
            past("b", 20, Verdict::Fail, "2"),
        ];
        check(&known, 40, &[], Compared::With("of-c", "300"));
        // An older one that is restored later has less in it than a newer one.
        check(&known, 25, &[], Compared::With("of-a", "100"));
        check(&known, 10, &[], Compared::Unknown);
        check(&[], 40, &[], Compared::Unknown);
    }

    #[test]
    fn what_is_settled_is_not_compared_and_is_compared_with() {
        let known = [
            past("a", 10, Verdict::Pass, "100"),
            past("b", 20, Verdict::Fail, "2"),
        ];
        check(&known, 30, &["now"], Compared::Settled);
        check(&known, 30, &["b"], Compared::With("of-b", "2"));
    }
}
