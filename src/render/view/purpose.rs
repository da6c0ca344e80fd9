//! Why the plan exists, what it covers and what it takes for granted.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::value::Figure;
use super::{Part, Section, shown};
use crate::model::{Exclusion, Visibility};

pub const SECTION: Section = Section {
    id: "purpose",
    title: "Purpose, scope and assumptions",
    part: Part::Plan,
    visibility: Visibility::Public,
    serves: &[
        "BC-12",
        "BC-13",
        "SP 800-34 1",
        "ISO 22301 4.3",
        "ISO 22301 8.4.4",
    ],
    keys: &["scope", "assumptions"],
    missing: "No file states the organization. Write `organization` in `mainstay.yaml`, with its \
              scope and assumptions.",
    build,
};

#[derive(Serialize)]
struct Purpose {
    organization: String,
    summary: Option<String>,
    included: Vec<String>,
    excluded: Vec<Exclusion>,
    assumptions: Vec<String>,
    detection: Option<Figure>,
    declaration: Option<Figure>,
    insurance: Option<String>,
    inside: bool,
}

fn build(context: &Context) -> Option<Value> {
    let organization = context.organization()?;
    let scope = organization.scope.as_ref();
    let inside = !context.public();
    Some(shown(Purpose {
        organization: organization.name.clone(),
        summary: organization.summary.clone(),
        included: scope.map_or_else(Vec::new, |scope| scope.included.clone()),
        excluded: scope.map_or_else(Vec::new, |scope| scope.excluded.clone()),
        assumptions: organization
            .assumptions
            .iter()
            .filter(|_| inside)
            .cloned()
            .collect(),
        detection: context.figure("organization.detection").filter(|_| inside),
        declaration: context
            .figure("organization.declaration")
            .filter(|_| inside),
        insurance: organization.insurance.clone().filter(|_| inside),
        inside,
    }))
}
