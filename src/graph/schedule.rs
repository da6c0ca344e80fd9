//! Recoveries on a clock: each begins when what it needs is back and what it uses is free.
//!
//! This is list scheduling (Graham 1966): whenever something ends, the most urgent of what is
//! ready and finds everything free begins; nothing that could begin is held back. A recovery keeps
//! all that it uses from beginning to end. Events stand together by their moment, of which there
//! are few, as recovery times are round; what waits stands in a heap at one of the resources that
//! is busy. So the work grows with the dependencies, not with time.
//!
//! Which is the most urgent is not decided here but by the caller's rank. The tasks are the groups
//! of [`Order`]: what needs each other in a circle comes back together, in the longest of its
//! times, using all that any of it uses.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::Lists;
use super::footing::{At, Resource};
use super::order::Order;
use super::ranks::Ranks;
use crate::time::Duration;

/// What is to be brought back.
pub struct Work<'a> {
    /// The order in which its groups come back.
    pub order: &'a Order,
    /// When anybody begins, since the disruption.
    pub reaction: Duration,
    /// The groups that are down, in their order; the others are there already.
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
    /// How urgent each group is, each differently; the lowest number goes first.
    pub rank: &'a [u32],
    /// The group of each rank.
    pub by_rank: &'a [u32],
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
    /// The group it needed that came back last.
    pub held_by: Vec<Option<u32>>,
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

/// When everything is back as if there were enough of everything, by the number of the group.
///
/// Without resources nothing has to be decided, so one walk in the order of the groups is enough;
/// only waits beside the dependencies, which may close circles, need the clock.
pub fn unlimited(work: &Work) -> Vec<Option<Duration>> {
    if !work.also.is_empty() {
        let none = Lists::new(work.time.iter().map(|_| []));
        let shared = Shared {
            resources: &[],
            uses: &none,
            rank: &[],
            by_rank: &[],
        };
        return limited(work, &shared).finish;
    }
    let mut back = vec![None; work.time.len()];
    let mut down = vec![false; work.time.len()];
    for group in work.groups.iter().map(|group| *group as usize) {
        down[group] = true;
        let needed = work
            .order
            .before
            .at(group)
            .iter()
            .map(|needed| *needed as usize);
        let last = needed
            .filter(|needed| down[*needed])
            .map(|needed| back[needed]);
        let ready = last.fold(work.from[group], |ready, back: Option<Duration>| {
            ready.zip(back).map(|(ready, back)| ready.max(back))
        });
        back[group] = ready.map(|ready| ready.max(work.reaction) + work.time[group]);
    }
    back
}

/// Brings everything back with what the recoveries share.
pub fn limited(work: &Work, shared: &Shared) -> Schedule {
    let mut run = Run::new(work, shared);
    run.begin();
    loop {
        run.allocate();
        if !run.advance() {
            return run.end();
        }
    }
}

/// What happens to a group at a moment, in the order in which it is looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Finishes,
    MayBegin,
}

type Heap<T> = BinaryHeap<Reverse<T>>;

/// What a group still waits for. All that is looked at for each dependency stands together.
#[derive(Clone, Copy, Default)]
struct Waiting {
    /// Whether it is brought back at all.
    part: bool,
    /// How many things it waits for.
    missing: u32,
    /// After how many waves it is ready, as far as is known.
    wave: u32,
    /// When the last of what it needed came back, and which that was.
    held_by: Option<(Duration, u32)>,
}

struct Run<'a> {
    work: &'a Work<'a>,
    shared: &'a Shared<'a>,
    schedule: Schedule,
    now: Duration,
    waiting: Vec<Waiting>,
    /// The groups that wait for others besides their dependencies, by what they wait for.
    also: Vec<(u32, u32)>,
    /// What is going to happen, by its moment.
    events: BTreeMap<Duration, Vec<(Event, u32)>>,
    /// The ranks of the groups that may begin now, if they find everything free; those first in
    /// the queue at a resource among them.
    candidates: Ranks,
    /// The ranks of the groups that wait at each resource.
    queues: Vec<Heap<u32>>,
    /// The resource at which each group waits, if it does.
    waits_at: Vec<Option<At>>,
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
                held_by: Vec::new(),
                wave: Vec::new(),
                waited: vec![None; groups],
                loads: vec![Load::default(); resources],
            },
            now: work.reaction,
            waiting: vec![Waiting::default(); groups],
            also,
            events: BTreeMap::new(),
            candidates: Ranks::new(shared.rank.len()),
            queues: (0..resources).map(|_| Heap::new()).collect(),
            waits_at: vec![None; if resources > 0 { groups } else { 0 }],
            free: shared.resources.iter().map(|r| r.parallel).collect(),
            queued_at: vec![Duration::ZERO; if resources > 0 { groups } else { 0 }],
            back: Vec::new(),
        };
        for group in &work.groups {
            run.waiting[*group as usize].part = true;
        }
        run
    }

    fn begin(&mut self) {
        for group in &self.work.groups {
            let needed = self.work.order.before.at(*group as usize).iter();
            let down = needed.filter(|needed| self.waiting[**needed as usize].part);
            let down = u32::try_from(down.count()).expect("fewer than groups");
            self.waiting[*group as usize].missing = down;
        }
        for (_, who) in &self.also {
            self.waiting[*who as usize].missing += 1;
        }
        let first = self
            .work
            .groups
            .iter()
            .filter(|group| self.waiting[**group as usize].missing == 0);
        for group in first.copied().collect::<Vec<_>>() {
            self.make_ready(group);
        }
        self.look_at_back();
    }

    /// What came of it all.
    fn end(mut self) -> Schedule {
        let waiting = || self.waiting.iter();
        self.schedule.held_by = waiting().map(|w| Some(w.held_by?.1)).collect();
        self.schedule.wave = waiting().map(|w| w.wave).collect();
        self.schedule
    }

    /// Goes on to the next moment at which something happens; false after the last.
    fn advance(&mut self) -> bool {
        let Some((now, mut events)) = self.events.pop_first() else {
            return false;
        };
        self.now = now;
        events.sort_unstable();
        for (event, group) in events {
            match event {
                Event::Finishes => self.finish(group),
                Event::MayBegin => self.offer(group),
            }
        }
        self.look_at_back();
        true
    }

    fn at(&mut self, moment: Duration, event: Event, group: u32) {
        self.events.entry(moment).or_default().push((event, group));
    }

    /// All that a group needs is back.
    fn make_ready(&mut self, group: u32) {
        let Some(from) = self.work.from[group as usize] else {
            return;
        };
        let ready = from.max(self.now);
        self.schedule.ready[group as usize] = Some(ready);
        if ready > self.now {
            self.at(ready, Event::MayBegin, group);
        } else {
            self.offer(group);
        }
    }

    fn offer(&mut self, group: u32) {
        if self.shared.uses.at(group as usize).is_empty() {
            self.start(group);
        } else {
            self.candidates.insert(self.shared.rank[group as usize]);
        }
    }

    /// Begins whatever finds everything free, the most urgent first.
    fn allocate(&mut self) {
        while let Some(rank) = self.candidates.pop() {
            let group = self.shared.by_rank[rank as usize];
            match self.waits_at[group as usize] {
                Some(resource) => self.serve(resource, group),
                None => self.start_or_queue(group),
            }
        }
    }

    /// Gives the group that is first in the queue at a resource its chance.
    fn serve(&mut self, resource: At, group: u32) {
        if self.free[resource as usize] == 0 {
            return;
        }
        self.queues[resource as usize].pop();
        self.waits_at[group as usize] = None;
        let waited = self.now.saturating_sub(self.queued_at[group as usize]);
        let load = &mut self.schedule.loads[resource as usize];
        load.waited = load.waited + waited;
        let longest = &mut self.schedule.waited[group as usize];
        if longest.is_none_or(|(_, before)| waited > before) {
            *longest = Some((resource, waited));
        }
        self.start_or_queue(group);
        self.call(resource);
    }

    /// Calls the first in the queue at a resource, if it has something free.
    fn call(&mut self, resource: At) {
        let head = self.queues[resource as usize].peek();
        if let Some(Reverse(rank)) = head.filter(|_| self.free[resource as usize] > 0) {
            self.candidates.insert(*rank);
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
        self.waits_at[group as usize] = Some(*busy);
        self.queues[*busy as usize].push(Reverse(self.shared.rank[group as usize]));
    }

    fn start(&mut self, group: u32) {
        self.schedule.start[group as usize] = Some(self.now);
        let time = self.work.time[group as usize];
        if time == Duration::ZERO && self.shared.uses.at(group as usize).is_empty() {
            self.back.push(group);
        } else {
            self.at(self.now + time, Event::Finishes, group);
        }
    }

    fn finish(&mut self, group: u32) {
        let uses = self.shared.uses.at(group as usize);
        for resource in uses {
            let load = &mut self.schedule.loads[*resource as usize];
            load.busy = load.busy + self.work.time[group as usize];
            self.free[*resource as usize] += 1;
            self.call(*resource);
        }
        self.back.push(group);
    }

    /// Tells everything that waits for what is back now.
    fn look_at_back(&mut self) {
        let after = &self.work.order.after;
        while let Some(group) = self.back.pop() {
            self.schedule.finish[group as usize] = Some(self.now);
            for waiting in after.at(group as usize) {
                self.arrived(*waiting, group);
            }
            let from = self.also.partition_point(|(whom, _)| *whom < group);
            let to = self.also.partition_point(|(whom, _)| *whom <= group);
            for i in from..to {
                self.arrived(self.also[i].1, group);
            }
        }
    }

    /// One thing that a group waits for is back.
    fn arrived(&mut self, who: u32, group: u32) {
        let after = self.waiting[group as usize].wave + 1;
        let waiting = &mut self.waiting[who as usize];
        if !waiting.part {
            return;
        }
        // Of those that are back at this moment, always the same one.
        waiting.held_by = waiting.held_by.max(Some((self.now, group)));
        waiting.wave = waiting.wave.max(after);
        waiting.missing -= 1;
        if waiting.missing == 0 {
            self.make_ready(who);
        }
    }
}
