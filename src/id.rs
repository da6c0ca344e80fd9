//! Typed ids: the name by which one thing in the plans refers to another.
//!
//! Ids are global: `payments-db` is the same system in every team's file. The type says what kind
//! of thing an id may name; whether such a thing exists is found out after merging.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The longest id that is accepted, in characters.
pub const LENGTH_MAX: usize = 128;

/// What [`complaint`] accepts, for editors.
const PATTERN: &str = r"^[\p{Alphabetic}\p{N}_.+-]+$";
const PATTERN_ERROR: &str = "An id has letters, digits and `-`, `_`, `.`, `+`; no spaces.";

/// Says what is wrong with a text as an id, in words for the person who wrote it.
fn complaint(text: &str) -> Option<String> {
    let allowed = |c: char| c.is_alphanumeric() || "-_.+".contains(c);
    if text.is_empty() {
        return Some("an id cannot be empty".to_owned());
    }
    if text.chars().count() > LENGTH_MAX {
        return Some(format!("an id has at most {LENGTH_MAX} characters"));
    }
    text.chars().find(|c| !allowed(*c)).map(|odd| {
        let odd = odd.escape_default();
        format!("an id has letters, digits and `-`, `_`, `.`, `+`; `{odd}` is none of them")
    })
}

/// An id made of a name: small letters and digits, all else becomes `-`. Nothing where there is no
/// letter or digit in it, or it is too long.
pub fn from_name(name: &str) -> Option<String> {
    let letters = name.to_lowercase();
    let words = letters.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let id = words.join("-");
    complaint(&id).is_none().then_some(id)
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                complaint(text).map_or_else(|| Ok($name(text.into())), Err)
            }
        }

        // As a named newtype, so that a walk over a value can tell which kind of id it meets.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_newtype_struct(stringify!($name), &*self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::text::parsed(from, "an id")
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    // An editor takes `0777` for a number; here it stays text.
                    "type": ["string", "number"],
                    "maxLength": LENGTH_MAX,
                    "pattern": PATTERN,
                    "patternErrorMessage": PATTERN_ERROR,
                    "description": concat!($($doc),+).trim(),
                })
            }
        }
    )+};
}

ids! {
    /// The id of a team.
    TeamId;
    /// The id of a person.
    PersonId;
    /// The id of a role.
    RoleId;
    /// The id of whoever is responsible: a person, a role or a team.
    PartyId;
    /// The id of a critical function.
    FunctionId;
    /// The id of a system.
    SystemId;
    /// The id of something that can be depended on: a system or a function.
    NodeId;
    /// The id of a vendor.
    VendorId;
    /// The id of a site or environment.
    SiteId;
    /// The id of a tier of importance.
    TierId;
    /// The id of a capacity that recoveries share, such as a restore link.
    CapacityId;
    /// The id of what a recovery uses while it runs: a role or a capacity.
    ResourceId;
    /// The id of a credential, never the credential itself.
    CredentialId;
    /// The id of a stakeholder.
    StakeholderId;
    /// The id of a class of disruption.
    DisruptionClassId;
    /// The id of a risk.
    RiskId;
    /// The id of a scenario.
    ScenarioId;
    /// The id of a procedure.
    ProcedureId;
    /// The id of a step, unique within its procedure.
    StepId;
    /// The id of a communication.
    CommunicationId;
    /// The id of a call tree.
    CallTreeId;
    /// The id of a backup.
    BackupId;
    /// The id of a calendar of holidays.
    CalendarId;
    /// The id of a drill.
    DrillId;
    /// The id of an action that follows from a drill.
    ActionId;
    /// The id of a channel by which people are told something.
    ChannelId;
    /// The id of a check, as `mainstay explain` knows it.
    CheckId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_look_like_a_number_or_use_any_script() {
        for text in ["0777", "no", "1e3", "libstdc++6", "東京", "a.b_c-d"] {
            assert_eq!(text.parse::<SystemId>().expect(text).as_str(), text);
        }
    }

    #[test]
    fn an_id_with_a_space_or_a_control_character_is_refused() {
        for text in ["", "a b", "a\u{0}", "a/b", &"x".repeat(LENGTH_MAX + 1)] {
            assert!(text.parse::<SystemId>().is_err(), "{text:?}");
        }
    }
}
