//! How a backup is verified.

use super::{Expectation, Pick, Provider, plain};
use crate::time::{Duration, Period};

plain! {
    /// How Mainstay verifies a backup: what tool reads it, and what must be in it.
    ///
    /// Nothing here can write to the backup.
    pub struct Verify {
        /// The tool that reads it, and where it is. Exactly one is stated.
        pub with: Provider,
        /// How often it is verified. Once a year, as often as restores are tested, when left out.
        pub every: Option<Period>,
        /// Whether `mainstay run` may verify it when that is due, with nobody at hand. Not, when
        /// left out.
        #[serde(default)]
        pub unattended: bool,
        /// Within what time all of the repository is read at least once, a part with each
        /// verification, where it is too large to be read each time. All of it each time, when left
        /// out.
        pub read_all_within: Option<Period>,
        /// Which recovery points are verified, one with each verification, in turn. Only the
        /// newest, when left out.
        #[serde(default)]
        pub pick: Vec<Pick>,
        /// How much later than `every` says the next one may be.
        pub grace: Option<Duration>,
        /// How long what was verified counts. As long as a test of restores counts, when left out.
        pub good_for: Option<Period>,
        /// How long a verification may take. Six hours, when left out.
        pub within: Option<Duration>,
        /// The most that a restore may put on the disk, in MiB. 100 GiB, when left out.
        pub room: Option<u64>,
        /// Recovery points of which something was found that is settled: the data look as they do
        /// on purpose, or what is gone may be gone. Each by its id, as the verification tells it.
        #[serde(default)]
        pub settled: Vec<String>,
        /// How long what was restored is kept on the disk when the verification finds a fault, so
        /// that somebody can look at it. Not at all, when left out.
        pub keep_on_fail: Option<Duration>,
        /// What must be true of what was restored.
        #[serde(default)]
        pub expect: Vec<Expectation>,
    }
}
