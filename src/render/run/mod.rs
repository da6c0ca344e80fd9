//! A run as people read it: what happens, line by line, and what came of it.

mod lines;
mod report;

pub use lines::{line, waits};
pub use report::{Report, measures, text, told};
