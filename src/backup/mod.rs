//! How a backup is verified: one file for each tool.
//!
//! Nothing here has a verb that writes to a backup. What a program may be told is an allow-list in
//! one place, and what was restored lies in a scratch folder that is removed again.

pub mod manifest;
pub mod scratch;
pub mod tree;
