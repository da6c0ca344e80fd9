//! What people read: findings, documents and diagrams. Nothing here decides anything.

pub mod diagram;
pub mod document;
pub mod facts;
pub mod findings;
pub mod graph;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod verify;
pub mod view;
