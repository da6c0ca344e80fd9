//! Mainstay turns the continuity plans that teams write into one plan that is tested, proven and
//! signed.
//!
//! The modules stand in dependency order: **a module imports only from modules listed above it**.
//! Above the line there is no disk, network, environment, clock or randomness; `now` is an
//! argument. `tests/tidy.rs` holds the build to both.

pub mod render;
