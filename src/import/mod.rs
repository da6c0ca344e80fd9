//! What was written for other tools becomes part of a plan: one module for each of them.
//!
//! Nothing is dropped silently. What has no counterpart is said, line by line, and wherever a step
//! cannot be carried out exactly as it was meant, a person does it: a step that is green without
//! having looked is worse than one that somebody has to do.

pub mod chaostoolkit;

use serde_yaml::{Mapping, Value};

/// What came of something that was written for another tool.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The part of a plan, by the keys of a plan file.
    pub plan: Mapping,
    /// What has no counterpart or means something else here, each as one line.
    pub notes: Vec<String>,
}

/// Keys with their values, in this order; what is absent is left out.
fn map<const N: usize>(entries: [(&str, Option<Value>); N]) -> Mapping {
    let stated = entries
        .into_iter()
        .filter_map(|(key, value)| Some((key.into(), value?)));
    stated.collect()
}
