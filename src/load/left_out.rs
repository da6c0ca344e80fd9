//! What a finding says is missing may be there, but not understood: then it points at both.

use std::collections::HashMap;

use super::document::Removed;
use super::source::Sources;
use crate::finding::{Finding, Place, Seg, Spot};
use crate::model::Origin;

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

impl Sources {
    /// What was left out of items because it was not understood, where that matters: each as a
    /// sentence that says where.
    pub fn left_out(&self, matters: impl Fn(Origin, &str) -> bool) -> Vec<String> {
        let removed = self.files().iter().flat_map(|source| &source.removed);
        let removed = removed.filter(|part| matters(part.at, &part.key));
        let told = removed.map(|part| {
            let source = &self.files()[part.at.file as usize];
            let before = source.text.get(..part.span.0 as usize).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            format!(
                "`{}` in line {line} of `{}` cannot be understood; `mainstay check` says why",
                part.key, source.path
            )
        });
        told.collect()
    }
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
