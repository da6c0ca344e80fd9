//! How often a job may tell something: what is told is kept for good.

use std::collections::HashMap;

use crate::id::BackupId;
use crate::proof::PingKind;

/// For how long it is counted, in microseconds.
const SPAN: u64 = 60 * 1_000_000;
/// How often within that a job may begin or end.
const TURNS_MAX: u32 = 60;
/// How often within that it may tell something else; healthchecks.io hears as much.
const LOGS_MAX: u32 = 5;

/// How often each job has told something of late. There are as many as there are backups.
#[derive(Debug, Default)]
pub struct Rates(HashMap<(BackupId, bool), (u64, u32)>);

impl Rates {
    /// Whether a job may tell something now, by a clock in microseconds; that is counted then.
    pub fn may(&mut self, backup: &BackupId, kind: PingKind, now: u64) -> bool {
        let is_log = kind == PingKind::Log;
        let (began, count) = self.0.entry((backup.clone(), is_log)).or_insert((now, 0));
        if now.saturating_sub(*began) >= SPAN {
            (*began, *count) = (now, 0);
        }
        let most = if is_log { LOGS_MAX } else { TURNS_MAX };
        let may = *count < most;
        *count += u32::from(may);
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_in_great_number_take_nothing_from_what_counts() {
        let (mut rates, orders) = (Rates::default(), "orders".parse().expect("an id"));
        let logs = (0..100).filter(|at| rates.may(&orders, PingKind::Log, *at));
        assert_eq!(logs.count(), 5);
        assert!(rates.may(&orders, PingKind::Exit(0), 100));
        assert!(!rates.may(&orders, PingKind::Log, SPAN - 1));
        assert!(rates.may(&orders, PingKind::Log, SPAN));
        let ends = (0..100).filter(|_| rates.may(&orders, PingKind::Success, 200));
        assert_eq!(ends.count(), 59);
    }
}
