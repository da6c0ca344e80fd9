//! Asks again and again until the answer is the expected one.

use std::path::Path;
use std::time::Instant;

use super::{Ended, Job};
use crate::journal::Settled;
use crate::model::{Action, WaitUntil};
use crate::time::Duration;

/// How often is asked where the step does not say.
const EVERY: Duration = Duration::seconds(1);
/// How long one answer may take where the step does not say.
const ANSWER_WITHIN: Duration = Duration::seconds(10);

pub fn ready(wait: &WaitUntil, workspace: &Path) -> Result<(), String> {
    super::ready(&wait.probe.action(), workspace)
}

pub async fn carry_out(wait: &WaitUntil, job: &Job) -> Ended {
    let probe = wait.probe.action();
    let job_each = Job {
        timeout: wait.answer_within.unwrap_or(ANSWER_WITHIN),
        ..job.clone()
    };
    let every = std::time::Duration::from_secs(wait.every.unwrap_or(EVERY).as_seconds());
    let mut asking = Asking::default();
    let cut = tokio::select! {
        // A run that stops ends both; it is told here, with how often was asked.
        biased;
        cut = job.cut_off() => cut,
        () = asking.until_it_succeeds(&probe, &job_each, every) => {
            return asking.told(Ended::succeeded("the probe succeeds"));
        }
    };
    asking.told(cut)
}

/// How often was asked, since when, and what the last answer was.
struct Asking {
    began: Instant,
    times: u32,
    last: Vec<String>,
}

impl Default for Asking {
    fn default() -> Self {
        Asking {
            began: Instant::now(),
            times: 0,
            last: Vec::new(),
        }
    }
}

impl Asking {
    async fn until_it_succeeds(&mut self, probe: &Action, job: &Job, every: std::time::Duration) {
        let mut due = tokio::time::interval(every);
        due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            self.times += 1;
            // A probe may be any action, and so may this.
            let answer = Box::pin(super::carry_out(probe, job)).await;
            self.last = answer.facts;
            if answer.settled == Some(Settled::Succeeded) {
                return;
            }
        }
    }

    fn told(self, mut ended: Ended) -> Ended {
        let times = match self.times {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        };
        let took = self.began.elapsed().as_millis();
        ended
            .facts
            .push(format!("it was asked {times} in {took} ms"));
        let last = self.last.join("; ");
        ended.facts.push(match last.as_str() {
            "" => "there was no answer yet".to_owned(),
            last => format!("the last answer: {last}"),
        });
        ended
    }
}
