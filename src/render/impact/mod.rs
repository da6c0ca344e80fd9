//! What follows when something fails, as data. The text for people is written from the same data.
//!
//! The shape is stable: keys are added, never renamed. Times are seconds since the disruption;
//! what is not known, or does not happen, is `null`. Costs are floors, one for each currency.

mod text;

pub use text::text;

use serde::Serialize;

use crate::graph::doubt::Doubt;
use crate::graph::failure::{Affected, Failure, Stuck};
use crate::graph::spread::State;
use crate::graph::{Analysis, Ix};
use crate::load;
use crate::model::{Entity, Kind, Money};
use crate::render::seconds::Seconds;
use crate::time::Duration;

/// Goes up when the meaning of a key changes.
const VERSION: u32 = 1;

/// What follows when something fails.
#[derive(Debug, Serialize)]
pub struct Impact<'a> {
    version: u32,
    target: Target<'a>,
    /// How many functions and systems there are, and how many of them are down.
    total: usize,
    down: usize,
    functions: Vec<Function<'a>>,
    /// Where no function notices: what refers to it all the same.
    named_by: Vec<Mention<'a>>,
    /// What is down, in the order in which it comes back.
    waves: Vec<Vec<Back<'a>>>,
    /// What takes as long as its data take to come back from a copy, and how that is known.
    from_copies: Vec<Reason<'a>>,
    /// What leaves no way back, and what is down because of it.
    no_way_back: Vec<Reason<'a>>,
    never_back: Vec<&'a str>,
    /// What is not lost, but could not be recovered now.
    at_risk: Vec<Reason<'a>>,
    /// What needs something that is not declared, so that nobody can tell whether it goes down too.
    untold: Vec<Reason<'a>>,
}

#[derive(Debug, Serialize)]
struct Target<'a> {
    kind: &'static str,
    id: &'a str,
    name: &'a str,
}

#[derive(Debug, Serialize)]
struct Function<'a> {
    id: &'a str,
    name: &'a str,
    state: &'static str,
    /// From the function to what fails by itself, and why that fails.
    chain: Vec<&'a str>,
    because: String,
    back_at: Option<Seconds>,
    /// Why it cannot be told when it is back, where it cannot; then `back_at` is the earliest.
    doubt: Option<String>,
    waiting: Option<Seconds>,
    caught_up_at: Option<Seconds>,
    breaches_rto_at: Option<Seconds>,
    breaches_mtpd_at: Option<Seconds>,
    workaround_until: Option<Seconds>,
    cost_when_back: Vec<Money>,
    cost_at_mtpd: Vec<Money>,
    declare_by_for_rto: Option<Seconds>,
    declare_by_for_mtpd: Option<Seconds>,
}

#[derive(Debug, Serialize)]
struct Back<'a> {
    id: &'a str,
    name: &'a str,
    at: Option<Seconds>,
}

#[derive(Debug, Serialize)]
struct Mention<'a> {
    kind: &'static str,
    id: &'a str,
}

#[derive(Debug, Serialize)]
struct Reason<'a> {
    id: &'a str,
    why: String,
}

impl<'a> Impact<'a> {
    /// Gathers what follows.
    pub fn new(analysis: &'a Analysis, failure: &'a Failure) -> Self {
        let graph = &analysis.graph;
        let back = |node: &Ix| Back {
            id: graph.id(*node),
            name: graph.name(*node),
            at: failure.back_at[node.at()].map(Seconds),
        };
        let reason = |(node, stuck): &(Ix, Stuck)| Reason {
            id: graph.id(*node),
            why: stuck.words(graph.programme),
        };
        let copy = |node: &Ix| {
            let copy = graph.restore(*node)?;
            Some(Reason {
                id: graph.id(*node),
                why: format!("{}, {}", copy.time.words(), copy.words),
            })
        };
        Impact {
            version: VERSION,
            target: Target {
                kind: failure.target.kind().word(),
                id: failure.target.id(),
                name: failure.target.name(),
            },
            total: graph.nodes.len(),
            down: failure.spread.down.len(),
            functions: failure
                .functions
                .iter()
                .map(|f| function(analysis, failure, f))
                .collect(),
            named_by: named_by(analysis, failure),
            waves: failure
                .waves
                .iter()
                .map(|wave| wave.iter().map(back).collect())
                .collect(),
            from_copies: failure.from_copies.iter().filter_map(copy).collect(),
            no_way_back: failure.stuck.iter().map(reason).collect(),
            never_back: failure.never.iter().map(|node| graph.id(*node)).collect(),
            at_risk: failure.at_risk.iter().map(reason).collect(),
            untold: untold(analysis, failure),
        }
    }
}

fn untold<'a>(analysis: &'a Analysis, failure: &Failure) -> Vec<Reason<'a>> {
    let graph = &analysis.graph;
    let nodes = graph.all_missing().into_iter();
    let works = nodes.filter(|node| !failure.spread.is_down(*node));
    let reason = |node: Ix| Reason {
        id: graph.id(node),
        why: Doubt::Missing(node).words(graph, |node| graph.id(node)),
    };
    works.map(reason).collect()
}

fn named_by<'a>(analysis: &'a Analysis, failure: &Failure) -> Vec<Mention<'a>> {
    if !failure.functions.is_empty() {
        return Vec::new();
    }
    let target = failure.target;
    let all = load::mentions(analysis.graph.programme, target.kind(), target.id());
    let mention = |(kind, id): (Kind, &'a str)| Mention {
        kind: kind.word(),
        id,
    };
    all.into_iter().map(mention).collect()
}

fn function<'a>(
    analysis: &'a Analysis,
    failure: &'a Failure,
    affected: &'a Affected,
) -> Function<'a> {
    let graph = &analysis.graph;
    let chain = failure.spread.chain(affected.node);
    let cause = chain
        .last()
        .and_then(|last| failure.spread.cause[last.at()]);
    let waited = affected.back_at.zip(affected.back_without_waiting);
    let waited = waited.map(|(back, alone)| back.saturating_sub(alone));
    Function {
        id: affected.function.id(),
        name: affected.function.name(),
        state: state(affected.state),
        chain: chain.iter().map(|node| graph.id(*node)).collect(),
        because: cause.map_or(String::new(), |cause| cause.words(graph)),
        back_at: affected.back_at.map(Seconds),
        doubt: affected
            .doubt
            .map(|doubt| doubt.words(graph, |node| graph.id(node))),
        waiting: waited.filter(|wait| *wait > Duration::ZERO).map(Seconds),
        caught_up_at: affected.caught_up_at.map(Seconds),
        breaches_rto_at: affected.breaches_rto_at.map(Seconds),
        breaches_mtpd_at: affected.breaches_mtpd_at.map(Seconds),
        workaround_until: affected.workaround_until.map(Seconds),
        cost_when_back: affected.cost_when_back.clone(),
        cost_at_mtpd: affected.cost_at_mtpd.clone(),
        declare_by_for_rto: affected.declare_by_for_rto.map(Seconds),
        declare_by_for_mtpd: affected.declare_by_for_mtpd.map(Seconds),
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Works => "works",
        State::CannotRestart => "could not be restarted",
        State::Degraded => "works worse",
        State::Down => "down",
    }
}
