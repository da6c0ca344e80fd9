//! The business impact analysis of a function, with where it is written.

use crate::model::{Bia, Function, Item, Origin};

/// The first analysis that somebody declares for a function.
pub fn analysis(function: &Item<Function>) -> Option<(&Bia, Origin)> {
    let mut declarations = function.declarations.iter();
    declarations.find_map(|declared| Some((declared.bia.as_ref()?, declared.at)))
}
