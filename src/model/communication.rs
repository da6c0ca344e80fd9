//! Who is told what, when, by whom and how; and who calls whom.

use super::{Channel, plain, words};
use crate::id::*;
use crate::time::Duration;

/// How long an answer to a call is waited for, where nobody says.
const ANSWER_WITHIN: Duration = Duration::minutes(5);

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
        /// How Mainstay calls the same people by itself. It does not, when left out.
        pub page: Option<Page>,
    }

    /// How Mainstay calls the people of a call tree by itself, in the order in which the tree names
    /// them, and asks each to confirm.
    pub struct Page {
        /// The channels by which each is called, all at once. Each has to address people.
        #[serde(default)]
        pub by: Vec<ChannelId>,
        /// How many have to confirm. So many are called at first, and the next one where somebody
        /// declines or does not answer. Everybody, all at once, when left out.
        pub need: Option<u32>,
        /// How long an answer is waited for before the next one is called. `5m`, when left out.
        pub within: Option<Duration>,
        /// The call tree whose people are called when too few have confirmed.
        pub then: Option<CallTreeId>,
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

impl Page {
    /// How long an answer is waited for.
    pub fn within(&self) -> Duration {
        self.within.unwrap_or(ANSWER_WITHIN)
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
