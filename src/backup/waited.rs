//! Waits for an answer, for as long as a verification may take.

use std::time::Duration;

use super::{Outcome, Session, Trouble};

/// How often it is looked whether an answer has to be given up.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Waits for an answer.
///
/// # Errors
/// What the answer is instead; inconclusive when everything has to end before there is one.
pub fn wait_for<T>(session: &Session, answer: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    let stopped = async {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Some(why) = session.tools.why_stop() {
                return why;
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let unclear = |error| Trouble::Unclear(format!("nothing can be waited for: {error}"));
    let runtime = runtime.map_err(unclear)?;
    let answer = runtime.block_on(async {
        tokio::select! {
            answer = answer => answer,
            why = stopped => Err(Trouble::Unclear(why)),
        }
    });
    // A name server that does not answer must not be waited for.
    runtime.shutdown_background();
    answer
}
