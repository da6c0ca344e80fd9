//! What verifications of backups showed, as people read it.

mod text;

pub use text::verification;
