//! What people read: findings, documents and diagrams. Nothing here decides anything.

pub mod diagram;
pub mod document;
pub mod explain;
pub mod facts;
pub mod findings;
pub mod graph;
pub mod ics;
pub mod impact;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod proof;
pub mod run;
mod seconds;
pub mod verify;
pub mod view;
pub mod year;
