//! Every figure of a programme under one key: what was declared, measured or computed.
//!
//! Documents ask for a figure by its key and show it; [`super::verify`] compares what they show
//! with this list. A figure is never typed twice, so a document cannot contradict its model.

use std::collections::BTreeMap;

use crate::finding::{Finding, Place, Severity};
use crate::graph::{Analysis, Ix, Recorded};
use crate::model::*;
use crate::proof::{Level, Verified};
use crate::record::Record;
use crate::render::proof::{Coverage, Loss, took};
use crate::time::{Date, Duration};

/// A figure and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// How much, in the unit.
    pub value: u64,
    /// What is counted.
    pub unit: Unit,
    /// Where it was written, when somebody wrote it.
    pub place: Option<Place>,
    /// How it came to be, when nobody wrote it, or what is to be said about it beside the place.
    pub how: Option<String>,
    /// Whether management has agreed, where that is asked for.
    pub approval: Option<Approval>,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Time,
    /// Things.
    Count,
}

impl Fact {
    /// As people read it.
    pub fn text(&self) -> String {
        match self.unit {
            Unit::Time => Duration::seconds(self.value).words(),
            Unit::Count => self.value.to_string(),
        }
    }
}

/// Every figure by its key, such as `function.checkout.rto`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    list: BTreeMap<String, Fact>,
}

impl Facts {
    /// Gathers the figures of a programme and of what was computed and found on it.
    pub fn new(programme: &Programme, analysis: &Analysis, findings: &[Finding]) -> Self {
        let mut facts = Facts::default();
        facts.organization(programme);
        programme.tiers.iter().for_each(|tier| facts.tier(tier));
        programme
            .functions
            .iter()
            .for_each(|function| facts.function(function));
        programme
            .systems
            .iter()
            .for_each(|system| facts.system(system));
        programme
            .vendors
            .iter()
            .for_each(|vendor| facts.vendor(vendor));
        programme
            .procedures
            .iter()
            .for_each(|procedure| facts.procedure(procedure));
        programme
            .backups
            .iter()
            .for_each(|backup| facts.backup(backup));
        facts.messages(programme);
        facts.computed(analysis);
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let open = findings
                .iter()
                .filter(|f| f.counts() && f.severity == severity);
            facts.count(format!("findings.{}", severity.word()), open.count());
        }
        facts.count(
            "findings.accepted".into(),
            findings.iter().filter(|f| !f.counts()).count(),
        );
        facts
    }

    /// Adds what verifications of backups show on a day, and how much of the data that covers.
    pub fn proof(&mut self, programme: &Programme, record: &Record, today: Date) {
        for backup in &programme.backups {
            let Some(standing) = record.standing(programme, backup, today) else {
                continue;
            };
            let key = |name: &str| format!("backup.{}.{name}", backup.id);
            let Verified { id, day, .. } = standing.by;
            self.count(key("level"), usize::from(standing.level.number()));
            let how = format!("measured on {day} in verification {id}");
            self.computed_one(key("took"), took(&standing), how);
            let Some(loss) = Loss::of(&standing) else {
                continue;
            };
            let how = format!("{} on {day} in verification {id}", loss.by());
            self.computed_one(key("loss"), Some(loss.time()), how);
        }
        let coverage = Coverage::new(programme, record, today);
        if coverage.rows.is_empty() {
            return;
        }
        self.count("coverage.systems".into(), coverage.rows.len());
        self.count(
            "coverage.validated".into(),
            coverage.proven_at(Level::Validated),
        );
        self.count(
            "coverage.restored".into(),
            coverage.proven_at(Level::Restored),
        );
        self.count("coverage.said".into(), coverage.only_said());
        self.count("coverage.without-way".into(), coverage.without_way());
    }

    /// The figure under a key.
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.list.get(key)
    }

    /// Every key with its figure, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.list.iter().map(|(key, fact)| (key.as_str(), fact))
    }

    fn declared(&mut self, key: String, time: Option<Duration>, place: Place) {
        let Some(time) = time else { return };
        let fact = Fact {
            value: time.as_seconds(),
            unit: Unit::Time,
            place: Some(place),
            how: None,
            approval: None,
        };
        self.list.insert(key, fact);
    }

    /// An objective: declared, and proposed until management has agreed.
    fn objective(&mut self, key: String, time: Option<Duration>, place: Place) {
        self.declared(key.clone(), time, place);
        if let Some(fact) = self.list.get_mut(&key) {
            fact.approval = Some(Approval::Proposed);
        }
    }

    fn measured(&mut self, key: String, measured: Option<&Measured>, place: Place) {
        let Some(measured) = measured else { return };
        self.declared(key.clone(), Some(measured.took), place);
        if let Some(fact) = self.list.get_mut(&key) {
            fact.how = Some(format!("measured on {}", measured.on));
        }
    }

    fn organization(&mut self, programme: &Programme) {
        let Some(organization) = &programme.organization else {
            return;
        };
        let at = organization.at;
        let (detection, declaration) = (organization.detection, organization.declaration);
        self.declared(
            "organization.detection".into(),
            detection,
            at.key("detection"),
        );
        self.declared(
            "organization.declaration".into(),
            declaration,
            at.key("declaration"),
        );
    }

    fn tier(&mut self, tier: &Item<Tier>) {
        let (key, at) = (|name: &str| format!("tier.{}.{name}", tier.id), tier.at());
        self.declared(key("rto"), tier.rto.map(|rto| rto.0), at.key("rto"));
        self.declared(key("rpo"), tier.rpo.map(|rpo| rpo.0), at.key("rpo"));
    }

    fn function(&mut self, function: &Item<Function>) {
        let key = |name: &str| format!("function.{}.{name}", function.id);
        let f: &Function = function;
        let at = |same: &dyn Fn(&Function) -> bool| function.at_where(same);
        let mtpd_at = at(&|d| d.mtpd == f.mtpd).key("mtpd");
        self.declared(key("mtpd"), f.mtpd.map(|t| t.0), mtpd_at);
        self.objective(
            key("rto"),
            f.rto.map(|t| t.0),
            at(&|d| d.rto == f.rto).key("rto"),
        );
        self.objective(
            key("rpo"),
            f.rpo.map(|t| t.0),
            at(&|d| d.rpo == f.rpo).key("rpo"),
        );
        self.declared(
            key("wrt"),
            f.wrt.map(|t| t.0),
            at(&|d| d.wrt == f.wrt).key("wrt"),
        );
        for (i, peak) in f.peaks.iter().enumerate() {
            let place = at(&|d| d.peaks == f.peaks).key("peaks").index(i).key("rto");
            self.objective(key(&format!("peak.{i}.rto")), peak.rto.map(|t| t.0), place);
        }
        let holds = f
            .workaround
            .as_ref()
            .and_then(|workaround| workaround.holds);
        let place = at(&|d| d.workaround == f.workaround)
            .key("workaround")
            .key("holds");
        self.declared(key("workaround.holds"), holds, place);
        let at = at(&|d| d.bia == f.bia);
        let impacts = f.bia.iter().flat_map(|bia| bia.impacts.iter().enumerate());
        for (i, impact) in impacts {
            let list = at.key("bia").key("impacts").index(i).key("over-time");
            for (j, point) in impact.over_time.iter().enumerate() {
                let place = list.clone().index(j).key("after");
                self.declared(key(&format!("impact.{i}.{j}")), Some(point.after), place);
            }
        }
    }

    fn system(&mut self, system: &Item<System>) {
        let key = |name: &str| format!("system.{}.{name}", system.id);
        let s: &System = system;
        let at = |same: &dyn Fn(&System) -> bool| system.at_where(same);
        self.objective(
            key("rto"),
            s.rto.map(|t| t.0),
            at(&|d| d.rto == s.rto).key("rto"),
        );
        self.objective(
            key("rpo"),
            s.rpo.map(|t| t.0),
            at(&|d| d.rpo == s.rpo).key("rpo"),
        );
        for (i, class) in s.per_class.iter().enumerate() {
            let name = |what: &str| key(&format!("class.{}.{what}", class.class));
            let place = at(&|d| d.per_class == s.per_class)
                .key("per-class")
                .index(i);
            self.objective(
                name("rto"),
                class.rto.map(|t| t.0),
                place.clone().key("rto"),
            );
            self.objective(name("rpo"), class.rpo.map(|t| t.0), place.key("rpo"));
        }
        let Some(recovery) = &s.recovery else { return };
        let place = at(&|d| d.recovery == s.recovery).key("recovery");
        self.declared(key("likely"), recovery.likely, place.clone().key("likely"));
        self.declared(key("worst"), recovery.worst, place.clone().key("worst"));
        self.measured(
            key("measured"),
            recovery.measured.as_ref(),
            place.key("measured"),
        );
    }

    fn vendor(&mut self, vendor: &Item<Vendor>) {
        let key = |name: &str| format!("vendor.{}.{name}", vendor.id);
        let at = vendor.at();
        let place = at.key("restores-within");
        self.declared(key("restores-within"), vendor.restores_within, place);
        for (i, step) in vendor.escalation.iter().enumerate() {
            let place = at.key("escalation").index(i).key("after");
            self.declared(key(&format!("escalation.{i}")), Some(step.after), place);
        }
    }

    fn procedure(&mut self, procedure: &Item<Procedure>) {
        for (i, step) in procedure.steps.iter().enumerate() {
            let key = format!("procedure.{}.{i}", procedure.id);
            let place = procedure.at().key("steps").index(i).key("expected");
            self.declared(key, step.expected, place);
        }
    }

    fn backup(&mut self, backup: &Item<Backup>) {
        let (key, at) = (
            |name: &str| format!("backup.{}.{name}", backup.id),
            backup.at(),
        );
        self.declared(key("every"), backup.every, at.key("every"));
        self.measured(
            key("restored"),
            backup.restored.as_ref(),
            at.key("restored"),
        );
    }

    fn messages(&mut self, programme: &Programme) {
        for scenario in &programme.scenarios {
            let key = format!("scenario.{}.lasts", scenario.id);
            self.declared(key, scenario.lasts, scenario.at().key("lasts"));
        }
        for message in &programme.communications {
            let key = |name: &str| format!("communication.{}.{name}", message.id);
            self.declared(key("within"), message.within, message.at().key("within"));
            self.declared(key("every"), message.every, message.at().key("every"));
        }
    }

    fn computed(&mut self, analysis: &Analysis) {
        let graph = &analysis.graph;
        for node in graph.all() {
            let key = |name: &str| format!("{}.{}.{name}", graph.kind(node).word(), graph.id(node));
            let chain = analysis.objectives.critical_path(node);
            let back = analysis.objectives.back_at[node.at()];
            self.computed_one(key("back"), Some(back), chain_words(analysis, &chain));
            for (name, actual) in [("rta", graph.rta(node)), ("rpa", graph.rpa(node))] {
                let how = actual.map(Recorded::words).unwrap_or_default();
                self.computed_one(key(name), actual.map(|actual| actual.time), how);
            }
            match graph.kind(node) {
                Kind::Function => self.computed_function(analysis, node, &key),
                _ => self.computed_system(analysis, node, &key),
            }
        }
    }

    fn computed_function(&mut self, analysis: &Analysis, node: Ix, key: &dyn Fn(&str) -> String) {
        let shared = analysis.capacity.back_at(&analysis.order, node);
        let how = "computed with the people and links that recoveries share".to_owned();
        self.computed_one(key("shared"), Some(shared), how);
        let reach = analysis.rpo.reach(&analysis.order, node);
        let store =
            |at: Option<(Duration, Ix)>| at.map_or("", |(_, store)| analysis.graph.name(store));
        let lost = reach.worst().and_then(|(_, store)| {
            let lost = analysis.rpo.broken(&analysis.graph, store)?;
            Some(format!(", {}", lost.words()))
        });
        let how = format!(
            "set by {}{}",
            store(reach.worst()),
            lost.unwrap_or_default()
        );
        self.computed_one(key("loss"), reach.effective(), how);
        let how = format!("between {} and {}", store(reach.least), store(reach.most));
        self.computed_one(key("skew"), reach.skew(), how);
    }

    fn computed_system(&mut self, analysis: &Analysis, node: Ix, key: &dyn Fn(&str) -> String) {
        let (graph, objectives) = (&analysis.graph, &analysis.objectives);
        let setter = objectives.due_chain(node);
        let setter = setter.last().map_or("", |last| graph.name(*last));
        let own = objectives.own[node.at()];
        self.computed_one(
            key("due"),
            objectives.due[node.at()],
            format!("set by {setter}"),
        );
        self.computed_one(
            key("excess"),
            objectives.excess(node),
            "computed".to_owned(),
        );
        self.computed_one(
            key("budget"),
            objectives.budget(node),
            "computed".to_owned(),
        );
        self.computed_one(key("own"), Some(own.time), graph.own_words(node, own.basis));
    }

    fn computed_one(&mut self, key: String, time: Option<Duration>, how: String) {
        let Some(time) = time else { return };
        let fact = Fact {
            value: time.as_seconds(),
            unit: Unit::Time,
            place: None,
            how: Some(how),
            approval: None,
        };
        self.list.insert(key, fact);
    }

    fn count(&mut self, key: String, value: usize) {
        let fact = Fact {
            value: value as u64,
            unit: Unit::Count,
            place: None,
            how: Some("counted".to_owned()),
            approval: None,
        };
        self.list.insert(key, fact);
    }
}

/// How many of the recoveries on a chain were measured, and how many nobody stated.
fn chain_words(analysis: &Analysis, chain: &[Ix]) -> String {
    use crate::graph::objectives::Basis;
    let own: Vec<_> = chain
        .iter()
        .map(|node| analysis.objectives.own[node.at()].basis)
        .collect();
    let real = own.iter().filter(|basis| **basis != Basis::None).count();
    let measured = own
        .iter()
        .filter(|basis| basis.measured_on().is_some())
        .count();
    format!("computed along {real} recoveries, {measured} of them measured")
}
