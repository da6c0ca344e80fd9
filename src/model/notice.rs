//! Who is told what, by which channel.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{NoticeChannel, Programme, SecretRef, plain, words};
use crate::id::{ChannelId, PartyId, PersonId};
use crate::time::{Duration, Period};

/// When people are reminded of what is due, where nobody says: a month, a week and a day before.
pub const REMIND: [Period; 3] = [Period::days(30), Period::days(7), Period::days(1)];

plain! {
    /// Who is told something, and by which channel.
    pub struct Notice {
        /// Who is told: `responsible`, `approvers`, `control-owner`, or the id of a person, a role
        /// or a team.
        pub audience: NoticeAudience,
        /// By which channel.
        pub channel: ChannelId,
        /// What they are told. Everything, when left out.
        #[serde(default)]
        pub kinds: Vec<NoticeKind>,
        /// How long before something is due they are reminded. `[P30D, P7D, P1D]`, when left out;
        /// `[]` for never.
        pub remind: Option<Vec<Period>>,
        /// Who hears of it when nobody who was told confirms. Nobody is asked to, when left out.
        pub confirm: Option<Confirm>,
    }

    /// Whoever is told that something is due or overdue has to confirm that they see to it.
    pub struct Confirm {
        /// Within how long.
        pub within: Duration,
        /// Who is told when nobody has, by the same channel: a person, a role or a team.
        pub then: PartyId,
    }

    /// How people answer what Mainstay tells them.
    pub struct Answers {
        /// The address under which people reach `mainstay serve`, such as
        /// `https://continuity.example.org`. Each message that asks for an answer has a link below
        /// it.
        pub url: String,
        /// Where the key is with which links are signed: 16 letters at the least, and the same on
        /// every node.
        pub key: SecretRef,
    }
}

words! {
    /// What people are told.
    pub enum NoticeKind {
        /// Something is due now.
        Due = "due",
        /// Something is going to be due.
        Reminder = "reminder",
        /// The time for something is over, and it was not done.
        Missed = "missed",
        /// A run has begun, or has ended.
        Run = "run",
        /// A run of a drill waits for people: they do a step, answer a question, or decide.
        Waits = "waits",
        /// Something is wrong with the plans: an error that nobody accepts. They are told once, and
        /// again when it comes back after it was gone.
        Finding = "finding",
    }
}

impl NoticeKind {
    /// Whether somebody can say of it that they see to it.
    pub fn is_answered(self) -> bool {
        match self {
            NoticeKind::Due | NoticeKind::Reminder | NoticeKind::Missed => true,
            NoticeKind::Run | NoticeKind::Waits | NoticeKind::Finding => false,
        }
    }
}

impl Notice {
    /// Whether it is about a kind of news.
    pub fn tells(&self, kind: NoticeKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// How long before something is due people are reminded.
    pub fn reminders(&self) -> &[Period] {
        self.remind.as_deref().unwrap_or(&REMIND)
    }
}

/// Who is told something. An id that is one of the three words means what the word says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeAudience {
    /// Whoever is responsible for what it is about.
    Responsible,
    /// Who approves the consolidated plan.
    Approvers,
    /// Who owns the continuity control.
    ControlOwner,
    /// A person, the holders of a role, or who leads a team.
    Party(PartyId),
}

/// The words that are no id.
const WORDS: [(&str, NoticeAudience); 3] = [
    ("responsible", NoticeAudience::Responsible),
    ("approvers", NoticeAudience::Approvers),
    ("control-owner", NoticeAudience::ControlOwner),
];

impl NoticeAudience {
    /// Everybody who is meant and has not left. Who is responsible depends on what it is about:
    /// `None`.
    pub fn people<'p>(&'p self, programme: &'p Programme) -> Option<BTreeSet<&'p PersonId>> {
        let organization = programme.organization.as_ref();
        let people = match self {
            NoticeAudience::Responsible => return None,
            NoticeAudience::Party(party) => programme.people_behind(party),
            NoticeAudience::ControlOwner => {
                let owner = organization.and_then(|it| it.control_owner.as_ref());
                owner.map_or_else(BTreeSet::new, |owner| programme.people_behind(owner))
            }
            NoticeAudience::Approvers => {
                let rule = organization.and_then(|it| it.approval.as_ref());
                let approvers = rule.into_iter().flat_map(|rule| &rule.approvers);
                let people = approvers.map(|approver| &approver.person);
                people.filter(|person| programme.is_here(person)).collect()
            }
        };
        Some(people)
    }
}

impl NoticeChannel {
    /// Where a person is on this channel: the first contact of the kind that it addresses. Nothing
    /// where there is none, or where the channel addresses nobody.
    pub fn address_of<'p>(&self, programme: &'p Programme, person: &PersonId) -> Option<&'p str> {
        let by = self.with.addresses()?;
        let person = programme.people.get(person.as_str())?;
        let contact = person.contacts.iter().find(|contact| contact.by == by);
        contact.map(|contact| contact.to.as_str())
    }
}

impl FromStr for NoticeAudience {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let word = WORDS.into_iter().find(|(word, _)| *word == text);
        word.map_or_else(
            || text.parse().map(NoticeAudience::Party),
            |(_, audience)| Ok(audience),
        )
    }
}

impl fmt::Display for NoticeAudience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoticeAudience::Party(party) => write!(f, "{party}"),
            other => {
                let mut words = WORDS.iter().filter(|(_, audience)| audience == other);
                f.write_str(words.next().map_or("", |(word, _)| word))
            }
        }
    }
}

// A party is written as the id it is, so that a walk over a value meets the reference.
impl Serialize for NoticeAudience {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            NoticeAudience::Party(party) => party.serialize(to),
            word => to.collect_str(word),
        }
    }
}

impl<'de> Deserialize<'de> for NoticeAudience {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::text::parsed(from, "who is told")
    }
}

impl JsonSchema for NoticeAudience {
    fn schema_name() -> Cow<'static, str> {
        "NoticeAudience".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Who is told something.",
            "anyOf": [
                { "enum": WORDS.map(|(word, _)| word) },
                generator.subschema_for::<PartyId>(),
            ],
        })
    }
}
