//! A run as people read it: what happens, line by line, and what came of it.
//!
//! `history` holds every attempt, `view` decides what the report says, `chart` draws it, and
//! `formats` write it.

mod board;
mod chart;
mod diff;
mod formats;
mod history;
mod incidents;
mod lines;
mod status;
mod view;

pub use board::{Answers, BoardLine, Tone, board, warning};
pub use diff::{Diff, Pair, StepPair};
pub use formats::{FORMATS, ReportFormat, format};
pub use incidents::{alarm, standing};
pub use lines::{in_doubt, line, waits};
pub use status::{CarriedOut, status};
pub use view::{Agreed, LossLine, MeasuredLine, Report, loss_told, losses, measures, time_told};
