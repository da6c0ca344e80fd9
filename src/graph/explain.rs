//! What a figure is made of: the chain behind it, line by line, each with its place in the plans.
//!
//! A line is a value; how it reads on a terminal or a page is decided where it is shown.

use super::fix::Fix;
use super::objectives::Basis;
use super::rpo;
use super::{Analysis, Ix, Recorded};
use crate::finding::Place;
use crate::time::Duration;

/// Why something is back when it is, and why it must be back by then.
#[derive(Clone, Debug)]
pub struct Rto {
    /// What it is about.
    pub node: Ix,
    /// What was promised, and where.
    pub promised: Option<(Duration, Place)>,
    /// How long passes before anybody begins: noticing and declaring, each with its place.
    pub reaction: Vec<Line>,
    /// The chain that holds it up longest: what starts first stands first, it itself last.
    pub forward: Vec<Line>,
    /// When it is back, as if there were enough of everything.
    pub back_at: Duration,
    /// The waits for people and links on its way, and when it is back with them.
    pub waits: Vec<super::capacity::Wait>,
    /// When it is back with the waits.
    pub back_at_with_waiting: Duration,
    /// The chain that sets the time by which it must be back: the objective that counts stands
    /// first, it itself last. The time of each line is when that is due.
    pub backward: Vec<Line>,
    /// By when it must be back, if anything says so.
    pub due: Option<Duration>,
    /// The cheapest ways to have it back when it is due; `None` where it is anyway.
    pub fix: Option<Fix>,
}

/// One line of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The thing; `None` for noticing and declaring.
    pub node: Option<Ix>,
    /// What the line adds.
    pub time: Duration,
    /// The sum of the chain so far; in a backward chain, when the thing is due.
    pub so_far: Duration,
    /// Where the time comes from; `None` where the plan states it just so.
    pub basis: Option<Basis>,
    /// Where the plans say so.
    pub place: Option<Place>,
}

/// Why so much data can be lost.
#[derive(Clone, Debug)]
pub struct Rpo {
    /// What it is about.
    pub node: Ix,
    /// What was promised, and where.
    pub promised: Option<(Duration, Place)>,
    /// What its last run lost: its recovery point actual.
    pub lost: Option<Recorded>,
    /// What it reaches.
    pub reach: rpo::Reach,
    /// Every store it needs, and whatever else it needs of which a run lost data; the one that can
    /// lose most first.
    pub stores: Vec<Store>,
}

/// One store behind a recovery point.
#[derive(Clone, Debug)]
pub struct Store {
    /// The store.
    pub node: Ix,
    /// What it gives; `None` where it states nothing, or is no store.
    pub given: Option<rpo::Given>,
    /// What its last run lost.
    pub lost: Option<Recorded>,
    /// How much it can lose: the worse of both; `None` where nobody can tell.
    pub loss: Option<Duration>,
    /// The chain by which it is needed, from what is explained to the store.
    pub chain: Vec<Ix>,
    /// Where the figure was written; where the store was, if there is none.
    pub place: Place,
}

impl Rto {
    /// Explains one node.
    pub fn new(analysis: &Analysis, node: Ix) -> Self {
        let Analysis {
            graph,
            order,
            objectives,
            capacity,
            ..
        } = analysis;
        let due = objectives.due[node.at()];
        let reaction = reaction(analysis);
        Rto {
            node,
            promised: graph.rto(node).map(|rto| (rto.0, graph.rto_place(node))),
            forward: forward(analysis, node),
            reaction,
            back_at: objectives.back_at[node.at()],
            waits: capacity.waits(order, node),
            back_at_with_waiting: capacity.back_at(order, node),
            backward: backward(analysis, node),
            due,
            fix: due.and_then(|due| analysis.cheapest(node, due)),
        }
    }
}

impl Rpo {
    /// Explains one node.
    pub fn new(analysis: &Analysis, node: Ix) -> Self {
        let Analysis {
            graph, order, rpo, ..
        } = analysis;
        let mut stores: Vec<Store> = rpo
            .chains(graph, node)
            .into_iter()
            .map(|chain| {
                let store = chain[chain.len() - 1];
                let given = rpo.given[store.at()];
                let place = store_place(analysis, store, given);
                Store {
                    node: store,
                    given,
                    lost: graph.rpa(store).cloned(),
                    loss: rpo.own(graph, store),
                    chain,
                    place,
                }
            })
            .collect();
        // What gives no figure can lose all.
        let loss = |store: &Store| store.loss.unwrap_or(Duration::seconds(u64::MAX));
        stores.sort_by_key(|store| (std::cmp::Reverse(loss(store)), store.node));
        Rpo {
            node,
            promised: graph.rpo(node).map(|rpo| (rpo.0, graph.rpo_place(node))),
            lost: graph.rpa(node).cloned(),
            reach: rpo.reach(order, node),
            stores,
        }
    }
}

fn reaction(analysis: &Analysis) -> Vec<Line> {
    let Some(organization) = &analysis.graph.programme.organization else {
        return Vec::new();
    };
    let stated = [
        ("detection", organization.detection),
        ("declaration", organization.declaration),
    ];
    let mut so_far = Duration::ZERO;
    let stated = stated
        .into_iter()
        .filter_map(|(key, time)| Some((key, time?)));
    stated
        .map(|(key, time)| {
            so_far = so_far + time;
            Line {
                node: None,
                time,
                so_far,
                basis: None,
                place: Some(organization.at.key(key)),
            }
        })
        .collect()
}

/// The critical path, what starts first first; of a circle, its slowest member.
fn forward(analysis: &Analysis, node: Ix) -> Vec<Line> {
    let Analysis {
        graph,
        order,
        objectives,
        ..
    } = analysis;
    let path = objectives.critical_path(node).into_iter().rev();
    path.map(|step| {
        let slowest = objectives.slowest(order, step);
        let own = objectives.own[slowest.at()];
        Line {
            node: Some(slowest),
            time: own.time,
            so_far: objectives.back_at[step.at()],
            basis: Some(own.basis),
            place: Some(graph.own_place(slowest, own.basis)),
        }
    })
    .collect()
}

/// The chain that sets the due time, the objective that counts first.
fn backward(analysis: &Analysis, node: Ix) -> Vec<Line> {
    let Analysis {
        graph, objectives, ..
    } = analysis;
    let chain = objectives.due_chain(node);
    let due = |step: Ix| objectives.due[step.at()];
    let above = std::iter::once(None).chain(chain.iter().rev().copied().map(Some));
    let lines = chain.iter().rev().zip(above).filter_map(|(step, above)| {
        let due_at = due(*step)?;
        let time = above
            .and_then(due)
            .map_or(due_at, |above| above.saturating_sub(due_at));
        let place = match above {
            None => graph.rto_place(*step),
            Some(above) => graph.own_place(above, objectives.own[above.at()].basis),
        };
        Some(Line {
            node: Some(*step),
            time,
            so_far: due_at,
            basis: None,
            place: Some(place),
        })
    });
    lines.collect()
}

fn store_place(analysis: &Analysis, store: Ix, given: Option<rpo::Given>) -> Place {
    let graph = &analysis.graph;
    match given.map(|given| given.basis) {
        Some(rpo::Basis::Backup(backup)) => {
            graph.programme.backups[backup as usize].at().key("every")
        }
        Some(rpo::Basis::Stated) => graph.rpo_place(store),
        None => graph.at(store).place(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Rpo, Rto};
    use crate::graph::Analysis;
    use crate::graph::testing::analyse;

    const CHAIN: &str = "
organization: {name: Example, detection: 10m, declaration: 20m}
functions: [{id: sell, name: Sell, rto: 4h, depends-on: [{on: shop}]}]
systems:
  - {id: shop, name: Shop, depends-on: [{on: db}, {on: web}], recovery: {strategy: s, likely: 1h}}
  - {id: db, name: Database, rto: 9h, holds-data: true, recovery: {strategy: s, worst: 5h}}
  - {id: web, name: Web, recovery: {strategy: s, worst: 2h}}
backups: [{id: daily, name: Daily, of: [db], every: 1d}]
";

    fn words(analysis: &Analysis, lines: &[Line]) -> Vec<String> {
        let id = |line: &Line| {
            line.node
                .map_or("everybody", |node| analysis.graph.id(node))
        };
        let word = |line: &Line| format!("{} {} {}", id(line), line.time, line.so_far);
        lines.iter().map(word).collect()
    }

    #[test]
    fn a_recovery_time_is_explained_by_its_chains() {
        analyse(CHAIN, |analysis| {
            let explained = Rto::new(analysis, analysis.node("sell"));
            let lines = words(analysis, &explained.reaction);
            assert_eq!(lines, ["everybody 10m 10m", "everybody 20m 30m"]);
            let lines = words(analysis, &explained.forward);
            assert_eq!(lines, ["db 5h 5h30m", "shop 1h 6h30m", "sell 0s 6h30m"]);
            let due = Rto::new(analysis, analysis.node("db"));
            let lines = words(analysis, &due.backward);
            assert_eq!(lines, ["sell 4h 4h", "shop 0s 4h", "db 1h 3h"]);
        });
    }

    #[test]
    fn the_cheapest_fix_is_named_only_where_one_is_enough() {
        let fix = |yaml: &str, expected: Option<(&str, &str)>| {
            analyse(yaml, |analysis| {
                let fix = Rto::new(analysis, analysis.node("sell"))
                    .fix
                    .expect("it is late");
                let found = fix
                    .recovery
                    .map(|(node, time)| (analysis.graph.id(node), time.words()));
                let found = found.as_ref().map(|(id, time)| (*id, time.as_str()));
                assert_eq!(found, expected);
            });
        };
        fix(CHAIN, Some(("db", "2 h 30 min")));
        // Two late chains: shortening the database alone is not enough, and the shop is too quick.
        fix(&CHAIN.replace("worst: 2h", "worst: 4h"), None);
        let slow = CHAIN
            .replace("worst: 2h", "worst: 4h")
            .replace("likely: 1h", "likely: 3h");
        fix(
            &slow.replace("rto: 4h", "rto: 6h"),
            Some(("shop", "30 min")),
        );
    }

    #[test]
    fn a_recovery_point_is_explained_by_its_stores() {
        analyse(CHAIN, |analysis| {
            let explained = Rpo::new(analysis, analysis.node("sell"));
            let [store] = &explained.stores[..] else {
                panic!("one store")
            };
            assert_eq!(analysis.ids(&store.chain), ["sell", "shop", "db"]);
            let daily = analysis.graph.programme.backups[0].at().key("every");
            assert_eq!(store.place, daily);
        });
    }
}
