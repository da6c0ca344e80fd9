//! What Mainstay itself can do in a step. How it does it is the business of [`crate::steps`].
//!
//! `actions!` is the one list of the kinds; each says for itself whether it only looks. One more is
//! a file here that says what can be stated, a file of the same name under `src/steps/` that acts,
//! and one line below.

mod ansible;
mod chaostoolkit;
mod command;
mod dns;
mod http;
mod mark;
mod notify;
mod sql;
mod tcp;
mod wait;
mod wait_until;

pub use ansible::Ansible;
pub use chaostoolkit::Chaostoolkit;
pub use command::Command;
pub use dns::{Dns, Record};
pub use http::{Header, Http, JsonValue, Method};
pub use mark::{FindMark, Mark};
pub use notify::Notify;
pub use sql::Sql;
pub use tcp::Tcp;
pub use wait::Wait;
pub use wait_until::{Probe, WaitUntil};

use super::OnCrash;

/// What every kind of action says of itself.
pub trait Stated {
    /// Whether it changes nothing, so that it can always be done again.
    fn only_looks(&self) -> bool;

    /// Why nobody can tell what is to be done, if nobody can.
    fn unclear(&self) -> Option<String> {
        None
    }
}

/// Calls a macro with every kind of action: its key and its type.
#[macro_export]
#[doc(hidden)]
macro_rules! actions {
    ($then:ident) => {
        $then! {
            /// Run a playbook of Ansible. Success is that nothing failed on any host.
            ansible "ansible" Ansible;
            /// Run an experiment of Chaos Toolkit. Success is that nothing in it failed.
            chaostoolkit "chaostoolkit" Chaostoolkit;
            /// Run a program. Success is its exit status.
            command "command" Command;
            /// Ask a name server. Success is the answer that is expected.
            dns "dns" Dns;
            /// Look for the newest mark in what was recovered. Success is that there is one.
            find_mark "find-mark" FindMark;
            /// Ask a web service. Success is the answer that is expected.
            http "http" Http;
            /// Write a mark, by which one can tell later how much was lost.
            mark "mark" Mark;
            /// Tell somebody something, in the journal and on the terminal of the run.
            notify "notify" Notify;
            /// Ask a database. Success is the answer that is expected.
            sql "sql" Sql;
            /// Connect to a port. Success is that something answers.
            tcp "tcp" Tcp;
            /// Let time pass.
            wait "wait" Wait;
            /// Ask again and again. Success is that a probe succeeds in time.
            wait_until "wait-until" WaitUntil;
        }
    };
}

macro_rules! action {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// What Mainstay itself does in a step: exactly one of these.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Action {
            $($(#[doc = $doc])+
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<Box<$type>>,)+
        }

        impl Action {
            /// The keys that are stated; there should be one.
            pub fn stated(&self) -> Vec<&'static str> {
                let mut stated = Vec::new();
                $(if self.$name.is_some() {
                    stated.push($key);
                })+
                stated
            }

            /// Why nobody can tell what is to be done, if nobody can.
            pub fn unclear(&self) -> Option<String> {
                match self.stated().as_slice() {
                    [] => Some("says nothing to do".to_owned()),
                    [_] => None$(.or_else(|| self.$name.as_ref()?.unclear()))+,
                    several => Some(format!("says {} at once", several.join(" and "))),
                }
            }

            /// Whether it changes nothing, so that it can always be done again.
            pub fn only_looks(&self) -> bool {
                true $(&& self.$name.as_deref().is_none_or(Stated::only_looks))+
            }

            /// What happens after a crash, where the step does not say.
            pub fn on_crash(&self, verify: bool) -> OnCrash {
                match (self.only_looks(), verify) {
                    (true, _) => OnCrash::Retry,
                    (false, true) => OnCrash::Verify,
                    (false, false) => OnCrash::Ask,
                }
            }
        }
    };
}
actions!(action);
