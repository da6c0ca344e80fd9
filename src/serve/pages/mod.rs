//! The pages: one file for each.

pub mod calendar;
pub mod healthz;
pub mod metrics;
pub mod readyz;
pub mod schedule;
