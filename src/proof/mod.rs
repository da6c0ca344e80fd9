//! What a verification of a backup shows, and how long that counts.
//!
//! Nothing passes without positive evidence: what could not be looked at is inconclusive, and
//! neither a pass nor a fault. All arithmetic over recovery points is here; who asks the tools is
//! [`crate::backup`].

mod anomaly;
mod change;
mod doubt;
mod due;
mod estimate;
mod freshness;
mod independent;
mod job;
mod joint;
mod ledger;
mod level;
mod log_chain;
mod log_line;
mod outlook;
mod ping;
#[cfg(test)]
mod policies;
mod reading;
mod restore;
mod restore_time;
mod robust;
mod sameness;
mod sampled;
mod segment;
mod self_tested;
mod shrunk;
mod sign;
mod silence;
mod standing;
mod stated;
#[cfg(test)]
mod testing;
mod verification;
mod verified;

pub use anomaly::{Anomaly, Radar, last_clean, radar};
pub use doubt::{Doubt, DoubtAbout, open_doubts};
pub use due::{is_due, is_due_to_be_taken, looked, rhythm};
pub use estimate::{Basis, Estimate, Outlook, Sample, Span, growth};
pub use freshness::{AgeLimits, Intervals, SKEW, Window, freshness, later};
pub use independent::same_place;
pub use job::{JobKnown, job, trial_of_job};
pub use joint::{Joint, Member, joint};
pub use ledger::{Known, Ledger, Terms};
pub use level::{Level, Trial, Verdict, reached};
pub use log_chain::{LogChain, LogReach, LogUse};
pub use outlook::{Foreseen, Foretold};
pub use ping::{JobEnd, Ping, PingKind};
pub use reading::{Part, coverage, next, parts};
pub use restore::{LastRestore, last_restore};
pub use restore_time::RestoreTime;
pub use sameness::{is_another, unaltered};
pub use sampled::{SampleRun, Sampled, SampledPart};
pub use segment::{History, Segment, SegmentRange, SegmentSize, Unreadable};
pub use self_tested::{Detector, LastTest, SelfTested, Tested};
pub use shrunk::{Compared, compared};
pub use sign::Sign;
pub use silence::{Pinged, Silence, silence};
pub use standing::{Standing, open_fault, standing};
pub use stated::stated;
pub use verification::{
    Call, Fact, Kept, Picked, PointKind, RecoveryPoint, Restored, Seen, Stage, Taken, Tool, Turn,
    Verification,
};
pub use verified::Verified;
