//! Lets time pass.

use super::{Ended, Job};
use crate::model::Wait;

pub async fn carry_out(wait: &Wait, job: &Job) -> Ended {
    let lasting = std::time::Duration::from_secs(wait.lasting.as_seconds());
    tokio::select! {
        () = tokio::time::sleep(lasting) => {
            Ended::succeeded(format!("{} have passed", wait.lasting.words()))
        }
        ended = job.cut_off() => ended,
    }
}
