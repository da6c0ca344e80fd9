//! No file states the organization.

use super::{Check, Run};

pub const CHECK: Check = check! {
    no_organization, "no-organization", Error,
    "No file states the organization",
    clauses: ["BC-01"],
    run: Run::Load,
};
