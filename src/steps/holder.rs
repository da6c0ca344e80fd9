//! The engine's side of the shim: one for a run, started with its first command.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::sync::{Mutex, oneshot};

use super::shim::{self, Order};
use crate::program::Itself;

/// Who waits for the end of the command of which folder.
type Waiting = Arc<StdMutex<HashMap<PathBuf, oneshot::Sender<()>>>>;

/// What holds on to the commands of a run, so that they and their ends outlive the engine.
#[derive(Debug)]
pub struct Holder {
    program: Itself,
    /// The folder of the run, by which people find it among the processes.
    run: PathBuf,
    live: Mutex<Option<Live>>,
}

#[derive(Debug)]
struct Live {
    orders: ChildStdin,
    waiting: Waiting,
}

impl Holder {
    /// What starts a shim, by this program, when the first command of a run begins.
    pub fn new(program: Itself, run: PathBuf) -> Self {
        Holder {
            program,
            run,
            live: Mutex::new(None),
        }
    }

    /// Has a command run; gives back what turns ready at its end, and fails where the shim is lost.
    ///
    /// # Errors
    /// When no shim can be started.
    pub async fn begin(&self, order: &Order) -> io::Result<oneshot::Receiver<()>> {
        let mut live = self.live.lock().await;
        // One that was lost does not take orders any more; the second is a new one.
        for _ in 0..2 {
            let shim = match live.take() {
                Some(shim) => live.insert(shim),
                None => live.insert(self.start()?),
            };
            let (done, end) = oneshot::channel();
            // Before the order, as its end may come at once.
            shim.waiting().insert(order.attempt.clone(), done);
            let line = serde_json::to_string(order)? + "\n";
            if shim.orders.write_all(line.as_bytes()).await.is_ok() {
                return Ok(end);
            }
            *live = None;
        }
        Err(io::Error::other("the shim takes no orders"))
    }

    fn start(&self) -> io::Result<Live> {
        let mut shim = Command::from(self.program.command())
            .arg(shim::WORD)
            .arg(&self.run)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = shim.stdin.take().zip(shim.stdout.take());
        let (orders, ends) = pipes.ok_or_else(|| io::Error::other("the shim has no pipes"))?;
        let waiting = Waiting::default();
        tokio::spawn(listen(ends, Arc::clone(&waiting)));
        Ok(Live { orders, waiting })
    }
}

impl Live {
    fn waiting(&self) -> MutexGuard<'_, HashMap<PathBuf, oneshot::Sender<()>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells whoever waits, until the shim is gone; then those that are left learn that it is lost.
async fn listen(ends: ChildStdout, waiting: Waiting) {
    let mut lines = BufReader::new(ends).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let folder: Result<PathBuf, _> = serde_json::from_str(&line);
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = folder.ok().and_then(|folder| waiting.remove(&folder)) {
            // Nobody waits any more where the run is over.
            let _ = done.send(());
        }
    }
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}
