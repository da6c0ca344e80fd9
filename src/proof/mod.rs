//! What a verification of a backup shows, and how long that counts.
//!
//! Nothing passes without positive evidence: what could not be looked at is inconclusive, and
//! neither a pass nor a fault. All arithmetic over recovery points is here; who asks the tools is
//! [`crate::backup`].

mod change;
mod due;
mod estimate;
mod freshness;
mod ledger;
mod level;
mod log_chain;
mod log_line;
#[cfg(test)]
mod policies;
mod restore;
mod robust;
mod segment;
mod standing;
mod stated;
#[cfg(test)]
mod testing;
mod verification;
mod verified;

pub use due::{is_due, is_due_to_be_taken, looked, rhythm};
pub use estimate::{Basis, Estimate, Outlook, Sample, Span, growth};
pub use freshness::{AgeLimits, Intervals, SKEW, Window, freshness};
pub use ledger::{Known, Ledger, Terms};
pub use level::{Level, Trial, Verdict, reached};
pub use log_chain::{LogChain, LogReach, LogUse};
pub use restore::{LastRestore, last_restore};
pub use segment::{History, Segment, SegmentRange, SegmentSize, Unreadable};
pub use standing::{Standing, open_fault, standing};
pub use stated::stated;
pub use verification::{
    Call, Fact, Picked, PointKind, RecoveryPoint, Restored, Seen, Stage, Taken, Tool, Verification,
};
pub use verified::Verified;
