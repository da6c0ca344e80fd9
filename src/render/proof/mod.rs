//! What verifications of backups showed, as people read it.

mod coverage;
mod text;

pub use coverage::{Coverage, Loss, Row, State, complaints};
pub use text::verification;
