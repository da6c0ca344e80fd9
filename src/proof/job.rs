//! The job that made a recovery point, and how it ended.
//!
//! restic and borg write a recovery point also when they could not read all of the source; nothing
//! in the repository tells that afterwards. What the job told when it ended does.

use chrono::{DateTime, TimeDelta, Utc};

use super::freshness::SKEW;
use super::{JobEnd, Level, Ping, PingKind, RecoveryPoint, Trial};
use crate::model::Uuid;

/// How long after its recovery point a job may have ended that told nothing but its end.
const LATER_MAX: TimeDelta = TimeDelta::hours(12);

/// For how long a job that never told its end may have been the one that was at work.
const OPEN_MAX: TimeDelta = TimeDelta::hours(24);

/// What is known of the job that made a recovery point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKnown {
    /// It ended, and told what.
    Ended(DateTime<Utc>, PingKind),
    /// It began, and did not tell how it ended.
    Open(DateTime<Utc>),
    /// Nothing was heard of it.
    Unheard,
}

/// One run of a job, as it told of it.
struct Run<'p> {
    rid: Option<&'p Uuid>,
    began: Option<DateTime<Utc>>,
    ended: Option<(DateTime<Utc>, PingKind)>,
}

/// What is known of the job that made a recovery point, which is one of those in `points`.
///
/// It is the run that began last before the recovery point and had not ended when that was there.
/// A job that tells nothing but its end is found by the first one after it, before the next one.
/// Clocks may be apart a little; but what surely made another recovery point did not make this one.
pub fn job(pings: &[Ping], points: &[RecoveryPoint], point: &RecoveryPoint) -> JobKnown {
    let runs = runs(pings);
    let made = maker(&runs, points, point, TimeDelta::zero()).or_else(|| {
        let near = |it: &&RecoveryPoint| (it.as_of - point.as_of).abs() <= LATER_MAX;
        let others = points.iter().filter(near).filter(|it| it.id != point.id);
        let others = others.filter_map(|it| maker(&runs, points, it, TimeDelta::zero()));
        let taken: Vec<usize> = others.collect();
        let skew = SKEW.as_delta().unwrap_or_default();
        maker(&runs, points, point, skew).filter(|run| !taken.contains(run))
    });
    let Some(run) = made.map(|at| &runs[at]) else {
        return JobKnown::Unheard;
    };
    match (run.ended, run.began) {
        (Some((at, what)), _) => JobKnown::Ended(at, what),
        (None, Some(at)) => JobKnown::Open(at),
        (None, None) => JobKnown::Unheard,
    }
}

/// Which run made a recovery point, where clocks are that far apart.
fn maker(
    runs: &[Run],
    points: &[RecoveryPoint],
    point: &RecoveryPoint,
    skew: TimeDelta,
) -> Option<usize> {
    let there = point.finished.unwrap_or(point.as_of).max(point.as_of);
    let covers = |run: &Run| {
        let began = run.began.filter(|at| *at <= point.as_of + skew);
        began.is_some_and(|at| match run.ended {
            Some((ended, _)) => ended >= there - skew,
            None => point.as_of - at <= OPEN_MAX,
        })
    };
    let covering = (0..runs.len()).filter(|at| covers(&runs[*at]));
    covering.max_by_key(|at| runs[*at].began).or_else(|| {
        let later = points.iter().map(|it| it.as_of);
        let next = later.filter(|it| *it > point.as_of).min();
        let until = next.map_or(there + LATER_MAX, |next| next.min(there + LATER_MAX));
        let first = |run: &Run| {
            let ended = run.ended.filter(|_| run.began.is_none());
            ended.is_some_and(|(at, _)| (there - skew..=until).contains(&at))
        };
        (0..runs.len()).find(|at| first(&runs[*at]))
    })
}

/// The runs of a job. Those of one id are one run; without one, an end is that of the last start.
fn runs(pings: &[Ping]) -> Vec<Run<'_>> {
    let mut in_order: Vec<&Ping> = pings.iter().collect();
    in_order.sort_by_key(|ping| ping.at.wall);
    let mut runs: Vec<Run> = Vec::new();
    for ping in in_order {
        let (at, rid) = (ping.at.wall, ping.rid.as_ref());
        let own = |run: &&mut Run| run.rid == rid && (rid.is_some() || run.ended.is_none());
        let own = runs.iter_mut().rev().find(own);
        match (ping.kind, own) {
            (PingKind::Log, _) => {}
            (PingKind::Start, Some(_)) if rid.is_some() => {}
            (PingKind::Start, _) => runs.push(Run {
                rid,
                began: Some(at),
                ended: None,
            }),
            // Of several ends of one run the first that was not good counts.
            (_, Some(run)) if run.ended.is_none_or(|(_, what)| is_well(what)) => {
                run.ended = Some((at, ping.kind));
            }
            (_, Some(_)) => {}
            (_, None) => runs.push(Run {
                rid,
                began: None,
                ended: Some((at, ping.kind)),
            }),
        }
    }
    runs
}

fn is_well(what: PingKind) -> bool {
    what.end() == Some(JobEnd::Well)
}

/// Whether the job that made a recovery point ended well; `tool` is the key of what made it.
pub fn trial_of_job(known: JobKnown, tool: &str) -> Trial {
    let what = "the job that made it ended well";
    match known {
        JobKnown::Ended(at, told) => {
            let found = format!("{} at {}", words(told, tool), at.format("%F %T UTC"));
            match is_well(told) {
                true => Trial::pass(Level::Fresh, what, found),
                false => Trial::fail(Level::Fresh, what, found),
            }
        }
        JobKnown::Open(at) => {
            let at = at.format("%F %T UTC");
            let found = format!("it began at {at}, and did not tell how it ended");
            Trial::inconclusive(Level::Fresh, what, found)
        }
        JobKnown::Unheard => {
            let found = "nothing was heard of it; `mainstay backup listen` hears what jobs tell";
            Trial::inconclusive(Level::Fresh, what, found)
        }
    }
}

/// What a job told when it ended, and what that means where a tool says so.
fn words(told: PingKind, tool: &str) -> String {
    let (status, means) = match (told, tool) {
        (PingKind::Exit(status @ 3), "restic") => {
            (status, ": not all could be read, the backup is partial")
        }
        (PingKind::Exit(status @ (1 | 100..=127)), "borg") => (
            status,
            ": it warned, some files may be missing or half written, the backup may be partial",
        ),
        (PingKind::Exit(status), _) => (status, ""),
        (PingKind::Success, _) => return "it told success".to_owned(),
        (PingKind::Fail | PingKind::Start | PingKind::Log, _) => {
            return "it told that it failed".to_owned();
        }
    };
    format!("exit status {status}{means},")
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::testing::{point, second};
    use super::*;
    use crate::time::Moment;
    use PingKind::*;

    /// What was told in which second, and by which run.
    type Told = (i64, PingKind, Option<u8>);

    fn pings(told: &[Told]) -> Vec<Ping> {
        let ping = |&(at, kind, rid): &Told| Ping {
            backup: "orders".parse().expect("an id"),
            at: Moment {
                wall: second(at),
                boot_micros: 0,
                boot_id: String::new(),
            },
            kind,
            rid: rid.map(|rid| {
                let text = format!("00000000-0000-0000-0000-0000000000{rid:02}");
                text.parse().expect("a UUID")
            }),
            body_sha256: None,
            excerpt: String::new(),
            from: "127.0.0.1".to_owned(),
        };
        told.iter().map(ping).collect()
    }

    /// Of a recovery point from second 10,000 to 11,000; the next one is from 96,400 on.
    #[track_caller]
    fn check(told: &[Told], expected: JobKnown) {
        let mut made = point("p", second(10_000));
        made.finished = Some(second(11_000));
        let points = [made.clone(), point("q", second(96_400))];
        assert_eq!(job(&pings(told), &points, &made), expected);
    }

    #[test]
    fn the_run_that_began_before_and_ended_after_made_it() {
        let good = JobKnown::Ended(second(11_100), Exit(0));
        check(&[(9_990, Start, None), (11_100, Exit(0), None)], good);
        check(&[(9_990, Start, Some(1)), (11_100, Exit(0), Some(1))], good);
        let partial = JobKnown::Ended(second(11_100), Exit(3));
        check(&[(9_990, Start, None), (11_100, Exit(3), None)], partial);
    }

    #[test]
    fn runs_at_the_same_time_are_told_apart_by_their_ids() {
        let told = [
            (9_000, Start, Some(1)),
            (9_990, Start, Some(2)),
            (10_200, Log, Some(2)),
            (11_050, Exit(0), Some(2)),
            (12_000, Exit(3), Some(1)),
        ];
        check(&told, JobKnown::Ended(second(11_050), Exit(0)));
    }

    #[test]
    fn a_job_that_tells_only_its_end_is_found_by_the_first_after() {
        check(
            &[(11_500, Success, None)],
            JobKnown::Ended(second(11_500), Success),
        );
        check(
            &[(11_500, Exit(3), None)],
            JobKnown::Ended(second(11_500), Exit(3)),
        );
        // That of the day before, and that of the day after.
        check(&[(9_000, Success, None)], JobKnown::Unheard);
        check(&[(97_000, Success, None)], JobKnown::Unheard);
        check(&[(60_000, Fail, None)], JobKnown::Unheard);
    }

    #[test]
    fn a_job_that_never_told_its_end_did_not_end_well() {
        check(&[(9_990, Start, None)], JobKnown::Open(second(9_990)));
        let lost = [
            (5_000, Start, Some(1)),
            (9_990, Start, Some(2)),
            (11_100, Exit(0), Some(2)),
        ];
        check(&lost, JobKnown::Ended(second(11_100), Exit(0)));
        check(&[], JobKnown::Unheard);
    }

    #[test]
    fn what_made_one_recovery_point_made_no_other() {
        let points = [point("p", second(10_000)), point("q", second(10_006))];
        let check = |told: &[Told], expected| {
            assert_eq!(job(&pings(told), &points, &points[1]), expected);
        };
        let first = [(9_999, Start, Some(1)), (10_001, Exit(0), Some(1))];
        check(&first, JobKnown::Unheard);
        let partial = JobKnown::Ended(second(10_007), Exit(3));
        check(&[first[0], first[1], (10_007, Exit(3), None)], partial);
        check(&[(10_001, Success, None), (10_007, Exit(3), None)], partial);
    }

    #[test]
    fn clocks_may_be_apart_a_little() {
        let early = [(10_100, Start, Some(1)), (10_900, Exit(0), Some(1))];
        check(&early, JobKnown::Ended(second(10_900), Exit(0)));
        let too_early = [(10_400, Start, Some(1)), (10_900, Exit(0), Some(1))];
        check(&too_early, JobKnown::Unheard);
    }

    #[test]
    fn one_bad_end_is_not_made_good_by_another() {
        let told = [
            (9_990, Start, Some(1)),
            (11_100, Exit(3), Some(1)),
            (11_200, Success, Some(1)),
        ];
        check(&told, JobKnown::Ended(second(11_100), Exit(3)));
    }

    #[test]
    fn partial_backups_are_faults_and_silence_is_none() {
        let trial = |known, tool| trial_of_job(known, tool);
        let ended = |kind| JobKnown::Ended(second(0), kind);
        let partial = trial(ended(Exit(3)), "restic");
        assert_eq!(partial.verdict, Verdict::Fail);
        assert!(
            partial.found.contains("the backup is partial"),
            "{}",
            partial.found
        );
        assert!(trial(ended(Exit(107)), "borg").found.contains("partial"));
        assert!(!trial(ended(Exit(3)), "borg").found.contains("partial"));
        assert_eq!(trial(ended(Exit(0)), "restic").verdict, Verdict::Pass);
        assert_eq!(
            trial(JobKnown::Unheard, "restic").verdict,
            Verdict::Inconclusive
        );
        assert_eq!(
            trial(JobKnown::Open(second(0)), "borg").verdict,
            Verdict::Inconclusive
        );
    }
}
