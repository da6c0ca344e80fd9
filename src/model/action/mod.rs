//! What Mainstay itself can do in a step. How it does it is the business of [`crate::steps`].
//!
//! `actions!` is the one list of the kinds; each says for itself whether it only looks. One more is
//! a file here that says what can be stated, a file of the same name under `src/steps/` that acts,
//! and one line below.

mod ansible;
mod call;
mod chaostoolkit;
mod command;
mod dns;
mod http;
mod mark;
mod notify;
mod restore;
mod sql;
mod tcp;
mod wait;
mod wait_until;

pub use ansible::Ansible;
pub use call::CallPeople;
pub use chaostoolkit::Chaostoolkit;
pub use command::Command;
pub use dns::{Dns, Record};
pub use http::{Header, Http, JsonValue, Method};
pub use mark::{FindMark, Mark};
pub use notify::Notify;
pub use restore::Restore;
pub use sql::Sql;
pub use tcp::Tcp;
pub use wait::Wait;
pub use wait_until::{Probe, WaitUntil};

use super::OnCrash;

/// What every kind of action says of itself.
pub trait Stated {
    /// Whether it changes nothing, so that it can always be done again.
    fn only_looks(&self) -> bool;

    /// What is done, on one line, for the person who may have to do it by hand.
    fn line(&self) -> String;

    /// Why nobody can tell what is to be done, if nobody can.
    fn unclear(&self) -> Option<String> {
        None
    }
}

/// A program and its arguments on one line, as a shell would read them.
fn typed(argv: &[String]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+{}$[]".contains(c);
    let word = |word: &String| match word.is_empty() || !word.chars().all(plain) {
        true => format!("'{}'", word.replace('\'', r"'\''")),
        false => word.clone(),
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What is done, and what is expected of it, where anything is.
fn expecting(what: String, expected: Vec<String>) -> String {
    match expected.as_slice() {
        [] => what,
        expected => format!("{what}; expects {}", expected.join(", ")),
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
            /// Call people by a call tree. Success is that enough of them confirm.
            call "call" CallPeople;
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
            /// Tell somebody something. Success is that every channel has taken it.
            notify "notify" Notify;
            /// Restore a backup and validate it. Success is that all is as it is expected.
            restore "restore" Restore;
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

            /// What is done, on one line, for the person who may have to do it by hand. Names in
            /// double braces stand as they are written.
            pub fn line(&self) -> String {
                let mut lines: Vec<String> = Vec::new();
                $(lines.extend(self.$name.as_deref().map(Stated::line));)+
                lines.join("; ").split_whitespace().collect::<Vec<_>>().join(" ")
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

#[cfg(test)]
mod tests {
    use super::Action;

    #[track_caller]
    fn check(action: &str, expected: &str) {
        let action: Action = serde_yaml::from_str(action).expect("an action");
        assert_eq!(action.line(), expected);
    }

    #[test]
    fn what_a_program_runs_is_told_as_it_is_typed() {
        check(
            "{command: {argv: [./switch, --to, '{{site}}'], folder: bin}}",
            "./switch --to {{site}} in bin",
        );
        check(
            r#"{command: {argv: [sh, -c, "it's\n  up", ''], succeeds-with: [0, 2]}}"#,
            r"sh -c 'it'\''s up' ''; expects exit status 0 or 2",
        );
        check(
            "{mark: {argv: [./mark, '[mark]']}}",
            "write a mark: ./mark [mark]",
        );
        check(
            "{chaostoolkit: {experiment: shop.json}}",
            "chaos run shop.json",
        );
        check(
            "{ansible: {playbook: site.yml, limit: db, extra-vars: [{name: to, value: dublin}]}}",
            "ansible-playbook --limit db --extra-vars to=dublin site.yml",
        );
    }

    #[test]
    fn what_is_asked_is_told_with_what_is_expected() {
        check(
            "{http: {url: 'https://a.example', status: [200, 204], within: 2s}}",
            "GET https://a.example; expects status 200 or 204, an answer within 2 s",
        );
        check(
            "{http: {url: 'https://a.example', method: put, body: up, json: [{at: /a, is: b}]}}",
            "PUT https://a.example with up; expects /a = b",
        );
        check(
            "{dns: {name: a.example, server: '192.0.2.53:53', is: [192.0.2.1], ttl-at-most: 1m}}",
            "DNS A a.example at 192.0.2.53:53; expects 192.0.2.1, a TTL of 1 min at most",
        );
        check(
            "{sql: {postgres: ORDERS, query: select count(*) from orders, at-least: 5}}",
            "SQL on $ORDERS: select count(*) from orders; expects 5 at least",
        );
        check(
            "{find-mark: {sql: {sqlite: orders.db, query: select max(at) from mark}}}",
            "find the newest mark: SQL on orders.db: select max(at) from mark",
        );
        check(
            "{wait-until: {probe: {tcp: {host: db.example, port: 5432}}}}",
            "wait until it succeeds: connect to db.example:5432",
        );
        check("{wait: {lasting: 5m}}", "wait 5 min");
        check(
            "{notify: {who: press, text: We are back.}}",
            "tell press: We are back.",
        );
    }
}
