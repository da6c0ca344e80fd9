//! What a whole plan has, less what the organization says does not apply to it.

use super::Context;
use crate::model::{Declared, Organization};

/// The organization, when its plan is to have a section.
///
/// It need not where nobody states the organization, which is `no-organization`'s business, and
/// where `not-applicable` says why there is no such section.
pub fn expects<'a>(context: &Context<'a>, section: &str) -> Option<&'a Declared<Organization>> {
    let organization = context.programme.organization.as_ref()?;
    organization.applies(section).then_some(organization)
}
