//! The organization: who the programme is for, its scope, its rhythm and who answers for it.

use super::{Answers, IncidentPolicy, Notice, Visibility, Wording, plain, words};
use crate::id::*;
use crate::time::{Date, Duration, Period, TimeZone};

plain! {
    /// Who the programme is for, what it covers, how often it is renewed and who approves it.
    pub struct Organization {
        /// The name of the organization.
        pub name: String,
        /// What the organization does, in a sentence or two.
        pub summary: Option<String>,
        /// What the programme covers and what it leaves out.
        pub scope: Option<Scope>,
        /// The time zone of the organization, by its IANA name.
        pub time_zone: Option<TimeZone>,
        /// The one team, role or person that owns the continuity control.
        pub control_owner: Option<PartyId>,
        /// Who supports the owner, and for which sites.
        #[serde(default)]
        pub supporting_owners: Vec<SupportingOwner>,
        /// Who in senior management approves the consolidated plan.
        pub approval: Option<ApprovalRule>,
        /// How often the plan is reviewed, approved, communicated and tested.
        pub cadences: Option<Cadences>,
        /// How many drills one person takes part in in one month at most. A person can say it for
        /// themselves; as many as are planned, when left out.
        pub drills_per_month_max: Option<u32>,
        /// How many copies of the data of a system have to be proven that are independent of each
        /// other: in a repository, at a site and with a credential of their own. A system is as
        /// good as the last of them. One, when left out; a system can say it for itself.
        pub independent_copies: Option<u32>,
        /// Public holidays on which nobody can be counted on. With Saturdays and Sundays they are
        /// the calendar of every schedule that names no other.
        #[serde(default)]
        pub holidays: Vec<Holiday>,
        /// Times in which nothing may be tested or changed.
        #[serde(default)]
        pub blackouts: Vec<Blackout>,
        /// How long it takes to notice a disruption. Counts against every objective.
        pub detection: Option<Duration>,
        /// How long it takes to declare a disruption once noticed. Counts against every objective.
        pub declaration: Option<Duration>,
        /// What counts as an incident while a drill lasts, for every drill that does not say it
        /// itself.
        pub incidents: Option<IncidentPolicy>,
        /// Who is told what by Mainstay itself, and by which channel.
        #[serde(default)]
        pub notices: Vec<Notice>,
        /// How people answer what Mainstay tells them. By a command, when left out.
        pub answers: Option<Answers>,
        /// Words of one's own in which they are told it.
        #[serde(default)]
        pub wording: Vec<Wording>,
        /// Who may activate the plan, in order of succession.
        #[serde(default)]
        pub activation_authority: Vec<PartyId>,
        /// Classes of disruption beside the built-in ones.
        #[serde(default)]
        pub disruption_classes: Vec<DisruptionClass>,
        /// The control frameworks the programme answers to.
        #[serde(default)]
        pub frameworks: Vec<Framework>,
        /// What the plan takes for granted.
        #[serde(default)]
        pub assumptions: Vec<String>,
        /// Whether insurance against disruption was considered, and what came of it.
        pub insurance: Option<String>,
        /// Where the plan is kept, so that it can be read when much else is down.
        #[serde(default)]
        pub distribution: Vec<Distribution>,
        /// How the organization returns to normal after the recovery.
        pub reconstitution: Option<Reconstitution>,
        /// What was done about the plan so far: reviews, approvals, tests.
        #[serde(default)]
        pub history: Vec<HistoryEntry>,
        /// Documents that belong to the plan, such as the control issue or related plans.
        #[serde(default)]
        pub references: Vec<Reference>,
        /// Sections of the document that do not apply, each with the reason.
        #[serde(default)]
        pub not_applicable: Vec<NotApplicable>,
    }

    /// What the programme covers and what it leaves out.
    pub struct Scope {
        /// What is covered, such as products, environments and processes.
        #[serde(rename = "in", default)]
        pub included: Vec<String>,
        /// What is left out, each with the reason.
        #[serde(rename = "out", default)]
        pub excluded: Vec<Exclusion>,
    }

    /// Something the programme leaves out.
    pub struct Exclusion {
        /// What is left out.
        pub what: String,
        /// Why it is left out.
        pub reason: Option<String>,
    }

    /// Who supports the control owner, and for which sites.
    pub struct SupportingOwner {
        /// The team, role or person.
        pub owner: PartyId,
        /// The sites and environments it supports.
        #[serde(default)]
        pub sites: Vec<SiteId>,
    }

    /// Who approves the consolidated plan, and how many of them it takes.
    pub struct ApprovalRule {
        /// How many approvals make the plan approved. Everybody, when left out.
        pub quorum: Option<u32>,
        /// Who approves, in this order.
        #[serde(default)]
        pub approvers: Vec<Approver>,
    }

    /// One who approves the consolidated plan.
    pub struct Approver {
        /// The person.
        pub person: PersonId,
        /// The office they sign for, such as `Chief Executive Officer`.
        pub signs_as: Option<String>,
        /// Who signs when the person cannot.
        pub deputy: Option<PersonId>,
    }

    /// How often things are due. A cadence is a period such as `P6M`, never a word.
    pub struct Cadences {
        /// How often the plan is reviewed; `P6M` reads "biannually" in the stricter sense.
        pub review: Option<Period>,
        /// How often management approves the plan.
        pub approval: Option<Period>,
        /// How often the plan is communicated to everybody it names.
        pub communication: Option<Period>,
        /// How often the plan is tested by a drill.
        pub drill: Option<Period>,
        /// How often the additional full local backup of all servers and data is tested.
        pub full_backup_test: Option<Period>,
        /// How often contact details are verified.
        pub contact_verification: Option<Period>,
    }

    /// A public holiday.
    pub struct Holiday {
        /// The day.
        pub date: Date,
        /// Its name, as people say it.
        pub name: String,
    }

    /// A time in which nothing may be tested or changed.
    pub struct Blackout {
        /// What it is called, such as `year-end close`.
        pub name: String,
        /// The first day.
        pub from: Date,
        /// The last day.
        pub to: Date,
        /// Why nothing may be touched then.
        pub reason: Option<String>,
    }

    /// A class of disruption beside the built-in ones.
    pub struct DisruptionClass {
        /// Its id: how all plans refer to it. Letters, digits and `-`, `_`, `.`, `+`.
        pub id: DisruptionClassId,
        /// Its name, as people say it.
        pub name: String,
    }

    /// A control framework and the criteria of it that the programme answers to.
    pub struct Framework {
        /// The framework, such as `SOC 2`.
        pub name: String,
        /// The criteria, such as `A1.2`.
        #[serde(default)]
        pub criteria: Vec<String>,
    }

    /// One place where the plan is kept.
    pub struct Distribution {
        /// Where, such as `printed, sealed envelope at reception`.
        pub place: String,
        /// Who keeps it current there.
        pub keeper: Option<PartyId>,
        /// The system it is kept on, if any; it may be down when the plan is needed.
        pub system: Option<SystemId>,
    }

    /// How the organization returns to normal after the recovery.
    pub struct Reconstitution {
        /// How it is shown that the data is right.
        pub data_validation: Option<String>,
        /// How it is shown that everything works.
        pub function_test: Option<String>,
        /// Who declares the recovery complete, and on what grounds.
        pub declaration: Option<String>,
        /// How users are told.
        pub notification: Option<String>,
        /// What is cleaned up.
        pub cleanup: Option<String>,
        /// How backups are taken again and returned off site.
        pub backup: Option<String>,
        /// What is written down, and where.
        pub documentation: Option<String>,
    }

    /// Something that was done about the plan.
    pub struct HistoryEntry {
        /// What was done.
        pub what: HistoryKind,
        /// On which day.
        pub on: Date,
        /// Who did it.
        pub by: PartyId,
        /// What came of it, or which version of the plan it was about.
        pub note: Option<String>,
        /// Where the proof is kept, such as a ticket.
        pub evidence: Option<String>,
    }

    /// A document that belongs to the plan.
    pub struct Reference {
        /// What it is.
        pub title: String,
        /// Where it is.
        pub url: Option<String>,
        /// Whether it may be published.
        #[serde(default)]
        pub visibility: Visibility,
    }

    /// A section of the document that does not apply.
    pub struct NotApplicable {
        /// The section, by the name of the key that would fill it, such as `insurance`.
        pub section: String,
        /// Why it does not apply.
        pub reason: String,
    }
}

impl Organization {
    /// The time in which nothing may be tested or changed that a day falls into.
    pub fn blackout(&self, day: Date) -> Option<&Blackout> {
        let mut blackouts = self.blackouts.iter();
        blackouts.find(|it| (it.from..=it.to).contains(&day))
    }

    /// Whether the plan is to have a section, by the name of the key that fills it.
    pub fn applies(&self, section: &str) -> bool {
        !self
            .not_applicable
            .iter()
            .any(|left_out| left_out.section == section)
    }
}

words! {
    /// The kinds of thing that are done about a plan.
    pub enum HistoryKind {
        /// The plan was reviewed.
        Review = "review",
        /// Management approved the plan.
        Approval = "approval",
        /// The plan was communicated to the people it names.
        Communication = "communication",
        /// A drill was completed.
        Drill = "drill",
        /// The additional full local backup was restored and checked.
        FullBackupTest = "full backup test",
        /// The plan was changed.
        Change = "change",
    }
}

/// The disruption classes every organization has, with their names.
///
/// The list follows DORA RTS 2024/1774 Art. 26(2) and what BC.1.01 names as triggers, from a
/// malicious breach to a global data-centre disruption.
pub const DISRUPTION_CLASSES: [(&str, &str); 12] = [
    ("cyber-attack", "Cyber attack or malicious breach"),
    (
        "system-failure",
        "Failure of a system, of its data or of communications",
    ),
    ("data-corruption", "Loss or corruption of data"),
    ("vendor-failure", "Failure or insolvency of a vendor"),
    ("site-loss", "Loss of premises or of a data centre"),
    (
        "region-loss",
        "Loss of a region or of every data centre in it",
    ),
    ("people-unavailable", "People not available"),
    (
        "natural-event",
        "Climate, natural event, pandemic or physical attack",
    ),
    ("insider", "Attack by an insider"),
    ("political-instability", "Political or social instability"),
    ("power-outage", "Power outage"),
    ("network-outage", "Network outage"),
];
