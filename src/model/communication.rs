//! Who is told what, when, by whom and how; and who calls whom.

use super::{Channel, plain, words};
use crate::id::*;
use crate::time::Duration;

plain! {
    /// A message of the communication plan: stage, audience, channel, owner and words.
    pub struct Communication {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: CommunicationId,
        /// What it is about.
        pub name: String,
        /// At which stage of a disruption it is sent.
        pub stage: Stage,
        /// Who receives it.
        pub audience: StakeholderId,
        /// By what means.
        pub channel: Channel,
        /// By what means, when the first does not work.
        pub fallback: Option<Channel>,
        /// The system of ours that the first means needs, if any.
        pub needs: Option<SystemId>,
        /// Who sends it.
        pub owner: Option<PartyId>,
        /// How soon after the stage begins.
        pub within: Option<Duration>,
        /// How often it is repeated while the stage lasts.
        pub every: Option<Duration>,
        /// The words, with what is to be filled in marked like `[time]`.
        pub template: Option<String>,
    }

    /// Who calls whom, so that everybody is reached by telephone alone.
    pub struct CallTree {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: CallTreeId,
        /// Its name, as people say it.
        pub name: String,
        /// The calls, first things first.
        #[serde(default)]
        pub calls: Vec<Call>,
    }

    /// One caller and whom they call.
    pub struct Call {
        /// Who calls.
        pub from: PartyId,
        /// Whom they call, in this order.
        #[serde(default)]
        pub to: Vec<PartyId>,
    }
}

words! {
    /// The stages of a disruption, in order.
    pub enum Stage {
        /// Somebody notices.
        Detection = "detection",
        /// The plan is activated.
        Activation = "activation",
        /// While recovery goes on.
        Recovery = "recovery",
        /// Things are back to normal.
        StandDown = "stand-down",
        /// Looking back.
        Review = "review",
    }
}
