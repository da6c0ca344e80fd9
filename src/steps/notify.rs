//! Tells somebody something, in the journal and so on the terminal of the run.

use std::path::Path;

use super::{Ended, Job};
use crate::model::Notify;

#[expect(clippy::unnecessary_wraps, reason = "every kind of action has it")]
pub fn ready(_: &Notify, _: &Path) -> Result<(), String> {
    // The journal is there, or the run could not begin.
    Ok(())
}

#[expect(clippy::unused_async, reason = "every kind of action is waited for")]
pub async fn carry_out(notify: &Notify, _: &Job) -> Ended {
    Ended::succeeded(format!("to {}: {}", notify.who, notify.text))
}
