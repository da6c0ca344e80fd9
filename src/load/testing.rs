//! What the tests of other modules share: plans from text.

use super::{File, Loaded, load};
use crate::model::Programme;

/// Loads one plan from its text, whatever is wrong in it.
pub fn plan(text: &str) -> Loaded {
    load(vec![File {
        path: "plan.yaml".to_owned(),
        content: Ok(text.as_bytes().to_vec()),
    }])
}

/// The programme of a plan in which nothing is wrong.
pub fn understood(text: &str) -> Programme {
    let loaded = plan(text);
    assert_eq!(loaded.findings, [], "the plan is understood: {text}");
    loaded.programme
}
