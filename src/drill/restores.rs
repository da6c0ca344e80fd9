//! The steps that restore every system with data, made from the inventory and the dependencies.
//!
//! They are made when a drill is compiled, so no backup that somebody adds is forgotten. A backup
//! is restored once, whatever it holds. Its step comes after those of all that its systems depend
//! on, directly or not; what is independent stands side by side. Systems that need each other in a
//! circle come back together, as in the graph, and so do backups that hold the ends of a chain.
//!
//! A system of which nothing can be restored is a row without a step: it is never left out.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::Graph;
use crate::graph::copies::{self, Copies};
use crate::graph::order::Order;
use crate::id::SystemId;
use crate::journal::{Row, Task};
use crate::model::*;
use crate::time::Duration;

/// How long a verification may take where its plan does not say.
const WITHIN: Duration = Duration::hours(6);
/// How much longer its step may take: the verification ends itself, and says why.
const GRACE: Duration = Duration::minutes(10);

/// What restores every system with data.
#[derive(Default)]
pub(super) struct Restoring {
    /// The systems; the places of their tasks count from the first of these tasks.
    pub rows: Vec<Row>,
    /// The steps, each behind those before it.
    pub tasks: Vec<Task>,
}

/// The steps that restore the backups of a programme, and the systems they are of.
pub(super) fn restoring(programme: &Programme, which: Restores) -> Restoring {
    let graph = Graph::build(programme);
    let held = Copies::new(programme);
    let rows: Vec<Held> = copies::data_systems(programme)
        .map(|system| Held::new(system, held.of(system.id.as_str()), which))
        .collect();
    let chain = Chain::new(&graph, &rows);
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    let mut tasks = Vec::new();
    for together in chain.in_order() {
        let before = chain.before(&together, &places);
        for node in &together {
            let backup = chain.backups[*node];
            places.insert(backup.id.as_str(), place(tasks.len()));
            tasks.push(task(backup, before.clone()));
        }
    }
    let row = |held: Held| Row {
        system: held.system.id.clone(),
        name: held.system.name.clone(),
        rto: copies::rto(held.system).map(|(rto, _)| rto.0),
        tasks: held
            .copies
            .iter()
            .map(|it| places[it.id.as_str()])
            .collect(),
        left_out: held.left_out,
    };
    Restoring {
        rows: rows.into_iter().map(row).collect(),
        tasks,
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than plans can hold")
}

/// A system with data, and which of its copies are restored.
struct Held<'p> {
    system: &'p Item<System>,
    copies: Vec<&'p Item<Backup>>,
    left_out: Vec<String>,
}

impl<'p> Held<'p> {
    fn new(system: &'p Item<System>, own: &[&'p Item<Backup>], which: Restores) -> Self {
        let is_meant = |copy: &&&Item<Backup>| match which {
            Restores::All => true,
            Restores::FullLocal => copies::is_full_local(copy),
        };
        let meant: Vec<_> = own.iter().filter(is_meant).copied().collect();
        let mut left_out = Vec::new();
        if meant.is_empty() {
            left_out.push(match which {
                Restores::All => "no backup of it is stated".to_owned(),
                Restores::FullLocal => "no full local copy of it is stated".to_owned(),
            });
        }
        let mut copies = Vec::new();
        for copy in meant {
            match unreadable(copy) {
                None => copies.push(copy),
                Some(why) => left_out.push(format!("`{}` {why}", copy.id)),
            }
        }
        Held {
            system,
            copies,
            left_out,
        }
    }
}

/// Why nobody can tell how a backup is restored, if nobody can.
fn unreadable(backup: &Backup) -> Option<String> {
    match &backup.verify {
        None => Some("does not say with `verify` how it is restored".to_owned()),
        Some(verify) => verify.with.key().err(),
    }
}

/// Which backups are restored before which.
struct Chain<'p> {
    /// In the order of ids.
    backups: Vec<&'p Item<Backup>>,
    /// From each to those before it.
    needs: DiGraph<(), ()>,
}

impl<'p> Chain<'p> {
    fn new(graph: &Graph, rows: &[Held<'p>]) -> Self {
        let copies = rows.iter().flat_map(|row| &row.copies);
        let backups: BTreeMap<&str, &Item<Backup>> =
            copies.map(|copy| (copy.id.as_str(), *copy)).collect();
        let backups: Vec<_> = backups.into_values().collect();
        let number = |copy: &Item<Backup>| {
            let found = backups.binary_search_by(|it| it.id.as_str().cmp(copy.id.as_str()));
            found.expect("all of them are in it")
        };
        let mut needs = DiGraph::with_capacity(backups.len(), 0);
        for _ in &backups {
            needs.add_node(());
        }
        let order = Order::new(graph);
        let mut own: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for row in rows {
            let node = graph.find(row.system.id.as_str()).expect("it is declared");
            let group = own.entry(order.groups.number(node) as usize).or_default();
            group.extend(row.copies.iter().map(|copy| number(copy)));
        }
        // What must be restored before all that needs a group, from the bottom up.
        let mut behind: Vec<BTreeSet<usize>> = Vec::with_capacity(order.groups.count());
        for group in 0..order.groups.count() {
            let below = order.before.at(group).iter();
            let below: BTreeSet<usize> = below
                .flat_map(|needed| behind[*needed as usize].iter().copied())
                .collect();
            let own = own.remove(&group).unwrap_or_default();
            for (copy, before) in own
                .iter()
                .flat_map(|it| below.iter().map(move |b| (*it, *b)))
            {
                needs.update_edge(NodeIndex::new(copy), NodeIndex::new(before), ());
            }
            behind.push(if own.is_empty() { below } else { own });
        }
        Chain { backups, needs }
    }

    /// The backups, those together that need each other, what is needed first.
    fn in_order(&self) -> Vec<Vec<usize>> {
        let together = tarjan_scc(&self.needs).into_iter();
        let numbers = together.map(|nodes| {
            let mut numbers: Vec<usize> = nodes.into_iter().map(NodeIndex::index).collect();
            numbers.sort_unstable();
            numbers
        });
        numbers.collect()
    }

    /// The places of the tasks before some that come back together.
    fn before(&self, together: &[usize], places: &BTreeMap<&str, u32>) -> Vec<u32> {
        let needed = together
            .iter()
            .flat_map(|node| self.needs.neighbors(NodeIndex::new(*node)));
        let needed = needed.map(NodeIndex::index);
        let needed = needed.filter(|node| !together.contains(node));
        let before: BTreeSet<u32> = needed
            .map(|node| places[self.backups[node].id.as_str()])
            .collect();
        before.into_iter().collect()
    }
}

/// The step that restores a backup. When it fails, the others are restored all the same.
fn task(backup: &Item<Backup>, before: Vec<u32>) -> Task {
    let verify = backup.verify.as_ref();
    let within = verify.and_then(|verify| verify.within);
    let expects = verify.is_some_and(|verify| !verify.expect.is_empty());
    let systems: Vec<&str> = backup.of.iter().map(SystemId::as_str).collect();
    let environment = verify.map(|verify| verify.with.environment());
    let restore = Restore {
        backup: backup.id.clone(),
        pick: None,
        // Where nothing is expected, nothing can show that it is the right data.
        level: (!expects).then_some(4),
        environment: environment.into_iter().flatten().collect(),
    };
    Task {
        name: format!("restore/{}", backup.id),
        text: format!("Restore {} ({})", backup.name, systems.join(", ")),
        role: None,
        tell: None,
        expected: backup.restored.as_ref().map(|restored| restored.took),
        timeout: within.unwrap_or(WITHIN) + GRACE,
        attempts_max: 1,
        retry_wait: Duration::ZERO,
        before,
        action: Some(Action {
            restore: Some(Box::new(restore)),
            ..Action::default()
        }),
        verify: None,
        undo: None,
        gate: None,
        is_card: false,
        expected_answer: None,
        when: Vec::new(),
        on_failure: OnFailure::Continue,
        on_crash: OnCrash::Retry,
    }
}
