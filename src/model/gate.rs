//! A question that people answer before a drill goes on.

use super::plain;
use crate::id::*;

plain! {
    /// A question that people answer before the drill goes on.
    pub struct Gate {
        /// What is asked. What the step says to do, when left out.
        pub question: Option<String>,
        /// What can be answered. Yes and no, when left out.
        #[serde(default)]
        pub answers: Vec<String>,
        /// How many people must give the same answer. One, when left out.
        pub quorum: Option<u32>,
        /// Who may answer: people, or all behind a role or a team. Those who hold the role of the
        /// step, when left out.
        #[serde(default)]
        pub by: Vec<PartyId>,
        /// Steps of the same procedure: whoever did one of them may not answer.
        #[serde(default)]
        pub not_by: Vec<StepId>,
    }

    /// The answer of an earlier step that makes a step necessary.
    pub struct When {
        /// The step with the question, of the same procedure.
        pub step: StepId,
        /// The answer.
        pub is: String,
    }
}
