//! What people read: findings, documents and diagrams. Nothing here decides anything.

pub mod findings;
