//! What a finding says is missing may be there, but not understood: then it points at both. No
//! drill begins that is made of such parts.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Loaded;
use super::document::Removed;
use super::source::{Source, Sources};
use crate::finding::{Finding, Place, Seg, Severity, Spot};
use crate::id::{BackupId, ChannelId, ProcedureId};
use crate::model::{Drill, Kind, Origin, Programme};

/// What is said of a part that was left out, where a finding may be due to it.
const NOTE: &str = "this could not be read, so it was not counted";

/// Has each finding about an item, or about a key of it, point at what was left out there.
pub fn point_at_left_out(sources: &Sources, findings: &mut [Finding]) {
    let mut left_out: HashMap<Origin, Vec<&Removed>> = HashMap::new();
    for removed in sources.files().iter().flat_map(|source| &source.removed) {
        left_out.entry(removed.at).or_default().push(removed);
    }
    if left_out.is_empty() {
        return;
    }
    for finding in findings {
        let Some((item, key)) = finding.place.as_ref().and_then(item) else {
            continue;
        };
        let parts = left_out.get(&item).into_iter().flatten();
        for part in parts.filter(|part| key.is_none_or(|key| key == part.key)) {
            let place = Place::span(item.file, part.span.0, part.span.1);
            finding.related.push((place, NOTE.to_owned()));
        }
    }
}

impl Loaded {
    /// Why something else would be done or measured in a drill than is written, each as a sentence:
    /// what is wrong in itself and in its procedures, and in what its locks follow from.
    pub fn misunderstood(&self, drill: &Drill) -> Vec<String> {
        let procedures = procedures(&self.programme, drill);
        let is_part = |kind, id: &str| match kind {
            Kind::Drill => id == drill.id.as_str(),
            Kind::Procedure => procedures.contains(id),
            _ => false,
        };
        self.wrong_in(&[Kind::Drill, Kind::Procedure], is_part, |part| {
            ["functions", "systems"].contains(&part.at.section) && part.key == "depends-on"
        })
    }

    /// Why a backup would be verified in another way than is written, each as a sentence.
    pub fn misunderstood_backup(&self, id: &BackupId) -> Vec<String> {
        let is_part = |kind, of: &str| kind == Kind::Backup && of == id.as_str();
        self.wrong_in(&[Kind::Backup], is_part, |_| false)
    }

    /// Why messages would go another way than is written, each as a sentence.
    pub fn misunderstood_channel(&self, id: &ChannelId) -> Vec<String> {
        let is_part = |kind, of: &str| kind == Kind::Channel && of == id.as_str();
        self.wrong_in(&[Kind::Channel], is_part, |_| false)
    }

    /// Whether a backup states this key, but not in a way that is understood.
    pub fn is_left_out(&self, id: &BackupId, key: &str) -> bool {
        let origins = self.programme.origins(Kind::Backup).into_iter();
        let own = origins.filter(|(of, _)| *of == id.as_str());
        let own: HashSet<Origin> = own.map(|(_, at)| at).collect();
        let mut parts = self.sources.files().iter().flat_map(|it| &it.removed);
        parts.any(|part| own.contains(&part.at) && part.key == key)
    }

    /// What is wrong in some items, and what else was left out that counts.
    fn wrong_in(
        &self,
        kinds: &[Kind],
        is_part: impl Fn(Kind, &str) -> bool,
        counts: impl Fn(&Removed) -> bool,
    ) -> Vec<String> {
        let origins = kinds.iter().flat_map(|kind| {
            let origins = self.programme.origins(*kind).into_iter();
            origins.filter(|(id, _)| is_part(*kind, id))
        });
        let origins: HashSet<Origin> = origins.map(|(_, at)| at).collect();
        let sources = self.sources.files().iter();
        let left_out = sources.flat_map(|source| {
            let parts = source.removed.iter();
            let parts = parts.filter(|part| origins.contains(&part.at) || counts(part));
            parts.map(|part| told(source, part))
        });
        let wrong = self.findings.iter().filter(|finding| {
            let subject = finding.subject.as_ref();
            let is_part = subject.is_some_and(|it| is_part(it.kind, &it.id));
            finding.severity == Severity::Error && is_part
        });
        let wrong = wrong.map(|finding| finding.message.clone());
        left_out.chain(wrong).collect()
    }
}

/// The ids of the procedures of a drill, and of those within them.
fn procedures<'p>(programme: &'p Programme, drill: &'p Drill) -> BTreeSet<&'p str> {
    let mut open: Vec<&ProcedureId> = drill.procedures_in(programme).iter().collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if let Some(procedure) = programme.procedures.get(id.as_str())
            && found.insert(id.as_str())
        {
            let steps = procedure.steps.iter();
            open.extend(steps.filter_map(|step| step.run_procedure.as_ref()));
        }
    }
    found
}

fn told(source: &Source, part: &Removed) -> String {
    let before = source.text.get(..part.span.0 as usize).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    format!(
        "`{}` in line {line} of `{}` cannot be understood; `mainstay check` says why",
        part.key, source.path
    )
}

/// The item that a place is or lies in, and the key of it that the place is or is below.
fn item(place: &Place) -> Option<(Origin, Option<&'static str>)> {
    let Spot::Route(document, route) = &place.spot else {
        return None;
    };
    let (section, index, rest) = match route.as_slice() {
        [Seg::Key(section), Seg::Index(index), rest @ ..] => (section, Some(*index), rest),
        [Seg::Key(section), rest @ ..] => (section, None, rest),
        _ => return None,
    };
    let item = Origin {
        file: place.file,
        document: *document,
        section,
        index,
    };
    match rest {
        [] => Some((item, None)),
        [Seg::Key(key), ..] => Some((item, Some(key))),
        [Seg::Index(_), ..] => None,
    }
}
