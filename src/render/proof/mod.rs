//! What verifications of backups showed, as people read it.

mod html;
mod text;
mod view;

pub use html::page;
pub use text::verification;
pub use view::{Place, Report};
