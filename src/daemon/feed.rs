//! What is planned, as a calendar for those who subscribe to it.
//!
//! It is made when plans were read, and not when somebody asks. What says the same as before has
//! the same tag, so whoever has it need not get it again.

use chrono::{DateTime, Utc};
use hyper::body::Bytes;
use sha2::{Digest, Sha256};

use crate::app::Plans;
use crate::text::hex;

/// What says only when a calendar was made.
const MADE: &str = "DTSTAMP:";

/// A calendar as it is published.
#[derive(Debug)]
pub struct Feed {
    /// The calendar.
    pub text: Bytes,
    /// What stands for all that it says: a weak entity tag, as two that say the same may have been
    /// made at different moments.
    pub tag: String,
    /// The digest of the plans that it follows from.
    plans: String,
    /// When those were changed, as far as it is known.
    changed: DateTime<Utc>,
}

impl Feed {
    /// That of plans that were all read, and the one that was published before.
    pub fn new(plans: &Plans, before: Option<&Feed>) -> Self {
        let digest = plans.loaded.sources.digest();
        let changed = match before {
            // Where git does not say when they were changed, it was not since.
            Some(before) if before.plans == digest => before.changed,
            _ => {
                let now = plans.now.instant();
                let stated = plans.workspace.committed_at().unwrap_or(now);
                // Older plans that are put back are a change, too, and come after it.
                before.map_or(stated, |before| stated.max(before.changed))
            }
        };
        let text = plans.calendar(changed);
        Feed {
            tag: tag(&text),
            text: text.into(),
            plans: digest,
            changed,
        }
    }
}

/// The tag of a calendar: it depends on all that it says but for when it was made.
fn tag(calendar: &str) -> String {
    let mut digest = Sha256::new();
    for line in calendar.split_inclusive("\r\n") {
        if !line.starts_with(MADE) {
            digest.update(line);
        }
    }
    format!("W/\"{}\"", hex(&digest.finalize()[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Now;

    const DRILL: &str = "drills: [{id: d, name: D, kind: tabletop, \
                         schedule: {zone: UTC, from: 2026-01-01, every: P1Y, at: '06:00'}}]\n";

    fn feed(plan: &str, at: &str, before: Option<&Feed>) -> Feed {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mainstay.yaml");
        std::fs::write(file, plan).expect("room");
        let now: Now = at.parse().expect("a moment");
        let plans = Plans::open(folder.path(), Some(now)).expect("it opens");
        Feed::new(&plans, before)
    }

    fn sequence(feed: &Feed) -> u64 {
        let text = String::from_utf8_lossy(&feed.text).into_owned();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("SEQUENCE:").map(str::to_owned));
        line.expect("an event").parse().expect("a number")
    }

    #[test]
    fn what_says_the_same_has_the_same_tag() {
        let first = feed(DRILL, "2026-11-28T12:00:00Z", None);
        let same = feed(DRILL, "2026-11-29T12:00:00Z", Some(&first));
        assert_ne!(first.text, same.text, "it was made at another moment");
        assert_eq!(first.tag, same.tag);
        let other = feed(
            &DRILL.replace("06:00", "07:00"),
            "2026-11-29T12:00:00Z",
            Some(&same),
        );
        assert_ne!(other.tag, same.tag);
        assert!(first.tag.starts_with("W/\"") && first.tag.len() == 36);
    }

    #[test]
    fn a_change_counts_up_also_where_it_puts_older_plans_back() {
        let first = feed(DRILL, "2026-11-28T12:00:00Z", None);
        let same = feed(DRILL, "2026-11-30T12:00:00Z", Some(&first));
        assert_eq!(sequence(&same), sequence(&first));
        let later = DRILL.replace("06:00", "07:00");
        let other = feed(&later, "2026-11-30T12:00:00Z", Some(&same));
        assert_eq!(sequence(&other), sequence(&first) + 2 * 24 * 60);
        let back = feed(DRILL, "2026-11-29T12:00:00Z", Some(&other));
        assert_eq!(sequence(&back), sequence(&other));
    }
}
