//! Lets time pass.

use std::path::Path;

use super::{Ended, Job};
use crate::model::Wait;

#[expect(clippy::unnecessary_wraps, reason = "every kind of action has it")]
pub fn ready(_: &Wait, _: &Path) -> Result<(), String> {
    // Time there is always.
    Ok(())
}

pub async fn carry_out(wait: &Wait, job: &Job) -> Ended {
    let passed = || Ended::succeeded(format!("{} have passed", wait.lasting.words()));
    let lasting = std::time::Duration::from_secs(wait.lasting.as_seconds());
    // The timer would take a millisecond for no time.
    if lasting.is_zero() {
        return passed();
    }
    tokio::select! {
        () = tokio::time::sleep(lasting) => passed(),
        ended = job.cut_off() => ended,
    }
}
