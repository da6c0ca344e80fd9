//! The written steps that bring something back.

use super::{Channel, Visibility, plain};
use crate::id::*;
use crate::time::{Date, Duration};

plain! {
    /// The written steps that bring something back or keep something going.
    pub struct Procedure {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: ProcedureId,
        /// Its name, as people say it.
        pub name: String,
        /// What it achieves, and when to use it.
        pub summary: Option<String>,
        /// Who keeps it right.
        pub owner: Option<PartyId>,
        /// The steps. Each follows the one before, unless it says otherwise.
        #[serde(default)]
        pub steps: Vec<Step>,
        /// When it was last shown to be right.
        pub verified_at: Option<Date>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }

    /// One step of a procedure.
    pub struct Step {
        /// Its id, unique within the procedure.
        pub id: StepId,
        /// What to do, in words that can be followed at three in the morning.
        #[serde(rename = "do")]
        pub text: String,
        /// Who does it.
        pub role: Option<RoleId>,
        /// The line of communication: who is told by what means when it is done.
        pub tell: Option<Tell>,
        /// How long it should take.
        pub expected: Option<Duration>,
        /// The systems one needs in order to do it, such as the vault or the chat.
        #[serde(default)]
        pub tools: Vec<SystemId>,
        /// The credentials one needs in order to do it.
        #[serde(default)]
        pub credentials: Vec<CredentialId>,
        /// The steps that must be done before. The step above, when left out; `[]` for none.
        pub after: Option<Vec<StepId>>,
    }

    /// A line of communication: who is told, and by what means.
    pub struct Tell {
        /// Who is told: a person, a role or a team.
        pub who: PartyId,
        /// By what means.
        pub by: Channel,
        /// The system of ours that this means needs, if any.
        pub needs: Option<SystemId>,
    }
}

impl Procedure {
    /// The indices of the steps that must be done before step `index`.
    ///
    /// Names of steps that do not exist are left out; they are a finding of their own.
    pub fn before(&self, index: usize) -> Vec<usize> {
        match &self.steps[index].after {
            None => index.checked_sub(1).into_iter().collect(),
            Some(after) => {
                let place = |id: &StepId| self.steps.iter().position(|step| step.id == *id);
                after.iter().filter_map(place).collect()
            }
        }
    }
}
