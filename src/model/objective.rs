//! Recovery objectives: what was promised about time and data, and the rule that binds them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plain;
use crate::id::DisruptionClassId;
use crate::time::Duration;

macro_rules! objectives {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[derive(JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Duration);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0.words())
            }
        }
    )+};
}

objectives! {
    /// Maximum tolerable period of disruption: after this the damage is unacceptable.
    Mtpd;
    /// Recovery time objective: the longest something may stay down.
    ///
    /// Measured from the disruption, not from the moment somebody notices it.
    Rto;
    /// Recovery point objective: how much data, in time, may be lost.
    Rpo;
    /// Work recovery time: what people need after the systems are back, to catch up.
    Wrt;
}

impl Mtpd {
    /// What is left after recovery and catching up, or `None` when they take too long.
    ///
    /// The rule is RTO + WRT ≤ MTPD.
    pub fn slack(self, rto: Rto, wrt: Wrt) -> Option<Duration> {
        self.0.less(rto.0 + wrt.0)
    }
}

plain! {
    /// Objectives that differ for one class of disruption.
    pub struct ClassObjective {
        /// The class of disruption these hold for, such as `cyber-attack` or `region-loss`.
        pub class: DisruptionClassId,
        /// The recovery time objective in such a disruption.
        pub rto: Option<Rto>,
        /// The recovery point objective in such a disruption.
        pub rpo: Option<Rpo>,
    }
}

/// Whether somebody with the authority has agreed to an objective.
///
/// Until management has signed the exact figure, it is proposed and shown as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Stated by a team, agreed by nobody yet.
    Proposed,
    /// Somebody with the authority has agreed to it.
    Approved,
}

impl Approval {
    /// What somebody's yes makes it.
    pub fn of<T>(yes: Option<T>) -> Self {
        yes.map_or(Approval::Proposed, |_| Approval::Approved)
    }

    /// As people read it beside the figure.
    pub fn words(&self) -> &'static str {
        match self {
            Approval::Proposed => "proposed",
            Approval::Approved => "approved",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_and_catching_up_must_fit_the_tolerable_period() {
        let mtpd = Mtpd(Duration::hours(8));
        let slack = |rto, wrt| mtpd.slack(Rto(Duration::hours(rto)), Wrt(Duration::hours(wrt)));
        assert_eq!(slack(4, 4), Some(Duration::ZERO));
        assert_eq!(slack(4, 1), Some(Duration::hours(3)));
        assert_eq!(slack(6, 3), None);
    }
}
