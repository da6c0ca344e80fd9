//! How much data a function can really lose, over all the stores it needs.
//!
//! | quantity | of |
//! |---|---|
//! | what a store promises | max(its RPO, the interval of its most frequent backup) |
//! | what a store gives | max(what it promises, what its last run lost: its RPA) |
//! | effective RPO | the largest that any store gives, or a run lost, of all the function needs |
//! | skew | the largest that any store gives less the smallest: how far apart they come back |
//!
//! Of times, what was measured beats what is written. Not so here: how much is lost depends on when
//! the fault happens. A drill hits one moment between two backups, and the worst moment is the one
//! before the next. So a run that lost less than is promised shows that copies can be used, and
//! nothing about the worst case; one that lost more shows that the promise is not kept. The worse
//! of both counts, and both are told.
//!
//! A store is a system that holds data; needed is what is reached by `hard` dependencies. An
//! interval counts where one is stated (`every`). An RPO is a promise that a copy keeps: without
//! any backup, or with none that says when it is made, a store has no figure, and is named,
//! because the true figure may be any; whatever one run lost.

use std::collections::HashMap;

use super::order::Order;
use super::{Graph, Ix, Recorded};
use crate::model::*;
use crate::time::Duration;

/// What one store gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// How much data, in time, it promises to lose at worst.
    pub promised: Duration,
    /// What sets that.
    pub basis: Basis,
    /// How much its last run lost, if one measured that.
    pub lost: Option<Duration>,
}

impl Given {
    /// How much data, in time, it can lose: the worse of what is promised and what was lost.
    pub fn loss(&self) -> Duration {
        self.lost
            .map_or(self.promised, |lost| lost.max(self.promised))
    }
}

/// What sets how much a store promises to lose at worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Its stated RPO; no interval of a backup is stated, or it is shorter.
    Stated,
    /// The interval of its most frequent backup, by the backup's place in the programme's list.
    Backup(u32),
}

/// Why it cannot be told how much is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// No backup copies its data: all of it can be lost.
    Backup,
    /// There is a backup, but nothing says how often it is made.
    Interval,
    /// It is not the store itself: what is needed is not declared, and may be a store.
    Missing,
}

impl Lack {
    /// As people read it after the name of the store.
    pub fn words(self) -> &'static str {
        match self {
            Lack::Backup => "has no backup",
            Lack::Interval => "does not say how often it is copied",
            Lack::Missing => "needs something that is not declared",
        }
    }
}

/// What a node can lose, over all the stores it needs, itself included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The largest loss, and the store that sets it.
    pub most: Option<(Duration, Ix)>,
    /// The smallest loss, and the store that sets it.
    pub least: Option<(Duration, Ix)>,
    /// The largest loss that a run measured of what is no store that gives a figure, and of what.
    pub lost: Option<(Duration, Ix)>,
    /// A store that gives no figure, or what needs something that is not declared: the first by id.
    pub unstated: Option<Ix>,
}

impl Reach {
    /// The effective recovery point objective: how much can really be lost. `None` where one of
    /// the stores gives no figure, or none is needed.
    pub fn effective(&self) -> Option<Duration> {
        let worst = self.worst().filter(|_| self.unstated.is_none());
        worst.map(|(loss, _)| loss)
    }

    /// The largest loss that is known, and what sets it.
    pub fn worst(&self) -> Option<(Duration, Ix)> {
        larger(self.most, self.lost)
    }

    /// How far apart the stores that give a figure are after each was restored.
    pub fn skew(&self) -> Option<Duration> {
        self.most?.0.less(self.least?.0)
    }

    fn add(&mut self, other: &Reach) {
        self.most = larger(self.most, other.most);
        self.lost = larger(self.lost, other.lost);
        self.least = smaller(self.least, other.least);
        self.unstated = smaller(self.unstated, other.unstated);
    }
}

/// What every node can lose.
#[derive(Debug)]
pub struct RecoveryPoints {
    /// What each store gives, by the number of the node; `None` for what holds no data or gives no
    /// figure.
    pub given: Vec<Option<Given>>,
    /// Why it cannot be told how much each node loses itself, by its number.
    pub lack: Vec<Option<Lack>>,
    /// What each group reaches.
    reach: Vec<Reach>,
}

impl RecoveryPoints {
    /// Computes them.
    pub fn new(graph: &Graph, order: &Order) -> Self {
        let copies = copies(graph);
        let given: Vec<_> = graph
            .all()
            .map(|node| given(graph, node, copies[node.at()]))
            .collect();
        let lack = graph.all().map(|node| {
            let unknown = holds_data(graph, node) && given[node.at()].is_none();
            match copies[node.at()] {
                Copies::None if unknown => Some(Lack::Backup),
                _ if unknown => Some(Lack::Interval),
                _ => graph.missing(node).map(|_| Lack::Missing),
            }
        });
        let lack: Vec<_> = lack.collect();
        let mut reach = vec![Reach::default(); order.groups.count()];
        for group in 0..reach.len() {
            let mut ours = Reach::default();
            for node in order.groups.at(group) {
                ours.add(&own(graph, *node, given[node.at()], lack[node.at()]));
                for edge in graph
                    .needs(*node)
                    .filter(|e| e.kind == DependencyKind::Hard)
                {
                    let needed = order.groups.of(edge.to);
                    if needed != group {
                        ours.add(&reach[needed]);
                    }
                }
            }
            reach[group] = ours;
        }
        RecoveryPoints { given, lack, reach }
    }

    /// How much a node can lose itself, as far as that can be told.
    pub fn own(&self, graph: &Graph, node: Ix) -> Option<Duration> {
        match (self.given[node.at()], self.lack[node.at()]) {
            (Some(given), _) => Some(given.loss()),
            (None, Some(Lack::Backup | Lack::Interval)) => None,
            (None, Some(Lack::Missing) | None) => graph.rpa(node).map(|lost| lost.time),
        }
    }

    /// What the last run lost of a node, where that sets how much it can lose: it promises less, or
    /// nothing.
    pub fn broken<'g>(&self, graph: &'g Graph, node: Ix) -> Option<&'g Recorded> {
        let promised = self.given[node.at()].map(|given| given.promised);
        graph.rpa(node).filter(|lost| promised < Some(lost.time))
    }

    /// What a node reaches.
    pub fn reach(&self, order: &Order, node: Ix) -> Reach {
        self.reach[order.groups.of(node)]
    }

    /// For each store that a node needs, and whatever else it needs of which a run lost data, the
    /// shortest chain of `hard` dependencies from the node to it, the nearest first.
    pub fn chains(&self, graph: &Graph, node: Ix) -> Vec<Vec<Ix>> {
        let mut came: HashMap<Ix, Ix> = HashMap::from([(node, node)]);
        let (mut reached, mut next) = (vec![node], 0);
        while let Some(from) = reached.get(next).copied() {
            for edge in graph.needs(from).filter(|e| e.kind == DependencyKind::Hard) {
                came.entry(edge.to).or_insert_with(|| {
                    reached.push(edge.to);
                    from
                });
            }
            next += 1;
        }
        let stores = reached
            .into_iter()
            .filter(|reached| holds_data(graph, *reached) || graph.rpa(*reached).is_some());
        stores.map(|store| chain(&came, store)).collect()
    }
}

/// The way by which a store was reached, from where the search began.
fn chain(came: &HashMap<Ix, Ix>, store: Ix) -> Vec<Ix> {
    let mut chain = vec![store];
    while let Some(before) = came.get(&chain[chain.len() - 1]) {
        if chain.last() == Some(before) {
            break;
        }
        chain.push(*before);
    }
    chain.reverse();
    chain
}

/// Whether a node is a store.
fn holds_data(graph: &Graph, node: Ix) -> bool {
    graph
        .system(node)
        .is_some_and(|system| system.holds_data == Some(true))
}

/// What is known of the backups of one store, the best of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Copies {
    /// The interval of the most frequent backup, with the backup.
    Every(Duration, u32),
    /// They are made by a schedule in words or cron text, which nobody computes with.
    Scheduled,
    /// There are some, but nothing says when they are made.
    Unstated,
    /// There is none.
    None,
}

/// For each node the best that its backups say.
fn copies(graph: &Graph) -> Vec<Copies> {
    let programme = graph.programme;
    let mut copies = vec![Copies::None; graph.nodes.len()];
    for (place, backup) in (0u32..).zip(&programme.backups) {
        let made = match (backup.every, &backup.schedule) {
            (Some(every), _) => Copies::Every(every, place),
            (None, Some(_)) => Copies::Scheduled,
            (None, None) => Copies::Unstated,
        };
        for system in backup
            .of
            .iter()
            .filter_map(|id| programme.systems.position(id.as_str()))
        {
            let best = &mut copies[graph.system_node(system).at()];
            *best = made.min(*best);
        }
    }
    copies
}

fn given(graph: &Graph, node: Ix, copies: Copies) -> Option<Given> {
    let system = graph
        .system(node)
        .filter(|system| system.holds_data == Some(true))?;
    let stated = system.rpo.map(|rpo| (rpo.0, Basis::Stated));
    let made = match copies {
        Copies::Every(every, backup) => Some((every, Basis::Backup(backup))),
        Copies::Scheduled => None,
        Copies::Unstated | Copies::None => return None,
    };
    let worse = match (stated, made) {
        (Some(stated), Some(made)) if made.0 > stated.0 => made,
        (Some(stated), _) => stated,
        (None, made) => made?,
    };
    Some(Given {
        promised: worse.0,
        basis: worse.1,
        lost: graph.rpa(node).map(|lost| lost.time),
    })
}

/// What a node adds itself.
fn own(graph: &Graph, node: Ix, given: Option<Given>, lack: Option<Lack>) -> Reach {
    let loss = given.map(|given| (given.loss(), node));
    let lost = graph.rpa(node).filter(|_| given.is_none());
    Reach {
        most: loss,
        least: loss,
        lost: lost.map(|lost| (lost.time, node)),
        unstated: lack.map(|_| node),
    }
}

/// The larger loss of what is there; the first of equals by id, so that the answer is always the
/// same one.
fn larger(a: Option<(Duration, Ix)>, b: Option<(Duration, Ix)>) -> Option<(Duration, Ix)> {
    let all = a.into_iter().chain(b);
    all.max_by_key(|(loss, node)| (*loss, std::cmp::Reverse(*node)))
}

/// The smaller of what is there.
fn smaller<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::Lack;
    use crate::graph::testing::{analyse, analyse_after};
    use crate::graph::{Actuals, Recorded};
    use crate::time::Duration;

    const STORES: &str = "
functions: [{id: sell, name: Sell, rpo: 1h, depends-on: [{on: shop}, {on: news, kind: soft}]}]
systems:
  - {id: shop, name: Shop, rpo: 9h, depends-on: [{on: orders}, {on: stock}]}
  - {id: orders, name: Orders, holds-data: true, rpo: 15m}
  - {id: stock, name: Stock, holds-data: true, rpo: 1h}
  - {id: news, name: News, holds-data: true, rpo: 2d}
backups:
  - {id: daily, name: Daily, of: [stock], every: 1d}
  - {id: often, name: Often, of: [stock, orders], every: 4h}
  - {id: tape, name: Tape, of: [orders]}
";

    /// The effective RPO and who sets it, the skew, and who states nothing.
    fn check(yaml: &str, expected: (&str, &str, &str, &str)) {
        check_after(&[], yaml, expected);
    }

    /// The same after a run that lost data of these, and how much in minutes.
    #[track_caller]
    fn check_after(lost: &[(&str, u64)], yaml: &str, expected: (&str, &str, &str, &str)) {
        let recorded = |minutes: u64| Recorded {
            run: "r".to_owned(),
            on: "2026-11-01".parse().expect("a day"),
            time: Duration::seconds(minutes * 60),
        };
        let lost = lost.iter();
        let actuals = Actuals {
            rpa: lost
                .map(|(id, lost)| ((*id).to_owned(), recorded(*lost)))
                .collect(),
            ..Actuals::default()
        };
        analyse_after(&actuals, yaml, |analysis| {
            let reach = analysis.rpo.reach(&analysis.order, analysis.node("sell"));
            let words = |time: Option<Duration>| time.map_or("-".into(), Duration::words);
            let id = |node: Option<crate::graph::Ix>| node.map_or("-", |n| analysis.graph.id(n));
            let found = (
                &*words(reach.effective()),
                id(reach.worst().map(|(_, node)| node)),
                &*words(reach.skew()),
                id(reach.unstated),
            );
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn the_store_that_loses_most_sets_the_recovery_point() {
        let quick = STORES.replace("every: 4h", "every: 5m");
        check(&quick, ("1 h", "stock", "45 min", "-"));
        let scheduled = STORES.replace("every: 4h", "schedule: at night");
        let scheduled = scheduled.replace("every: 1d", "schedule: at noon");
        check(&scheduled, ("1 h", "stock", "45 min", "-"));
    }

    #[test]
    fn a_store_gives_no_better_than_its_most_frequent_backup() {
        check(STORES, ("4 h", "orders", "0 s", "-"));
    }

    #[test]
    fn a_store_keeps_no_promise_without_a_backup_that_says_when_it_is_made() {
        let none = STORES.split("backups:").next().expect("the systems");
        check(none, ("-", "-", "-", "orders"));
        let once = STORES.replace(", every: 4h", "");
        check(&once, ("-", "stock", "0 s", "orders"));
        let lacks = |yaml: &str, id: &str, expected: Option<Lack>| {
            analyse(yaml, |analysis| {
                assert_eq!(analysis.rpo.lack[analysis.node(id).at()], expected);
            });
        };
        lacks(none, "orders", Some(Lack::Backup));
        lacks(&once, "orders", Some(Lack::Interval));
        lacks(STORES, "orders", None);
        lacks(none, "shop", None);
    }

    #[test]
    fn a_run_that_lost_little_does_not_hide_what_is_lost_at_the_worst_moment() {
        check_after(&[("stock", 5)], STORES, ("4 h", "orders", "0 s", "-"));
        check_after(&[("shop", 5)], STORES, ("4 h", "orders", "0 s", "-"));
    }

    #[test]
    fn a_run_that_lost_more_than_is_promised_counts_for_all_that_need_it() {
        check_after(&[("stock", 300)], STORES, ("5 h", "stock", "1 h", "-"));
        // What holds no data itself is as far apart as its stores are.
        check_after(&[("shop", 300)], STORES, ("5 h", "shop", "0 s", "-"));
        check_after(&[("sell", 300)], STORES, ("5 h", "sell", "0 s", "-"));
        check_after(&[("news", 3_000)], STORES, ("4 h", "orders", "0 s", "-"));
    }

    #[test]
    fn one_run_is_no_promise_of_a_store_without_a_backup() {
        let none = STORES.split("backups:").next().expect("the systems");
        check_after(&[("orders", 300)], none, ("-", "orders", "-", "orders"));
    }

    #[test]
    fn a_store_that_states_nothing_is_named() {
        check(
            &STORES.replace("true, rpo: 15m", "true"),
            ("4 h", "orders", "0 s", "-"),
        );
        let silent = STORES
            .replace("true, rpo: 15m", "true")
            .replace("[stock, orders]", "[stock]");
        check(&silent, ("-", "stock", "0 s", "orders"));
    }

    #[test]
    fn a_store_is_reached_by_the_shortest_chain() {
        analyse(STORES, |analysis| {
            let chains = analysis.rpo.chains(&analysis.graph, analysis.node("sell"));
            let ids: Vec<_> = chains.iter().map(|chain| analysis.ids(chain)).collect();
            assert_eq!(ids, [["sell", "shop", "orders"], ["sell", "shop", "stock"]]);
        });
    }
}
