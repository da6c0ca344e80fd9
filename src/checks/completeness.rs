//! What a whole plan has, less what the organization says does not apply to it.

use std::collections::BTreeSet;

use schemars::schema_for;

use super::Context;
use crate::model::{Cadences, Declared, Document, Kind, Organization, Programme};

/// The organization, when its plan is to have a section.
///
/// It need not where nobody states the organization, which is `no-organization`'s business, and
/// where `not-applicable` says why there is no such section.
pub fn expects<'a>(context: &Context<'a>, section: &str) -> Option<&'a Declared<Organization>> {
    let organization = context.programme.organization.as_ref()?;
    organization.applies(section).then_some(organization)
}

/// Whether anything of a kind is declared, be it something that could not be read.
pub fn declares(programme: &Programme, kind: Kind) -> bool {
    let lost = programme.unreadable.iter().any(|(lost, _)| *lost == kind);
    lost || !programme.ids(kind).is_empty()
}

/// Whether somebody wrote something: white space alone is nothing.
pub fn written(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

/// The sections that can be left out: the keys of a file, of the organization and of its cadences.
pub fn sections() -> BTreeSet<String> {
    let schemas = [
        schema_for!(Document),
        schema_for!(Organization),
        schema_for!(Cadences),
    ];
    let keys = schemas.iter().flat_map(|schema| {
        let properties = schema
            .get("properties")
            .and_then(|properties| properties.as_object());
        properties
            .into_iter()
            .flat_map(|properties| properties.keys())
    });
    keys.cloned().collect()
}
