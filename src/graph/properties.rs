//! What holds for every programme: the analyses against slow and simple ones, on random graphs.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::testing::analyse;
use super::{Analysis, Edge, Graph, Ix};
use crate::model::DependencyKind;
use crate::time::Duration;

/// The most systems of a random programme; with five edges each every shape comes up.
const SYSTEMS_MAX: usize = 12;

/// A random programme: functions on top, then systems with dependencies and shared people.
#[derive(Clone, Debug)]
struct Plan {
    systems: Vec<System>,
    /// For each function its RTO in hours and what it needs.
    functions: Vec<(u64, BTreeSet<usize>)>,
    /// Whether recoveries use anybody.
    shared: bool,
}

#[derive(Clone, Debug)]
struct System {
    worst: u64,
    uses: BTreeSet<usize>,
    needs: Vec<Need>,
}

/// A dependency: the number of the system and the kind.
type Need = (usize, &'static str);

impl Plan {
    fn yaml(&self) -> String {
        let mut text = String::from("organization: {name: Example, detection: 1h}\n");
        text.push_str("roles:\n");
        for role in 0..3 {
            text.push_str(&format!(
                "  - {{id: r{role}, name: Role, parallel: {}}}\n",
                role + 1
            ));
        }
        text.push_str("functions:\n");
        for (i, (rto, needs)) in self.functions.iter().enumerate() {
            let needs: Vec<_> = needs.iter().map(|n| format!("{{on: s{n:02}}}")).collect();
            let needs = needs.join(", ");
            text.push_str(&format!(
                "  - {{id: f{i}, name: F, rto: {rto}h, depends-on: [{needs}]}}\n"
            ));
        }
        text.push_str("systems:\n");
        for (i, system) in self.systems.iter().enumerate() {
            let on = |(n, kind): &(usize, &str)| format!("{{on: s{n:02}, kind: {kind}}}");
            let needs: Vec<_> = system.needs.iter().map(on).collect();
            let uses: Vec<_> = system.uses.iter().map(|r| format!("r{r}")).collect();
            let uses = if self.shared {
                uses.join(", ")
            } else {
                String::new()
            };
            text.push_str(&format!(
                "  - {{id: s{i:02}, name: S, depends-on: [{}], \
                 recovery: {{strategy: s, worst: {}h, uses: [{uses}]}}}}\n",
                needs.join(", "),
                system.worst
            ));
        }
        text
    }
}

/// Which dependencies a random plan may have.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// Only on systems with a higher number, so that there is no circle.
    Acyclic,
    /// On any system, itself included.
    Any,
}

/// Random plans.
fn plan(shape: Shape, kinds: &'static [&'static str]) -> impl Strategy<Value = Plan> {
    let uses = proptest::collection::btree_set(0..3usize, 0..=2);
    let need = (0..SYSTEMS_MAX, proptest::sample::select(kinds));
    let system = (0..6u64, uses, proptest::collection::vec(need, 0..5));
    let systems = proptest::collection::vec(system, 1..=SYSTEMS_MAX);
    let function = (
        0..20u64,
        proptest::collection::btree_set(0..SYSTEMS_MAX, 0..4),
    );
    let functions = proptest::collection::vec(function, 1..5);
    (systems, functions, any::<bool>()).prop_map(move |(systems, functions, shared)| {
        let count = systems.len();
        let allowed = |i: usize, n: usize| n < count && (shape == Shape::Any || n > i);
        let system = |(i, (worst, uses, needs)): (usize, (u64, _, Vec<Need>))| {
            let needs = needs.into_iter().filter(|(n, _)| allowed(i, *n)).collect();
            System { worst, uses, needs }
        };
        let systems = systems.into_iter().enumerate().map(system).collect();
        let below = |needs: BTreeSet<usize>| needs.into_iter().filter(|n| *n < count).collect();
        let functions = functions
            .into_iter()
            .map(|(rto, needs)| (rto, below(needs)))
            .collect();
        Plan {
            systems,
            functions,
            shared,
        }
    })
}

/// When a node is back, by trying every chain.
fn longest(analysis: &Analysis, node: Ix) -> Duration {
    let needs = analysis
        .graph
        .needs(node)
        .filter(|e| e.kind != DependencyKind::Soft);
    let last = needs.map(|edge| longest(analysis, edge.to)).max();
    last.unwrap_or(analysis.objectives.reaction) + analysis.objectives.own[node.at()].time
}

/// By when a node must be back, by trying every chain; `None` where nothing says so.
fn strictest(analysis: &Analysis, node: Ix) -> Option<Duration> {
    let holds = analysis
        .graph
        .needed_by(node)
        .filter(|e| e.kind != DependencyKind::Soft);
    let left = holds.filter_map(|edge| {
        let due = strictest(analysis, edge.from)?;
        Some(due.saturating_sub(analysis.objectives.own[edge.from.at()].time))
    });
    left.chain(analysis.graph.rto(node).map(|rto| rto.0)).min()
}

/// Whether the hard dependencies close no circle once some are gone.
fn opened(graph: &Graph, without: &[Edge]) -> bool {
    let kept = |edge: &&Edge| edge.kind == DependencyKind::Hard && !without.contains(edge);
    let mut left: BTreeSet<Ix> = graph.all().collect();
    loop {
        let free = |node: &Ix| {
            !graph
                .needs(*node)
                .filter(kept)
                .any(|e| left.contains(&e.to))
        };
        let Some(free) = left.iter().copied().find(free) else {
            return left.is_empty();
        };
        left.remove(&free);
    }
}

const ALL: &[&str] = &["hard", "hard", "soft", "bootstrap"];

proptest! {
    #[test]
    fn forward_is_the_longest_chain_and_backward_the_strictest(plan in plan(Shape::Acyclic, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            for node in analysis.graph.all() {
                assert_eq!(analysis.objectives.back_at[node.at()], longest(analysis, node));
                assert_eq!(analysis.objectives.due[node.at()], strictest(analysis, node));
            }
        });
    }

    #[test]
    fn nothing_is_due_later_than_its_own_objective(plan in plan(Shape::Any, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            for node in analysis.graph.functions() {
                let (due, rto) = (analysis.objectives.due[node.at()], analysis.graph.rto(node));
                assert!(due <= rto.map(|rto| rto.0));
            }
        });
    }

    #[test]
    fn the_chains_of_both_directions_add_up(plan in plan(Shape::Any, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            for node in analysis.graph.all() {
                let explained = super::explain::Rto::new(analysis, node);
                let sum: Duration = explained.forward.iter().map(|line| line.time).sum();
                assert_eq!(analysis.objectives.reaction + sum, explained.back_at);
                let last = explained.backward.last().map(|line| line.so_far);
                assert_eq!(last, explained.due);
            }
        });
    }

    #[test]
    fn sharing_never_brings_anything_back_earlier(plan in plan(Shape::Any, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            let order = &analysis.order;
            for node in analysis.graph.all() {
                let alone = analysis.objectives.back_at[node.at()];
                let together = analysis.capacity.back_at(order, node);
                assert!(together >= alone);
                if !plan.shared {
                    assert_eq!(together, alone);
                }
            }
        });
    }

    #[test]
    fn the_waits_on_the_way_explain_what_sharing_costs(plan in plan(Shape::Any, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            let (order, capacity) = (&analysis.order, &analysis.capacity);
            for node in analysis.graph.all() {
                let path = capacity.critical_path(order, node).into_iter();
                let work: Duration =
                    path.map(|step| analysis.objectives.time(order, order.groups.of(step))).sum();
                let waits: Duration =
                    capacity.waits(order, node).iter().map(|wait| wait.time).sum();
                let back = capacity.back_at(order, node);
                assert_eq!(analysis.objectives.reaction + work + waits, back);
            }
        });
    }

    #[test]
    fn no_resource_carries_more_at_one_time_than_it_can(plan in plan(Shape::Acyclic, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            for (place, resource) in analysis.footing.resources.iter().enumerate() {
                let spans: Vec<_> = analysis.capacity.spans(u32::try_from(place).expect("few"));
                for (start, _) in &spans {
                    let busy = spans.iter().filter(|(from, to)| from <= start && start < to);
                    assert!(busy.count() <= resource.parallel as usize);
                }
            }
        });
    }

    #[test]
    fn what_is_named_opens_every_circle(plan in plan(Shape::Any, &["hard"])) {
        analyse(&plan.yaml(), |analysis| {
            let cycles = analysis.order.cycles(&analysis.graph);
            let named: Vec<Edge> = cycles.iter().flat_map(|cycle| cycle.relax.clone()).collect();
            assert!(opened(&analysis.graph, &named));
            for cycle in &cycles {
                let (first, last) = (&cycle.shortest[0], cycle.shortest[cycle.shortest.len() - 1]);
                assert_eq!(last.to, first.from);
                assert!(cycle.shortest.windows(2).all(|pair| pair[0].to == pair[1].from));
            }
        });
    }

    #[test]
    fn each_wave_needs_only_what_came_back_before(plan in plan(Shape::Any, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            let (graph, order) = (&analysis.graph, &analysis.order);
            let wave = |node: Ix| order.wave[order.groups.of(node)];
            for node in graph.all() {
                assert!(order.needs(graph, node).all(|edge| wave(edge.to) < wave(edge.from)));
                let needs = order.needs(graph, node);
                let back = |node: Ix| analysis.objectives.back_at[node.at()];
                assert!(needs.into_iter().all(|edge| back(edge.to) <= back(node)));
            }
        });
    }

    #[test]
    fn a_single_point_takes_exactly_what_goes_down_with_it(plan in plan(Shape::Any, ALL)) {
        analyse(&plan.yaml(), |analysis| {
            let programme = analysis.graph.programme;
            for single in &analysis.singles.ranked {
                let failure = analysis.fail(&format!("system:{}", single.id(programme)));
                let down = failure.functions.iter().filter(|f| failure.spread.is_down(f.node));
                assert_eq!(down.count(), single.functions as usize);
            }
        });
    }

    #[test]
    fn the_cheapest_fix_really_brings_a_late_function_back_in_time(plan in plan(Shape::Any, ALL)) {
        let yaml = plan.yaml();
        analyse(&yaml, |analysis| {
            for node in analysis.graph.functions() {
                let Some(rto) = analysis.graph.rto(node) else { continue };
                let Some(fix) = analysis.cheapest(node, rto.0) else { continue };
                if let Some((slow, time)) = fix.recovery {
                    let place = analysis.graph.system_place(slow).expect("a system");
                    let mut mended = plan.clone();
                    mended.systems[place].worst = time.as_seconds() / 3600;
                    let id = analysis.graph.id(node);
                    analyse(&mended.yaml(), |mended| {
                        let node = mended.node(id);
                        assert!(mended.objectives.back_at[node.at()] <= rto.0);
                    });
                }
            }
        });
    }
}
