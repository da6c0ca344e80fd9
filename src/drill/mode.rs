//! Whether a run is an exercise or serious is a type, and the type says what it can reach.
//!
//! Plans state for each target what it is in an exercise and what it is live. A run gets its
//! targets from [`Targets`] of its own mode, so that an exercise has no way to a live one:
//!
//! ```compile_fail,E0308
//! use mainstay::drill::{Exercise, Live, Targets};
//! use mainstay::model::Programme;
//!
//! fn hold_a_drill(_: &Targets<Exercise>) {}
//! hold_a_drill(&Targets::<Live>::of(&Programme::default()));
//! ```
//!
//! The same with what an exercise may have:
//!
//! ```
//! use mainstay::drill::{Exercise, Targets};
//! use mainstay::model::Programme;
//!
//! fn hold_a_drill(_: &Targets<Exercise>) {}
//! hold_a_drill(&Targets::<Exercise>::of(&Programme::default()));
//! ```
//!
//! What a step states itself is looked through for live targets, too, however their hosts are
//! spelled. Another name of the same machine, and what a program does that a step starts, nobody
//! can see.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::{Flaw, Values, host};
use crate::journal::{RunMode, Script};
use crate::model::{Action, Programme, Target};

/// Whether a run is an exercise or serious.
pub trait Mode: sealed::Sealed {
    /// As it stands in the script.
    const MODE: RunMode;

    /// What a target is in this mode.
    fn value(target: &Target) -> Option<&str>;
}

/// It is an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exercise {}

/// It is serious.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Exercise {}
    impl Sealed for super::Live {}
}

impl Mode for Exercise {
    const MODE: RunMode = RunMode::Exercise;

    fn value(target: &Target) -> Option<&str> {
        target.exercise.as_deref()
    }
}

impl Mode for Live {
    const MODE: RunMode = RunMode::Live;

    fn value(target: &Target) -> Option<&str> {
        target.live.as_deref()
    }
}

/// A script of a run in one mode.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared<M> {
    script: Script,
    flaws: Vec<Flaw>,
    mode: PhantomData<M>,
}

impl<M: Mode> Prepared<M> {
    pub(super) fn new(script: Script, flaws: Vec<Flaw>) -> Self {
        let mode = PhantomData;
        Prepared {
            script,
            flaws,
            mode,
        }
    }

    /// What the run is going to do.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Why what was approved of it does not count: as long as there is a reason it may not begin.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// What the run is going to do.
    pub fn into_script(self) -> Script {
        self.script
    }
}

/// What a run in a mode can reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets<M> {
    /// The value of each name, with nothing where the mode has none.
    values: BTreeMap<String, Option<String>>,
    /// What must not be reached, and its name.
    forbidden: Vec<(String, String)>,
    mode: PhantomData<M>,
}

impl<M: Mode> Targets<M> {
    /// What the systems of a programme state.
    pub fn of(programme: &Programme) -> Self {
        let systems = programme.systems.iter();
        let all: Vec<&Target> = systems.flat_map(|system| &system.targets).collect();
        let mut values: BTreeMap<String, Option<String>> = BTreeMap::new();
        for target in &all {
            let value = M::value(target).map(str::to_owned);
            values.insert(target.name.clone(), value);
        }
        let forbidden = all.iter().filter(|_| M::MODE == RunMode::Exercise);
        let forbidden = forbidden.filter(|target| target.exercise != target.live);
        let forbidden = forbidden.filter_map(|target| {
            let live = target.live.as_ref().filter(|live| tells_apart(live))?;
            Some((live.clone(), target.name.clone()))
        });
        Targets {
            values,
            forbidden: forbidden.collect(),
            mode: PhantomData,
        }
    }

    /// The values for names in double braces; names without one in this mode are left out.
    pub fn values(&self) -> Values {
        let values = self.values.iter();
        let stated = values.filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
        stated.collect()
    }

    /// Why an action may not be carried out in this mode, if it may not.
    pub fn refusal(&self, action: &Action) -> Option<String> {
        let action = serde_json::to_value(action).ok()?;
        let (live, name) = self
            .forbidden
            .iter()
            .find(|(live, _)| names(&action, live))?;
        Some(format!(
            "names `{live}`, the live `{name}`, which no drill may reach: write `{{{{{name}}}}}`"
        ))
    }

    /// Whether a name is that of a target that this mode has not.
    pub fn is_missing(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(Option::is_none)
    }
}

/// Whether a value is long enough to be told from other text; a port is not.
fn tells_apart(value: &str) -> bool {
    value.len() >= 4 && value.parse::<u16>().is_err()
}

/// Whether any text in a value names something, as a word of its own.
fn names(value: &serde_json::Value, what: &str) -> bool {
    use serde_json::Value::{Array, Object, String};
    match value {
        String(text) => {
            let (text, what) = (host::plain(text), host::plain(what));
            stands_in(&text, &what) || stands_in(&host::spelled(&text), &host::spelled(&what))
        }
        Array(list) => list.iter().any(|one| names(one, what)),
        Object(map) => map.values().any(|one| names(one, what)),
        _ => false,
    }
}

fn stands_in(text: &str, what: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(what).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + what.len()..]);
        let mut after = after.chars();
        let next = after.next();
        // `db.example` is not meant by `db.example.test`, but by `db.example.` at the end.
        let longer = next == Some('.') && after.next().is_some_and(goes_on);
        !before.ends_with(goes_on) && !next.is_some_and(goes_on) && !longer
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing;

    const PLAN: &str = "
systems:
  - id: db
    name: Database
    targets:
      - {name: db-host, exercise: 127.0.0.1, live: db.example}
      - {name: db-port, exercise: '5433', live: '5432'}
      - {name: db-password, live: DB_PASSWORD}
";

    fn programme(plan: &str) -> Programme {
        testing::plan(plan).programme
    }

    #[test]
    fn each_mode_has_its_own_targets() {
        let exercise = Targets::<Exercise>::of(&programme(PLAN)).values();
        let values: Vec<_> = exercise.iter().collect();
        let expected = [("db-host", "127.0.0.1"), ("db-port", "5433")];
        assert_eq!(
            values,
            expected
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .iter()
                .map(|(a, b)| (a, b))
                .collect::<Vec<_>>()
        );
        let live = Targets::<Live>::of(&programme(PLAN)).values();
        assert_eq!(live["db-host"], "db.example");
        assert_eq!(live["db-password"], "DB_PASSWORD");
    }

    #[test]
    fn a_live_address_is_known_in_every_spelling() {
        let spellings = [
            "192.0.2.7",
            "192.0.519",
            "0xc0000207",
            "3221225991",
            "030000001007",
            "192.0.2.7.",
            "::ffff:192.0.2.7",
            "[::FFFF:C000:207]",
            "192%2e0%2e2%2e7",
        ];
        for live in spellings {
            let plan = PLAN.replace("db.example", &format!("'{live}'"));
            for spelling in spellings {
                let url = format!("http://{spelling}:8080/x");
                let action = serde_json::json!({"http": {"url": url}});
                let action: Action = serde_json::from_value(action).expect("an action");
                let why = Targets::<Exercise>::of(&programme(&plan)).refusal(&action);
                assert!(
                    why.is_some_and(|why| why.contains("db-host")),
                    "{live}, {spelling}"
                );
            }
        }
    }

    #[track_caller]
    fn check(argv: &[&str], refused: Option<&str>) {
        let action = serde_json::json!({"command": {"argv": argv}});
        let action: Action = serde_json::from_value(action).expect("an action");
        let why = Targets::<Exercise>::of(&programme(PLAN)).refusal(&action);
        match refused {
            Some(name) => assert!(why.is_some_and(|why| why.contains(name)), "{argv:?}"),
            None => assert_eq!(why, None, "{argv:?}"),
        }
        assert_eq!(Targets::<Live>::of(&programme(PLAN)).refusal(&action), None);
    }

    #[test]
    fn a_step_of_an_exercise_may_not_name_a_live_target() {
        check(&["psql", "-h", "db.example"], Some("db-host"));
        check(&["psql", "postgres://u@DB.Example:5432/x"], Some("db-host"));
        check(&["curl", "http://db%2Eexample/x"], Some("db-host"));
        check(&["curl", "http://\u{ff44}b.example/x"], Some("db-host"));
        check(&["psql", "-h", "DB.EXAMPLE."], Some("db-host"));
        check(&["psql", "postgres://db.example.:5432/x"], Some("db-host"));
        check(&["env", "DB_PASSWORD"], Some("db-password"));
        check(&["psql", "-h", "db.example.test"], None);
        check(&["psql", "-h", "standby-db.example"], None);
        check(&["psql", "-h", "127.0.0.1", "-p", "5432"], None);
    }
}
