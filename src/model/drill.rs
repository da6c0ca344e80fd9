//! An exercise or test of the plan.

use super::{IncidentPolicy, Probe, Programme, Schedule, plain, words};
use crate::id::*;
use crate::time::{Date, Duration, Period};

plain! {
    /// An exercise or test of the plan.
    pub struct Drill {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: DrillId,
        /// Its name, as people say it.
        pub name: String,
        /// What kind it is.
        pub kind: DrillKind,
        /// The scenario it plays.
        pub scenario: Option<ScenarioId>,
        /// The functions and systems it covers.
        #[serde(default)]
        pub scope: Vec<NodeId>,
        /// The procedures that are carried out, one after the other. Those of the scenario, when
        /// left out.
        #[serde(default)]
        pub procedures: Vec<ProcedureId>,
        /// Which backups are restored after that, each by a step of its own that is made from the
        /// inventory: those of every system with `holds-data`, in the order of the dependencies.
        /// None, when left out.
        pub restores: Option<Restores>,
        /// What is measured in it, each with the time it may take: this is how a drill proves a
        /// recovery time.
        #[serde(default)]
        pub measures: Vec<Measure>,
        /// How much data may be lost, and how the drill finds out how much really was: a step with
        /// `mark` writes marks before the fault, one with `find-mark` looks for the newest after
        /// the recovery. This is how a drill proves a recovery point.
        #[serde(default)]
        pub data_loss: Vec<DataLoss>,
        /// What holds as long as all is well: looked at before anything is done, all the while,
        /// and at the end. A drill does not begin where it does not hold.
        #[serde(default)]
        pub steady_state: Vec<SteadyState>,
        /// Cards that are put on the table while it lasts.
        #[serde(default)]
        pub injects: Vec<Inject>,
        /// How many of those who hold roles in it are drawn at random to be absent, so that their
        /// alternates act. None, when left out.
        pub absences: Option<u32>,
        /// Steps whose time is not counted in what is measured, each with the reason.
        #[serde(default)]
        pub exclusions: Vec<TimeExclusion>,
        /// Values for names in double braces: `{{port}}` in what a step runs becomes the value of
        /// `port`.
        #[serde(default)]
        pub with: Vec<Setting>,
        /// Whether it may be run by `mainstay run` when it is due, with nobody at hand. Not, when
        /// left out.
        #[serde(default)]
        pub unattended: bool,
        /// How many steps may run at once. Four, when left out.
        pub parallel: Option<u32>,
        /// The vendors that take part.
        #[serde(default)]
        pub vendors: Vec<VendorId>,
        /// What it is to show.
        #[serde(default)]
        pub objectives: Vec<String>,
        /// What counts as success, stated before.
        #[serde(default)]
        pub success_criteria: Vec<String>,
        /// Who approved it as it is. Nobody did, when left out: then its criteria are proposed.
        pub approval: Option<DrillApproval>,
        /// Who runs it.
        pub lead: Option<PartyId>,
        /// Whom to call first when something goes wrong in it.
        pub primary_contact: Option<PersonId>,
        /// Whom to call when the first cannot be reached.
        pub secondary_contact: Option<PersonId>,
        /// What counts as an incident while it lasts, where that is not what the organization
        /// says for all drills.
        pub incidents: Option<Box<IncidentPolicy>>,
        /// How often it is held at least.
        pub every: Option<Period>,
        /// When it is held, again and again.
        pub schedule: Option<Schedule>,
        /// The day it is planned for next.
        pub next: Option<Date>,
        /// When it was last held, and what came of it.
        #[serde(default)]
        pub held: Vec<DrillHeld>,
    }

    /// A time that is measured, from the beginning of one step to the end of another.
    pub struct Measure {
        /// What it is the time of, such as `Read-only` or `Recovery of the shop`.
        pub name: String,
        /// The step with whose beginning it begins, such as `fail-over/stop-writes`.
        pub from: String,
        /// The step with whose end it ends.
        pub until: String,
        /// How long it may take.
        pub within: Duration,
        /// The function or system whose recovery it is the time of. What is measured in a run then
        /// counts as how long that recovery takes.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub of: Option<NodeId>,
    }

    /// How much data may be lost, and at which steps that is found out.
    pub struct DataLoss {
        /// What may be lost, such as `Orders`.
        pub name: String,
        /// The step with whose beginning the fault begins.
        pub fault: String,
        /// The step that finds the newest mark, by `find-mark`.
        pub found: String,
        /// How much may be lost, in time.
        pub within: Duration,
        /// The function or system whose recovery point it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub of: Option<NodeId>,
    }

    /// Something that holds as long as all is well.
    pub struct SteadyState {
        /// What holds, such as `Orders can be placed`.
        pub name: String,
        /// The probe that tells.
        pub probe: Probe,
        /// How often it is looked at. Every ten seconds, when left out.
        pub every: Option<Duration>,
    }

    /// A card that is put on the table: something more that goes wrong, or a question.
    pub struct Inject {
        /// Its id, unique in the drill.
        pub id: StepId,
        /// What is on the card.
        pub card: String,
        /// The role it is put to. Whoever runs the drill, when left out.
        pub role: Option<RoleId>,
        /// What people should answer or do; shown only afterwards.
        pub expected: Option<String>,
        /// The step after which it comes, such as `fail-over/stop-writes`. One that is drawn at
        /// random, when left out.
        pub after: Option<String>,
    }

    /// A step whose time is not counted in what is measured.
    pub struct TimeExclusion {
        /// The step, such as `fail-over/wait-for-window`.
        pub step: String,
        /// Why.
        pub why: String,
    }

    /// A value for a name in double braces.
    pub struct Setting {
        /// The name, without the braces.
        pub name: String,
        /// The value.
        pub value: String,
    }

    /// Somebody's yes to a drill as it was on a day: whatever is changed in it afterwards voids it.
    pub struct DrillApproval {
        /// Who approved it.
        pub by: PersonId,
        /// On which day. It counts until the drill is due again, a year where it has no rhythm.
        pub on: Date,
        /// What was approved: the SHA-256 that `mainstay drill show` prints.
        pub content: String,
    }

    /// One time a drill was held.
    pub struct DrillHeld {
        /// On which day.
        pub on: Date,
        /// What came of it.
        pub result: DrillResult,
        /// What was learned and changed.
        pub learned: Option<String>,
        /// Where the report is.
        pub evidence: Option<String>,
    }
}

impl Drill {
    /// The procedures it carries out: its own, or those of its scenario.
    pub fn procedures_in<'p>(&'p self, programme: &'p Programme) -> &'p [ProcedureId] {
        let scenario = self.scenario.as_ref();
        let scenario = scenario.and_then(|id| programme.scenarios.get(id.as_str()));
        match scenario {
            Some(scenario) if self.procedures.is_empty() => &scenario.procedures,
            _ => &self.procedures,
        }
    }

    /// Whether it tested the plan that time: something was really done, and not broken off.
    /// One that failed did: it showed what it showed.
    pub fn tested(&self, held: &DrillHeld) -> bool {
        self.touches() && held.result != DrillResult::Aborted
    }

    /// Whether something is touched in it: otherwise people only read, and talk.
    pub fn touches(&self) -> bool {
        self.kind.touches()
    }
}

impl DrillKind {
    /// Whether something is touched in a drill of this kind: otherwise it proves nothing about
    /// recovery.
    pub fn touches(self) -> bool {
        matches!(self, DrillKind::Functional | DrillKind::FullScale)
    }
}

words! {
    /// The kinds of drill.
    pub enum DrillKind {
        /// Everybody reads their steps and confirms them.
        Walkthrough = "walkthrough",
        /// People talk through a scenario; nothing is touched.
        Tabletop = "tabletop",
        /// One capability is exercised against exercise targets.
        Functional = "functional",
        /// The whole procedure is carried out.
        FullScale = "full-scale",
    }
}

words! {
    /// Which backups of the systems with data a drill restores.
    pub enum Restores {
        /// Every one.
        All = "every backup",
        /// The additional full local copies.
        FullLocal = "every full local copy",
    }
}

words! {
    /// What came of a drill.
    pub enum DrillResult {
        /// Every criterion was met.
        Passed = "passed",
        /// Some criteria were met.
        Partial = "partly passed",
        /// The criteria were not met.
        Failed = "failed",
        /// It was broken off.
        Aborted = "broken off",
    }
}
