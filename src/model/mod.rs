//! The programme as it is written: plain data, one file per concept, unknown keys refused.
//!
//! `sections!` is the one list of what a plan file may hold; a file's schema, its decoding, the
//! merged programme and the kinds of reference all follow from it. The doc comments of the fields
//! are what editors show to the people who write plans: [`schema`] hands them over.

use schemars::JsonSchema;
use serde::Serialize;

mod acceptance;
mod action;
mod backup;
mod bia;
mod calendar;
mod capacity;
mod carrier;
mod communication;
mod contact;
mod corrective_action;
mod credential;
mod days_off;
mod dependency;
mod drill;
mod expectation;
mod function;
mod gate;
mod incident_policy;
mod money;
mod notice;
mod notice_channel;
mod wording;
mod objective;
mod organization;
mod party;
mod percent;
mod person;
mod pick;
mod procedure;
mod programme;
mod provider;
mod risk;
mod role;
mod scenario;
mod schedule;
mod schema;
mod secret;
mod site;
mod stakeholder;
mod system;
mod take;
mod team;
mod tier;
mod uuid;
mod vendor;
mod verify;

pub use acceptance::*;
pub use action::*;
pub use backup::*;
pub use bia::*;
pub use calendar::*;
pub use capacity::*;
pub use carrier::*;
pub use communication::*;
pub use contact::*;
pub use corrective_action::*;
pub use credential::*;
pub use days_off::{DaysOff, Off, Resolved, YEAR_MAX};
pub use dependency::*;
pub use drill::*;
pub use expectation::*;
pub use function::*;
pub use gate::*;
pub use incident_policy::*;
pub use money::Money;
pub use notice::*;
pub use notice_channel::*;
pub use objective::*;
pub use organization::*;
pub use percent::Percent;
pub use person::*;
pub use pick::*;
pub use procedure::*;
pub use programme::*;
pub use provider::*;
pub use risk::*;
pub use role::*;
pub use scenario::*;
pub use schedule::*;
pub use schema::schema;
pub use secret::{NEVER_IN_A_PLAN, SecretRef};
pub use site::*;
pub use stakeholder::*;
pub use system::*;
pub use take::*;
pub use team::*;
pub use tier::*;
pub use uuid::Uuid;
pub use vendor::*;
pub use verify::*;
pub use wording::*;

/// What a person in the organization may see: everything, or only what may be published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Stays inside the organization; the public variant of the document leaves it out.
    #[default]
    Internal,
    /// May be published.
    Public,
}

/// A thing of the programme that has an id and a name and stands in one section of a file.
pub trait Entity: Clone + Send + Sync {
    /// What kind of thing it is.
    const KIND: Kind;
    /// The key of the list it stands in.
    const SECTION: &'static str;
    /// Its id.
    fn id(&self) -> &str;
    /// Its name as people say it.
    fn name(&self) -> &str;
}

/// Calls a macro with every section of a plan file: field, key, type, id, kind, its word.
///
/// One more concept is one new file and one line here.
#[macro_export]
#[doc(hidden)]
macro_rules! sections {
    ($then:ident) => {
        $then! {
            /// How important things are, and how fast each class must be back.
            tiers "tiers" Tier TierId Tier "tier";
            /// Places, offices, regions and environments.
            sites "sites" Site SiteId Site "site";
            /// Who is affected by a disruption and must hear from us.
            stakeholders "stakeholders" Stakeholder StakeholderId Stakeholder "stakeholder";
            /// What several recoveries share and can exhaust, such as a restore link.
            capacities "capacities" Capacity CapacityId Capacity "capacity";
            /// Accounts, keys and tokens a recovery needs: their names, never their values.
            credentials "credentials" Credential CredentialId Credential "credential";
            /// The people of the programme and how to reach them.
            people "people" Person PersonId Person "person";
            /// What people do in a disruption, with a primary and alternates.
            roles "roles" Role RoleId Role "role";
            /// The critical business functions, each with its business impact analysis.
            functions "functions" Function FunctionId Function "function";
            /// What functions and other systems need: applications, data stores, networks, tools.
            systems "systems" System SystemId System "system";
            /// Suppliers.
            vendors "vendors" Vendor VendorId Vendor "vendor";
            /// What could go wrong: likelihood, impact and treatment.
            risks "risks" Risk RiskId Risk "risk";
            /// Disruptions to prepare for, each with what it takes down.
            scenarios "scenarios" Scenario ScenarioId Scenario "scenario";
            /// The written steps that bring something back.
            procedures "procedures" Procedure ProcedureId Procedure "procedure";
            /// Who is told what, when, by whom and how.
            communications "communications" Communication CommunicationId Communication
                "communication";
            /// Who calls whom.
            call_trees "call-trees" CallTree CallTreeId CallTree "call tree";
            /// Copies of data: of what, where, how often.
            backups "backups" Backup BackupId Backup "backup";
            /// Holidays and weekends, by which schedules go.
            calendars "calendars" Calendar CalendarId Calendar "calendar";
            /// Exercises and tests of the plan.
            drills "drills" Drill DrillId Drill "drill";
            /// What is to be done because of what drills showed: by whom, and until when.
            actions "actions" CorrectiveAction ActionId Action "action";
            /// The channels by which Mainstay tells people something.
            channels "channels" NoticeChannel ChannelId Channel "channel";
        }
    };
}

macro_rules! document {
    ($($(#[doc = $doc:literal])+ $field:ident $key:literal $type:ident $id:ident $kind:ident
        $word:literal;)+) => {
        /// One YAML document of a plan file. Every key may be left out.
        ///
        /// The file `mainstay.yaml` states the `organization`; every other file is a team plan and
        /// states its `team`. A file may hold several documents, separated by `---`.
        #[derive(Debug, Default, Serialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Document {
            /// Who the programme is for. Stated once, in `mainstay.yaml`.
            pub organization: Option<Organization>,
            /// Whose plan this document is.
            pub team: Option<Team>,
            $($(#[doc = $doc])+ pub $field: Vec<$type>,)+
            /// Findings that somebody accepts for a while, each with the reason and an end.
            pub accepted: Vec<Acceptance>,
        }

        /// What kind of thing an id names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            /// The organization itself.
            Organization,
            /// A team and its plan.
            Team,
            $($(#[doc = $doc])+ $kind,)+
        }

        impl Kind {
            /// Every kind, in the order of the sections.
            pub const ALL: &'static [Kind] =
                &[Kind::Organization, Kind::Team, $(Kind::$kind,)+];

            /// The word for one such thing.
            pub fn word(self) -> &'static str {
                match self {
                    Kind::Organization => "organization",
                    Kind::Team => "team",
                    $(Kind::$kind => $word,)+
                }
            }

            /// The key under which such things stand in a file.
            pub fn section(self) -> &'static str {
                match self {
                    Kind::Organization => "organization",
                    Kind::Team => "team",
                    $(Kind::$kind => $key,)+
                }
            }
        }

        $(impl Entity for $type {
            const KIND: Kind = Kind::$kind;
            const SECTION: &'static str = $key;

            fn id(&self) -> &str {
                self.id.as_str()
            }

            fn name(&self) -> &str {
                &self.name
            }
        })+
    };
}
sections!(document);

impl Entity for Team {
    const KIND: Kind = Kind::Team;
    const SECTION: &'static str = "team";

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Writes a struct of the model: serde, schema and the rule that unknown keys are refused.
macro_rules! plain {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })+) => {$(
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        $(#[$meta])*
        pub struct $name { $($body)* }
    )+};
}
pub(crate) use plain;

/// Writes a closed list of words of the model, with the word each is shown as.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vmeta])* $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// As people read it.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;
