//! What carries messages to people. How each delivers one is the business of [`crate::notify`].
//!
//! `carriers!` is the one list of them. One more is a file here that says what can be stated, a
//! file of the same name under `src/notify/` that delivers, and one line below.

use super::Channel;

mod matrix;
mod mattermost;
mod ntfy;
mod pagerduty;
mod script;
mod slack;
mod smtp;
mod teams;
mod webhook;

pub use matrix::Matrix;
pub use mattermost::Mattermost;
pub use ntfy::Ntfy;
pub use pagerduty::PagerDuty;
pub use script::ScriptCarrier;
pub use slack::Slack;
pub use smtp::{Smtp, SmtpTls};
pub use teams::TeamsCarrier;
pub use webhook::Webhook;

/// Calls a macro with every carrier: its field, its key and its type.
#[macro_export]
#[doc(hidden)]
macro_rules! carriers {
    ($then:ident) => {
        $then! {
            /// A room of Matrix.
            matrix "matrix" Matrix;
            /// A channel of Mattermost.
            mattermost "mattermost" Mattermost;
            /// A topic of ntfy, which shows messages on telephones.
            ntfy "ntfy" Ntfy;
            /// A service of PagerDuty, which calls whoever is on duty.
            pagerduty "pagerduty" PagerDuty;
            /// A program of one's own.
            script "script" ScriptCarrier;
            /// A channel of Slack.
            slack "slack" Slack;
            /// A mail server.
            smtp "smtp" Smtp;
            /// A channel or chat of Microsoft Teams.
            teams "teams" TeamsCarrier;
            /// A web service of one's own.
            webhook "webhook" Webhook;
        }
    };
}

macro_rules! carrier {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// What carries messages to people: exactly one of these.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Carrier {
            $($(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<Box<$type>>,)+
        }

        impl Carrier {
            /// The key of every carrier.
            pub const KEYS: &'static [&'static str] = &[$($key,)+];

            /// The keys that are stated; there should be one.
            pub fn stated(&self) -> Vec<&'static str> {
                let mut stated = Vec::new();
                $(if self.$name.is_some() {
                    stated.push($key);
                })+
                stated
            }

            /// What is wrong with what is stated, as the rest of a sentence.
            pub fn unclear(&self) -> Option<String> {
                if let Err(why) = self.key() {
                    return Some(why);
                }
                None$(.or_else(|| self.$name.as_ref().and_then(|stated| stated.unclear())))+
            }
        }
    };
}
carriers!(carrier);

/// What can be stated of one carrier.
pub trait StatedCarrier {
    /// What is wrong with it, as the rest of a sentence.
    fn unclear(&self) -> Option<String>;
}

impl Carrier {
    /// The key of the one that is stated.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence, when that is not exactly one.
    pub fn key(&self) -> Result<&'static str, String> {
        match self.stated().as_slice() {
            [key] => Ok(key),
            [] => Err("names nothing that carries its messages".to_owned()),
            several => Err(format!("names {} at once", several.join(" and "))),
        }
    }

    /// The kind of contact by which it addresses people. Nothing where its messages go to one
    /// place, whoever reads them there.
    pub fn addresses(&self) -> Option<Channel> {
        let script = self.script.as_ref().and_then(|script| script.addresses);
        self.smtp.as_ref().map(|_| Channel::Email).or(script)
    }

    /// Whether it keeps open what it is told, until it hears that it is over.
    pub fn keeps_open(&self) -> bool {
        self.pagerduty.is_some()
    }
}

/// Why an address is none that can be asked, as the rest of a sentence.
fn no_url(key: &str, text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok();
    let good = url.is_some_and(|url| {
        let plain = url.username().is_empty() && url.password().is_none();
        plain && matches!(url.scheme(), "https" | "http") && url.has_host()
    });
    // It is not repeated: a password may stand in it.
    (!good).then(|| format!("has a `{key}` that is no address such as `https://chat.example`"))
}

/// Why nobody is asked to vouch for a service by the authority that is stated.
fn no_tls(url: Option<&str>, ca: Option<&str>) -> Option<String> {
    let is_plain = url.is_some_and(|url| url.to_ascii_lowercase().starts_with("http:"));
    let why = "trusts an authority by `ca`, but asks for none with an address of `http`";
    (is_plain && ca.is_some()).then(|| why.to_owned())
}
