//! Whole runs on paper, with the engine killed at every write: nothing is lost, nothing is done
//! twice that may not be, and what comes out is what comes out without a fault.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use mainstay::drill::{
    Attempt, Effect, Engine, Found, Look, Message, Phase, Request, Run, StepState, Turn, UndoState,
    read,
};
use mainstay::journal::{
    Cause, Entry, Holds, Incident, Outcome, Part, Resolution, Script, Settled, What,
};
use mainstay::model::Sev;
use mainstay::time::Moment;

use crate::support;

/// Forty steps: a question at the beginning that two people answer, three branches side by side,
/// people among them, retries, an undo for each, three of which are rehearsed, and a step that is
/// not needed after a decision. Once, at any moment, the drill does harm.
fn plan(failing: Option<usize>) -> Script {
    let mut steps = String::from(
        "      - {id: begin, do: Say that it begins, after: [], \
         confirm: {quorum: 2, by: [ada, ben, cy]}}\n",
    );
    for branch in ["a", "b", "c"] {
        for i in 0..12 {
            let after = match i {
                0 => "begin".to_owned(),
                _ => format!("{branch}{}", i - 1),
            };
            let id = format!("{branch}{i}");
            let rehearse = match i {
                0 => ", rehearse: {tcp: {host: h, port: 1}}",
                _ => "",
            };
            let common = format!("id: {id}, do: Do {id}, after: [{after}]");
            steps += &match i % 4 {
                3 if branch == "b" && i == 11 => format!(
                    "      - {{{common}, decide: {{answers: [left, right]}}, \
                     undo: {{do: Take {id} back}}}}\n"
                ),
                3 => format!("      - {{{common}, undo: {{do: Take {id} back}}}}\n"),
                2 => format!("      - {{{common}, run: {{tcp: {{host: h, port: 1}}}}}}\n"),
                _ => format!(
                    "      - {{{common}, run: {{command: {{argv: [{id}]}}}}, retry: {{times: 2}}, \
                     verify: {{tcp: {{host: h, port: 1}}}}, \
                     undo: {{run: {{command: {{argv: [undo-{id}]}}}}{rehearse}}}}}\n"
                ),
            };
        }
    }
    steps += "      - {id: join, do: Join, after: [a11, b11, c11], run: {command: {argv: [join]}}, \
              undo: {none: nothing}}\n";
    steps += "      - {id: check, do: Look, run: {tcp: {host: h, port: 1}}, \
              when: {step: b11, is: right}}\n";
    steps += "      - {id: end, do: Say that it is over}\n";
    let text = format!(
        "people: [{{id: ada, name: A}}, {{id: ben, name: B}}, {{id: cy, name: C}}]\n\
         drills:\n  - id: d\n    name: D\n    kind: functional\n    procedures: [p]\n    \
         steady-state: [{{name: Well, probe: {{tcp: {{host: h, port: 1}}}}}}]\n\
         procedures:\n  - id: p\n    name: P\n    steps:\n{steps}"
    );
    let loaded = support::load_text("plan.yaml", &text);
    assert_eq!(loaded.findings.len(), 1, "{:#?}", loaded.findings);
    let mut script = support::script(&text);
    assert_eq!(script.tasks.len(), 40);
    if let Some(place) = failing {
        script.tasks[place].attempts_max = 1;
    }
    script
}

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

/// What is outside of the engine, and does not forget when that dies.
struct World {
    script: Script,
    failing: Option<usize>,
    dice: Dice,
    now: Moment,
    disk: Vec<Entry>,
    /// Attempts that were begun: whether they go on.
    begun: BTreeMap<Attempt, bool>,
    /// How often each step took effect, and how often that was taken back.
    effects: BTreeMap<u32, (u32, u32)>,
    /// What the engine wants to be looked at; forgotten when it dies.
    looks: Vec<usize>,
    /// When the engine wants its next turn at the latest.
    wake: u64,
    writes: u32,
    /// At which write the engine dies, and whether that write still reaches the disk.
    dies_at: Option<(u32, bool)>,
    /// Whether the attempts die with the engine, as when the machine does.
    all_die: bool,
}

impl World {
    fn new(script: Script, failing: Option<usize>, seed: u64) -> Self {
        let wall: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().expect("a time");
        World {
            script,
            failing,
            dice: Dice(seed),
            now: Moment {
                wall,
                boot_micros: 1,
                boot_id: "one".to_owned(),
            },
            disk: Vec::new(),
            begun: BTreeMap::new(),
            effects: BTreeMap::new(),
            looks: Vec::new(),
            wake: 0,
            writes: 0,
            dies_at: None,
            all_die: false,
        }
    }

    fn pass(&mut self, micros: u64) {
        self.now.boot_micros += micros;
        self.now.wall += TimeDelta::microseconds(i64::try_from(micros).expect("short"));
    }

    /// Writes what a turn says; whether the engine lives.
    fn write(&mut self, turn: &Turn) -> bool {
        self.writes += 1;
        let dies = self.dies_at.is_some_and(|(at, _)| at == self.writes);
        let reaches = self.dies_at.is_none_or(|(_, reaches)| reaches);
        if !dies || reaches {
            self.disk.extend(turn.entries.iter().cloned());
        }
        !dies
    }

    fn act(&mut self, effects: &[Effect]) {
        self.wake = 0;
        for effect in effects {
            match *effect {
                Effect::Begin(attempt) => self.begin(attempt),
                Effect::Cancel(attempt) => drop(self.begun.insert(attempt, false)),
                Effect::Wake { micros } => self.wake = micros,
                Effect::Look { place } => self.looks.push(place),
                Effect::Attach(_)
                | Effect::Probe { .. }
                | Effect::Ask(_)
                | Effect::Over(_)
                | Effect::Protect => {}
            }
        }
    }

    fn begin(&mut self, attempt: Attempt) {
        let before = self.begun.insert(attempt, true);
        assert!(before.is_none(), "{attempt:?} is begun once at most");
        if attempt.part == Part::Rehearsal {
            assert!(self.effects.is_empty(), "{attempt:?} comes before all");
            return;
        }
        let effects = self.effects.entry(attempt.place).or_default();
        match attempt.part {
            Part::Step => effects.0 += 1,
            Part::Undo => effects.1 += 1,
            Part::Rehearsal => unreachable!("it has no effect"),
        }
    }

    /// How an attempt ends.
    fn end(&self, attempt: Attempt) -> Settled {
        let place = attempt.place as usize;
        let step = attempt.part == Part::Step;
        // The second in each branch works only when it is tried again.
        let first_fails = place % 12 == 2 && attempt.number == 1;
        let again = self.script.tasks[place].attempts_max > 1;
        if step && (self.failing == Some(place) || first_fails && again) {
            Settled::Failed
        } else {
            Settled::Succeeded
        }
    }

    /// Something comes in: an attempt ends, a probe answers, or a person decides.
    fn message(&mut self, run: &Run) -> Option<Message> {
        let mut choices: Vec<Message> = Vec::new();
        for attempt in run.under_way() {
            choices.push(self.ended(run, attempt));
        }
        for (place, step) in (0u32..).zip(&run.steps) {
            let (part, number) = match (step.state, step.undo) {
                (_, UndoState::InDoubt) => (Part::Undo, step.undo_attempts),
                (StepState::InDoubt, _) if run.part() == Part::Step => (Part::Step, step.attempts),
                _ => continue,
            };
            let attempt = Attempt {
                place,
                part,
                number,
            };
            choices.push(self.decide(attempt, &run.task(place).name));
        }
        choices.extend(self.harm(run));
        let look = |place, look| Message::Looked {
            place,
            look,
            holds: Holds::Yes,
            facts: Vec::new(),
        };
        choices.extend(self.looks.iter().map(|place| look(*place, Look::Asked)));
        let count = choices.len() as u64;
        let chosen = usize::try_from(self.dice.roll(count.max(1))).expect("few");
        // From time to time it is looked without being asked for, and all is not always well.
        if self.dice.roll(24) == 0 && count > 0 {
            let holds = [Holds::Yes, Holds::No][usize::from(self.dice.roll(2) == 0)];
            let (place, look, facts) = (0, Look::Regular, Vec::new());
            return Some(Message::Looked {
                place,
                look,
                holds,
                facts,
            });
        }
        let chosen = (count > 0).then(|| choices.swap_remove(chosen));
        if let Some(Message::Looked { place, .. }) = chosen {
            self.looks.retain(|look| *look != place);
        }
        chosen
    }

    /// The drill does harm once; people look into it and let it go on.
    fn harm(&mut self, run: &Run) -> Option<Message> {
        let why = "looked into".to_owned();
        let Some(opened) = run.incidents.first() else {
            return (self.dice.roll(10) == 0).then(|| {
                let incident = Incident {
                    text: "Real orders are lost".to_owned(),
                    severity: Sev::Sev2,
                    cause: Cause::Drill,
                };
                let pause = false;
                asked(What::IncidentOpened { incident, pause })
            });
        };
        if opened.dismissed.is_none() {
            let (by, number) = ("cy".to_owned(), 1);
            let what = What::IncidentDismissed { number, why };
            return Some(Message::Asked(Request { by, what }));
        }
        if run.is_evidence_held() {
            return Some(asked(What::EvidenceReleased { why }));
        }
        (run.phase == Phase::Paused).then(|| asked(What::RunResumed))
    }

    fn ended(&mut self, run: &Run, attempt: Attempt) -> Message {
        let task = run.task(attempt.place);
        if let (Some(question), Part::Step) = (&task.gate, attempt.part) {
            let answer = if question.answers.contains("yes") {
                "yes"
            } else {
                "left"
            };
            let by = ["ada", "ben", "cy"][self.dice.roll(3) as usize].to_owned();
            let (step, answer, why) = (task.name.clone(), answer.to_owned(), String::new());
            let what = What::StepAnswered { step, answer, why };
            return Message::Asked(Request { by, what });
        }
        let machine = task.action(attempt.part).is_some();
        let (facts, at) = (Vec::new(), None);
        if machine {
            let goes_on = self.begun.get(&attempt) != Some(&false);
            let settled = if goes_on {
                self.end(attempt)
            } else {
                Settled::Cancelled
            };
            return Message::Ended {
                attempt,
                settled,
                facts,
                at,
                mark: None,
                evidence: Vec::new(),
            };
        }
        let (step, settled, number) = (task.name.clone(), self.end(attempt), attempt.number);
        asked(match attempt.part {
            Part::Step => What::StepFinished {
                step,
                attempt: number,
                settled,
                facts,
                at,
                mark: None,
                evidence: Vec::new(),
            },
            Part::Undo => What::UndoFinished {
                step,
                attempt: number,
                settled,
                facts,
            },
            Part::Rehearsal => unreachable!("machines rehearse"),
        })
    }

    /// A person, or the probe, looks whether an attempt took effect.
    fn decide(&mut self, attempt: Attempt, name: &str) -> Message {
        let happened = self.begun.contains_key(&attempt) && self.end(attempt) == Settled::Succeeded;
        let (place, facts) = (attempt.place, vec!["the probe looked".to_owned()]);
        if attempt.part == Part::Step && self.dice.roll(2) == 0 {
            return Message::Probed {
                place,
                happened: Some(happened),
                facts,
            };
        }
        let resolution = if happened {
            Resolution::Happened
        } else {
            Resolution::NeverHappened
        };
        let (step, why) = (name.to_owned(), "looked".to_owned());
        asked(match attempt.part {
            Part::Step => What::StepResolved {
                step,
                resolution,
                why,
            },
            Part::Undo => What::UndoResolved {
                step,
                resolution,
                why,
            },
            Part::Rehearsal => unreachable!("it is never in doubt"),
        })
    }

    /// What the next engine finds of an attempt.
    fn found(&self, attempt: Attempt) -> Found {
        match self.begun.get(&attempt) {
            None => Found::NeverBegun,
            Some(_) if self.all_die => Found::Lost,
            Some(true) => Found::Running,
            Some(false) => Found::Ended,
        }
    }

    /// Runs to the end, beginning anew whenever the engine dies.
    fn run(&mut self) -> Run {
        let mut engine = match Engine::start(self.script.clone(), &self.now) {
            Ok((engine, turn)) => self.keep(engine, &turn),
            Err(error) => panic!("{error}"),
        };
        for _ in 0..10_000 {
            self.pass(1_000);
            let Some(living) = &mut engine else {
                engine = self.next_engine();
                continue;
            };
            if living.run.is_over() {
                let (run, _) = read(&self.disk).expect("the journal holds together");
                assert_eq!(run.phase, living.run.phase);
                return run;
            }
            let message = self.message(&living.run);
            if message.is_none() {
                self.pass(self.wake);
            }
            let turn = living
                .turn(message.into_iter().collect(), &self.now)
                .expect("a turn");
            assert!(turn.refused.is_empty(), "{:?}", turn.refused);
            never_begun_while_held(&living.run, &turn);
            let died = !self.write(&turn);
            if died {
                engine = None;
                self.looks.clear();
            } else {
                self.act(&turn.effects);
            }
        }
        panic!("the run does not end");
    }

    fn keep(&mut self, engine: Engine, turn: &Turn) -> Option<Engine> {
        self.looks.clear();
        if !self.write(turn) {
            return None;
        }
        self.act(&turn.effects);
        Some(engine)
    }

    fn next_engine(&mut self) -> Option<Engine> {
        if self.disk.is_empty() {
            let (engine, turn) = Engine::start(self.script.clone(), &self.now).expect("a start");
            return self.keep(engine, &turn);
        }
        let found = |attempt| self.found(attempt);
        let resumed = Engine::resume(&self.disk, &self.now, found, Vec::new());
        let (engine, turn) = resumed.expect("the journal holds together");
        never_begun_while_held(&engine.run, &turn);
        self.keep(engine, &turn)
    }
}

/// While evidence is held nothing begins, and nothing is taken back.
fn never_begun_while_held(run: &Run, turn: &Turn) {
    let begins = |effect: &Effect| matches!(effect, Effect::Begin(_) | Effect::Over(_));
    let held = run.is_evidence_held();
    assert!(!(held && turn.effects.iter().any(begins)), "{turn:?}");
}

fn asked(what: What) -> Message {
    let by = "ada".to_owned();
    Message::Asked(Request { by, what })
}

/// Which steps took effect, and which of those were taken back.
fn what_happened(world: &World, run: &Run) -> (Phase, Vec<StepState>, Vec<UndoState>) {
    for (place, (done, undone)) in &world.effects {
        let task = world.script.tasks[*place as usize].clone();
        let changes = task.action.is_some_and(|action| !action.only_looks());
        let attempts = run.step(*place).attempts;
        assert!(*done <= attempts, "{} was done {done} times", task.name);
        let first = Attempt {
            place: *place,
            part: Part::Step,
            number: 1,
        };
        if changes && world.end(first) == Settled::Succeeded {
            assert_eq!(
                *done, 1,
                "{} changes something, and was done twice",
                task.name
            );
        }
        assert!(*undone <= 1, "{} was taken back {undone} times", task.name);
    }
    let states = run.steps.iter().map(|step| step.state).collect();
    let undone = run.steps.iter().map(|step| step.undo).collect();
    (run.phase.clone(), states, undone)
}

#[test]
fn a_run_whose_engine_dies_at_any_write_comes_out_as_without() {
    for seed in [1, 2026] {
        let mut world = World::new(plan(None), None, seed);
        let run = world.run();
        let (phase, expected, _) = what_happened(&world, &run);
        assert_eq!(phase, Phase::Finished(Outcome::Succeeded));
        assert_eq!(run.incidents.len(), 1, "seed {seed}");
        for write in 1..=world.writes {
            for (reaches, all_die) in [(false, false), (true, false), (false, true), (true, true)] {
                let mut world = World::new(plan(None), None, seed);
                world.dies_at = Some((write, reaches));
                world.all_die = all_die;
                let run = world.run();
                let came = what_happened(&world, &run);
                let told = format!("seed {seed}, write {write}, {reaches}, {all_die}");
                assert_eq!((&came.0, &came.1), (&phase, &expected), "{told}");
            }
        }
    }
}

#[test]
fn whichever_step_fails_all_that_began_is_taken_back_also_when_the_engine_dies() {
    for failing in (1..40).step_by(6) {
        let mut world = World::new(plan(Some(failing)), Some(failing), 7);
        let run = world.run();
        let (phase, ..) = what_happened(&world, &run);
        assert_eq!(
            phase,
            Phase::Finished(Outcome::FailedRolledBack),
            "{failing}"
        );
        for write in 1..=world.writes {
            let mut world = World::new(plan(Some(failing)), Some(failing), 7);
            world.dies_at = Some((write, write % 2 == 0));
            world.all_die = write % 3 == 0;
            let run = world.run();
            what_happened(&world, &run);
            let told = format!("step {failing} fails, the engine dies at write {write}");
            assert_eq!(run.phase, phase, "{told}");
            for (place, step) in run.steps.iter().enumerate() {
                let owed = step.attempts > 0 && run.script.tasks[place].undo.is_some();
                let expected = if owed {
                    UndoState::Undone
                } else {
                    UndoState::None
                };
                assert_eq!(
                    step.undo, expected,
                    "{told}: {}",
                    run.script.tasks[place].name
                );
            }
        }
    }
}
