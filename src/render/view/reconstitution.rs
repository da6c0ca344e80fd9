//! How the organization returns to normal after the recovery.

use serde::Serialize;
use serde_json::Value;

use super::context::Context;
use super::{Part, Section, shown};
use crate::model::{Reconstitution, Visibility};

pub const SECTION: Section = Section {
    id: "reconstitution",
    title: "Return to normal",
    part: Part::Plan,
    visibility: Visibility::Internal,
    serves: &["SP 800-34 5", "ISO 22301 8.4.5", "DORA 26(1)", "CC7.5"],
    keys: &["reconstitution"],
    missing: "Nobody has said how to return to normal. Write `organization.reconstitution` in \
              `mainstay.yaml`: validation, test, declaration, notification, clean-up, backup and \
              documentation.",
    build,
};

#[derive(Serialize)]
struct Return {
    steps: Vec<Step>,
}

/// One thing to do before the disruption is over.
#[derive(Serialize)]
struct Step {
    what: &'static str,
    how: Option<String>,
}

/// What has to be said, and where the plan says it.
type Asked = (&'static str, fn(&Reconstitution) -> &Option<String>);

/// What has to be said, in order.
const STEPS: [Asked; 7] = [
    ("Validate the data", |r| &r.data_validation),
    ("Test that everything works", |r| &r.function_test),
    ("Declare the recovery complete", |r| &r.declaration),
    ("Notify users", |r| &r.notification),
    ("Clean up", |r| &r.cleanup),
    ("Take backups again", |r| &r.backup),
    ("Document what happened", |r| &r.documentation),
];

fn build(context: &Context) -> Option<Value> {
    let reconstitution = context.organization()?.reconstitution.as_ref()?;
    let steps = STEPS.map(|(what, how)| Step {
        what,
        how: how(reconstitution).clone(),
    });
    Some(shown(Return {
        steps: steps.into(),
    }))
}
