//! What verifications of backups showed, as people read it.

mod coverage;
mod html;
mod pace;
mod text;
mod view;

pub use coverage::{Coverage, Loss, Row, State, complaints, took};
pub use html::page;
pub use pace::Pace;
pub use text::verification;
pub use view::{Place, Report};
