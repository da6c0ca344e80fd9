//! What counts as an incident while a drill lasts, and how what is said of one is kept close.
//!
//! All of it is agreed before a drill begins: NIST SP 800-115 section 7.1 asks for that, and
//! SAFETAG (incident response and emergency contact) says what there is to agree on.

use super::{Drill, Programme, plain, words};
use crate::id::PartyId;

plain! {
    /// What counts as an incident while a drill lasts, and what then holds. What a drill says goes
    /// before what the organization says for all drills.
    #[derive(Default)]
    pub struct IncidentPolicy {
        /// What counts as an incident, each so that whoever is there can tell whether it is one. No
        /// drill begins without.
        #[serde(default)]
        pub criteria: Vec<String>,
        /// The severity from which on an incident must be opened, and can be dismissed only by
        /// somebody who neither leads the drill nor opened it. Every one, when left out.
        pub opens_at: Option<Sev>,
        /// How what is said of an incident is kept close.
        pub protocol: Option<IncidentProtocol>,
    }

    /// How what is said of an incident is kept close.
    #[derive(Default)]
    pub struct IncidentProtocol {
        /// Where people speak of it, such as `the encrypted bridge 4711`.
        pub channel: Option<String>,
        /// What it is called wherever others may listen.
        pub codename: Option<String>,
        /// Who may know of it, and nobody else.
        #[serde(default)]
        pub need_to_know: Vec<PartyId>,
        /// What must never be sent by e-mail or text message.
        #[serde(default)]
        pub never_by_email_or_sms: Vec<String>,
    }
}

words! {
    /// How severe an incident is: SEV1 is the worst.
    pub enum Sev {
        /// The worst: critical functions are down, or harm is done that cannot be undone.
        #[serde(rename = "SEV1")]
        Sev1 = "SEV1",
        /// A critical function is impaired, or will soon be down.
        #[serde(rename = "SEV2")]
        Sev2 = "SEV2",
        /// Something is impaired that can be worked around.
        #[serde(rename = "SEV3")]
        Sev3 = "SEV3",
        /// Few notice it.
        #[serde(rename = "SEV4")]
        Sev4 = "SEV4",
        /// Nobody notices it yet.
        #[serde(rename = "SEV5")]
        Sev5 = "SEV5",
    }
}

impl Sev {
    /// Whether this is as severe as another, or more so.
    pub fn reaches(self, other: Sev) -> bool {
        self <= other
    }
}

impl IncidentPolicy {
    /// The severity from which on an incident must be opened.
    pub fn threshold(&self) -> Sev {
        self.opens_at.unwrap_or(Sev::Sev5)
    }

    /// The same, with what is not stated in it taken from another.
    #[must_use]
    fn or(self, other: &IncidentPolicy) -> Self {
        IncidentPolicy {
            criteria: first(self.criteria, &other.criteria),
            opens_at: self.opens_at.or(other.opens_at),
            protocol: match (self.protocol, &other.protocol) {
                (Some(own), Some(other)) => Some(own.or(other)),
                (own, other) => own.or_else(|| other.clone()),
            },
        }
    }
}

impl IncidentProtocol {
    fn or(self, other: &IncidentProtocol) -> Self {
        IncidentProtocol {
            channel: self.channel.or_else(|| other.channel.clone()),
            codename: self.codename.or_else(|| other.codename.clone()),
            need_to_know: first(self.need_to_know, &other.need_to_know),
            never_by_email_or_sms: first(self.never_by_email_or_sms, &other.never_by_email_or_sms),
        }
    }
}

/// What is stated in a list, or else in another.
fn first<T: Clone>(own: Vec<T>, other: &[T]) -> Vec<T> {
    match own.as_slice() {
        [] => other.to_vec(),
        _ => own,
    }
}

impl Drill {
    /// What counts as an incident in it: what it says itself, then what the organization says.
    pub fn incidents_in(&self, programme: &Programme) -> IncidentPolicy {
        let organization = programme.organization.as_ref();
        let common = organization.and_then(|organization| organization.incidents.as_ref());
        // Most drills say nothing of it, and each is kept for as long as a daemon lives.
        let own = self.incidents.as_deref().cloned().unwrap_or_default();
        match common {
            Some(common) => own.or(common),
            None => own,
        }
    }
}
