//! Recoveries on a clock: each begins when what it needs is back and what it uses is free.
//!
//! This is list scheduling (Graham 1966): whenever something ends, the most urgent of what is
//! ready and finds everything free begins; nothing that could begin is held back. A recovery keeps
//! all that it uses from beginning to end. Events stand in a heap, and what waits stands in a heap
//! at one of the resources that is busy, so the work grows with the dependencies, not with time.
//!
//! Which is the most urgent is not decided here but by the caller's rank. The tasks are the groups
//! of [`Order`]: what needs each other in a circle comes back together, in the longest of its
//! times, using all that any of it uses.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::footing::{At, Resource};
use super::order::Order;
use super::{Graph, Ix, Lists};
use crate::time::Duration;

/// What is to be brought back.
pub struct Work<'a> {
    /// The graph.
    pub graph: &'a Graph<'a>,
    /// The order in which its groups come back.
    pub order: &'a Order,
    /// When anybody begins, since the disruption.
    pub reaction: Duration,
    /// The groups that are down; the others are there already.
    pub groups: Vec<u32>,
    /// How long each group takes, by its number.
    pub time: Vec<Duration>,
    /// When each group can begin at the earliest; `None` where there is no way back.
    pub from: Vec<Option<Duration>>,
    /// Further groups that a group waits for: first the one that waits, then the one that is
    /// waited for. Both are down, and unlike dependencies these may close a circle.
    pub also: Vec<(u32, u32)>,
}

/// What the groups share while they are brought back.
pub struct Shared<'a> {
    /// The resources.
    pub resources: &'a [Resource],
    /// Those that each group uses, by number; each once.
    pub uses: &'a Lists,
    /// How urgent each group is; the lowest number goes first.
    pub rank: &'a [u32],
}

/// When everything happens, by the number of the group.
#[derive(Debug)]
pub struct Schedule {
    /// When what it needs is back; `None` where it never is.
    pub ready: Vec<Option<Duration>>,
    /// When its recovery begins: later than `ready` where it waited for a resource.
    pub start: Vec<Option<Duration>>,
    /// When it is back; `None` where it never is, or was there all the time.
    pub finish: Vec<Option<Duration>>,
    /// What it needed that came back last.
    pub held_by: Vec<Option<Ix>>,
    /// In which wave it is ready: after everything in the waves before that it needed.
    pub wave: Vec<u32>,
    /// The resource it waited for longest, and how long.
    pub waited: Vec<Option<(At, Duration)>>,
    /// What happened at each resource, by its number.
    pub loads: Vec<Load>,
}

/// What happened at one resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// The time of all recoveries that used it, added up.
    pub busy: Duration,
    /// The time that recoveries waited for it, added up.
    pub waited: Duration,
    /// How many recoveries waited for it.
    pub queued: u32,
}

/// Brings everything back as if there were enough of everything.
pub fn unlimited(work: &Work) -> Schedule {
    let none = Lists::new(work.time.iter().map(|_| []));
    let shared = Shared {
        resources: &[],
        uses: &none,
        rank: &[],
    };
    limited(work, &shared)
}

/// Brings everything back with what the recoveries share.
pub fn limited(work: &Work, shared: &Shared) -> Schedule {
    let mut run = Run::new(work, shared);
    run.begin();
    loop {
        run.allocate();
        if !run.advance() {
            return run.schedule;
        }
    }
}

/// What happens to a group at a moment, in the order in which it is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Finishes,
    MayBegin,
}

/// What may begin now, besides its rank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Candidate {
    Group(u32),
    /// The first in the queue at a resource.
    Queue(At),
}

type Heap<T> = BinaryHeap<Reverse<T>>;

struct Run<'a> {
    work: &'a Work<'a>,
    shared: &'a Shared<'a>,
    schedule: Schedule,
    now: Duration,
    /// How many things each group still waits for.
    missing: Vec<u32>,
    /// The groups that wait for others besides their dependencies, by what they wait for.
    also: Vec<(u32, u32)>,
    part: Vec<bool>,
    events: Heap<(Duration, Event, u32)>,
    candidates: Heap<(u32, Candidate)>,
    queues: Vec<Heap<(u32, u32)>>,
    /// Whether the first in the queue stands among the candidates.
    open: Vec<bool>,
    free: Vec<u32>,
    queued_at: Vec<Duration>,
    /// Groups that are back at this moment and were not looked at yet.
    back: Vec<u32>,
}

impl<'a> Run<'a> {
    fn new(work: &'a Work<'a>, shared: &'a Shared<'a>) -> Self {
        let (groups, resources) = (work.time.len(), shared.resources.len());
        let mut also: Vec<(u32, u32)> = work.also.iter().map(|(who, whom)| (*whom, *who)).collect();
        also.sort_unstable();
        let mut run = Run {
            work,
            shared,
            schedule: Schedule {
                ready: vec![None; groups],
                start: vec![None; groups],
                finish: vec![None; groups],
                held_by: vec![None; groups],
                wave: vec![0; groups],
                waited: vec![None; groups],
                loads: vec![Load::default(); resources],
            },
            now: work.reaction,
            missing: vec![0; groups],
            also,
            part: vec![false; groups],
            events: Heap::new(),
            candidates: Heap::new(),
            queues: (0..resources).map(|_| Heap::new()).collect(),
            open: vec![false; resources],
            free: shared.resources.iter().map(|r| r.parallel).collect(),
            queued_at: vec![Duration::ZERO; if resources > 0 { groups } else { 0 }],
            back: Vec::new(),
        };
        work.groups
            .iter()
            .for_each(|group| run.part[*group as usize] = true);
        run
    }

    fn begin(&mut self) {
        let Work { graph, order, .. } = *self.work;
        for group in &self.work.groups {
            let members = order.groups.at(*group as usize);
            let needs = members.iter().flat_map(|node| order.needs(graph, *node));
            let down = needs.filter(|edge| self.part[order.groups.of(edge.to)]);
            self.missing[*group as usize] = u32::try_from(down.count()).expect("few enough edges");
        }
        for (_, who) in &self.also {
            self.missing[*who as usize] += 1;
        }
        let first = self
            .work
            .groups
            .iter()
            .filter(|group| self.missing[**group as usize] == 0);
        for group in first.copied().collect::<Vec<_>>() {
            self.make_ready(group);
        }
        self.look_at_back();
    }

    /// Goes on to the next moment at which something happens; false after the last.
    fn advance(&mut self) -> bool {
        let Some(Reverse((next, ..))) = self.events.peek() else {
            return false;
        };
        self.now = *next;
        while let Some(Reverse((_, event, group))) = self.next_now() {
            match event {
                Event::Finishes => self.finish(group),
                Event::MayBegin => self.offer(group),
            }
        }
        self.look_at_back();
        true
    }

    fn next_now(&mut self) -> Option<Reverse<(Duration, Event, u32)>> {
        let due = self
            .events
            .peek()
            .is_some_and(|Reverse((at, ..))| *at == self.now);
        due.then(|| self.events.pop()).flatten()
    }

    /// All that a group needs is back.
    fn make_ready(&mut self, group: u32) {
        let Some(from) = self.work.from[group as usize] else {
            return;
        };
        let ready = from.max(self.now);
        self.schedule.ready[group as usize] = Some(ready);
        if ready > self.now {
            self.events.push(Reverse((ready, Event::MayBegin, group)));
        } else {
            self.offer(group);
        }
    }

    fn offer(&mut self, group: u32) {
        if self.shared.uses.at(group as usize).is_empty() {
            self.start(group);
        } else {
            let rank = self.shared.rank[group as usize];
            self.candidates
                .push(Reverse((rank, Candidate::Group(group))));
        }
    }

    /// Begins whatever finds everything free, the most urgent first.
    fn allocate(&mut self) {
        while let Some(Reverse((_, candidate))) = self.candidates.pop() {
            match candidate {
                Candidate::Group(group) => self.start_or_queue(group),
                Candidate::Queue(resource) => self.serve(resource),
            }
        }
    }

    /// Gives the first in the queue at a resource its chance.
    fn serve(&mut self, resource: At) {
        self.open[resource as usize] = false;
        if self.free[resource as usize] == 0 {
            return;
        }
        let Some(Reverse((_, group))) = self.queues[resource as usize].pop() else {
            return;
        };
        let waited = self.now.saturating_sub(self.queued_at[group as usize]);
        let load = &mut self.schedule.loads[resource as usize];
        load.waited = load.waited + waited;
        let longest = &mut self.schedule.waited[group as usize];
        if longest.is_none_or(|(_, before)| waited > before) {
            *longest = Some((resource, waited));
        }
        self.start_or_queue(group);
        self.reopen(resource);
    }

    /// Puts the first in the queue at a resource among the candidates.
    fn reopen(&mut self, resource: At) {
        let head = self.queues[resource as usize].peek();
        if let (Some(Reverse((rank, _))), false) = (head, self.open[resource as usize]) {
            self.candidates
                .push(Reverse((*rank, Candidate::Queue(resource))));
            self.open[resource as usize] = true;
        }
    }

    fn start_or_queue(&mut self, group: u32) {
        let uses = self.shared.uses.at(group as usize);
        let Some(busy) = uses.iter().find(|r| self.free[**r as usize] == 0) else {
            uses.iter().for_each(|r| self.free[*r as usize] -= 1);
            return self.start(group);
        };
        self.queued_at[group as usize] = self.now;
        self.schedule.loads[*busy as usize].queued += 1;
        let rank = self.shared.rank[group as usize];
        self.queues[*busy as usize].push(Reverse((rank, group)));
    }

    fn start(&mut self, group: u32) {
        self.schedule.start[group as usize] = Some(self.now);
        let time = self.work.time[group as usize];
        if time == Duration::ZERO && self.shared.uses.at(group as usize).is_empty() {
            self.back.push(group);
        } else {
            self.events
                .push(Reverse((self.now + time, Event::Finishes, group)));
        }
    }

    fn finish(&mut self, group: u32) {
        let uses = self.shared.uses.at(group as usize);
        for resource in uses {
            let load = &mut self.schedule.loads[*resource as usize];
            load.busy = load.busy + self.work.time[group as usize];
            self.free[*resource as usize] += 1;
            self.reopen(*resource);
        }
        self.back.push(group);
    }

    /// Tells everything that waits for what is back now.
    fn look_at_back(&mut self) {
        let Work { graph, order, .. } = *self.work;
        while let Some(group) = self.back.pop() {
            self.schedule.finish[group as usize] = Some(self.now);
            for node in order.groups.at(group as usize) {
                for edge in order.needed_by(graph, *node) {
                    self.arrived(order.groups.of(edge.from), *node, group);
                }
            }
            let from = self.also.partition_point(|(whom, _)| *whom < group);
            let to = self.also.partition_point(|(whom, _)| *whom <= group);
            for i in from..to {
                let node = order.groups.at(group as usize)[0];
                self.arrived(self.also[i].1 as usize, node, group);
            }
        }
    }

    /// One thing that a group waits for is back: a node of another group.
    fn arrived(&mut self, waiting: usize, node: Ix, of_group: u32) {
        if !self.part[waiting] {
            return;
        }
        let of = &self.work.order.groups;
        let held = &mut self.schedule.held_by[waiting];
        // The last of equals is the one with the higher id, as in the forward pass.
        let before = held.map(|before| (self.schedule.finish[of.of(before)], before));
        if before.is_none_or(|before| before < (Some(self.now), node)) {
            *held = Some(node);
        }
        let wave = self.schedule.wave[of_group as usize] + 1;
        self.schedule.wave[waiting] = self.schedule.wave[waiting].max(wave);
        self.missing[waiting] -= 1;
        if self.missing[waiting] == 0 {
            self.make_ready(u32::try_from(waiting).expect("a group's number"));
        }
    }
}
