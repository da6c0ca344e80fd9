//! What happened, and nothing else: events that are chained by their hashes and never edited.
//!
//! An entry is the canonical text (RFC 8785) of one event with its number; its hash covers that
//! text and the hash before. Whoever holds the last hash can tell whether anything was changed,
//! left out or put in between. State is a fold over the events, in [`crate::drill`]; where entries
//! are kept is the business of the store.

mod chain;
mod event;
mod incident;
mod script;

pub use chain::{Entry, Fault, Head, verify};
pub use event::{Actor, Event, Evidence, Holds, Outcome, Resolution, Seen, Settled, What};
pub use incident::{Cause, Incident};
pub use script::{
    Condition, EmergencyContact, Locks, Part, Question, Row, RunMode, Script, SteadyState, Task,
    Undo,
};

/// The version of the format of entries. An older one is read; a newer one is refused.
pub const FORMAT: u32 = 1;
