//! What every section looks at: the input, the figures with their places, and who reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::value::{Figure, Proof};
use super::{Input, calendar};
use crate::finding::Place;
use crate::graph::{Analysis, Graph, Ix, Recorded};
use crate::model::*;
use crate::render::facts::{Fact, Facts};
use crate::time::Date;

/// What every section looks at.
pub struct Context<'a> {
    /// What the document is made of.
    pub input: &'a Input<'a>,
    /// Everything the plans say.
    pub programme: &'a Programme,
    /// What was computed on it.
    pub analysis: &'a Analysis<'a>,
    /// The day the document speaks of.
    pub today: Date,
    /// The one person the document is for, if it is for one.
    pub only: Option<&'a Item<Person>>,
    /// Every figure by its key.
    pub facts: Facts,
    places: BTreeMap<Place, String>,
    sections: OnceLock<BTreeMap<&'static str, bool>>,
}

impl<'a> Context<'a> {
    /// Gathers the figures and finds the line of each.
    pub fn new(input: &'a Input<'a>, person: Option<&'a Item<Person>>) -> Self {
        let programme = &input.loaded.programme;
        let today = Date(input.now.date_naive());
        let mut facts = Facts::new(programme, input.analysis, input.findings);
        facts.proof(programme, input.record, today);
        let places = places(input, &facts);
        Context {
            input,
            programme,
            analysis: input.analysis,
            today,
            only: person,
            facts,
            places,
            sections: OnceLock::new(),
        }
    }

    /// Tells which sections the document has, and whether each shows something.
    pub fn know_sections(&self, sections: impl Iterator<Item = (&'static str, bool)>) {
        self.sections.get_or_init(|| sections.collect());
    }

    /// Whether the document has a section, and whether it shows something; `None` where it has
    /// none, or before that is known.
    pub fn section_shows(&self, id: &str) -> Option<bool> {
        self.sections.get()?.get(id).copied()
    }

    /// How many files could not be read to their end; what they declare is nowhere in the document.
    pub fn unread(&self) -> usize {
        self.input.loaded.unread().len()
    }

    /// Whether everybody may read the document.
    pub fn public(&self) -> bool {
        self.input.visibility == Visibility::Public
    }

    /// Whether something may be shown to those who read the document.
    pub fn may_show(&self, visibility: Visibility) -> bool {
        !self.public() || visibility == Visibility::Public
    }

    /// The organization, if any file states it.
    pub fn organization(&self) -> Option<&'a Organization> {
        self.programme
            .organization
            .as_ref()
            .map(|declared| &declared.value)
    }

    /// The figure under a key, if there is such a figure.
    pub fn figure(&self, key: &str) -> Option<Figure> {
        let fact = self.facts.get(key)?;
        Some(Figure {
            fact: key.to_owned(),
            value: fact.value,
            text: fact.text(),
            basis: (!self.public()).then(|| self.basis(fact)),
            state: fact.approval.as_ref().map(Approval::words),
        })
    }

    /// How long the recovery of a function or system took in its last run; not in public.
    pub fn recovered(&self, kind: Kind, id: &str) -> Option<Proof> {
        self.proof((kind, id), "rta", Graph::rta)
    }

    /// How much data its last run lost; not in public.
    pub fn lost(&self, kind: Kind, id: &str) -> Option<Proof> {
        self.proof((kind, id), "rpa", Graph::rpa)
    }

    fn proof(
        &self,
        (kind, id): (Kind, &str),
        what: &str,
        actual: impl Fn(&'a Graph<'a>, Ix) -> Option<&'a Recorded>,
    ) -> Option<Proof> {
        if self.public() {
            return None;
        }
        let graph = &self.analysis.graph;
        let node = graph.find(id).filter(|node| graph.kind(*node) == kind)?;
        let recorded = actual(graph, node)?;
        Some(Proof {
            figure: self.figure(&format!("{}.{id}.{what}", kind.word()))?,
            age: calendar::ago(recorded.on, self.today),
        })
    }

    fn basis(&self, fact: &Fact) -> String {
        let place = fact.place.as_ref().map(|place| self.at(place));
        match (&fact.how, place) {
            (Some(how), Some(place)) => format!("{how}, {place}"),
            (Some(how), None) => how.clone(),
            (None, Some(place)) => format!("declared at {place}"),
            (None, None) => "not stated where".to_owned(),
        }
    }

    /// A place as `file:line`.
    pub fn at(&self, place: &Place) -> String {
        let known = self.places.get(place);
        known
            .cloned()
            .unwrap_or_else(|| self.input.loaded.sources.path(place.file).to_owned())
    }

    /// Where a thing was first written, as `file:line`.
    pub fn at_origin(&self, origin: Origin) -> String {
        self.at(&origin.place())
    }
}

/// The line of every place that the document names; each file is read once.
fn places(input: &Input, facts: &Facts) -> BTreeMap<Place, String> {
    let mut wanted: BTreeSet<Place> = facts.iter().filter_map(|(_, f)| f.place.clone()).collect();
    for finding in input.findings {
        wanted.extend(finding.place.clone());
        wanted.extend(finding.related.iter().map(|(place, _)| place.clone()));
    }
    for kind in Kind::ALL {
        let origins = input.loaded.programme.origins(*kind);
        wanted.extend(origins.into_iter().map(|(_, origin)| origin.place()));
    }
    let located = input.loaded.sources.locate(&wanted);
    let shown = located.into_iter().map(|(place, at)| {
        let text = match place.spot {
            crate::finding::Spot::File => at.source.path.clone(),
            _ => format!("{}:{}", at.source.path, at.start.line),
        };
        (place.clone(), text)
    });
    // Sorted again, since it came from a hash map.
    let sorted: BTreeMap<Place, String> = shown.collect();
    sorted
}
