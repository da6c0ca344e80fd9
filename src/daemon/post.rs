//! Messages are delivered on a thread of its own: a channel that is slow holds up no drill.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing::{error, info, warn};

use crate::app::{Outbox, Tried};
use crate::error::Result;
use crate::model::Programme;
use crate::store::State;
use crate::workspace::Workspace;

/// How long it is waited for messages that nobody tells of.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it is waited after messages could not be read.
const AFTER_ERROR: Duration = Duration::from_secs(10);

/// Delivers messages until it is told to end.
pub struct Post {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    workspace: Workspace,
    node: String,
    /// What the plans say, as they were last read.
    programme: Mutex<Arc<Programme>>,
    ends: AtomicBool,
}

impl Post {
    /// Begins to deliver the messages of a workspace.
    pub fn start(workspace: Workspace, node: String, programme: Programme) -> Self {
        let shared = Arc::new(Shared {
            workspace,
            node,
            programme: Mutex::new(Arc::new(programme)),
            ends: AtomicBool::new(false),
        });
        let own = shared.clone();
        let thread = Some(std::thread::spawn(move || own.deliver()));
        Post { shared, thread }
    }

    /// Has it go by other plans from now on.
    pub fn read(&self, programme: Programme) {
        let mut kept = self
            .shared
            .programme
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Arc::new(programme);
    }

    /// Lets the one that is under way come to its end.
    pub fn end(mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn deliver(&self) {
        while !self.ends() {
            if let Err(error) = self.deliver_all() {
                error!(%error, "could not deliver messages");
                std::thread::park_timeout(AFTER_ERROR);
            }
        }
    }

    fn deliver_all(&self) -> Result<()> {
        let mut outbox = Outbox::open(&self.workspace, &self.node)?;
        while !self.ends() {
            while !self.ends()
                && let Some(tried) = outbox.deliver_one(&self.programme())?
            {
                tell(&tried);
            }
            outbox.hint(LOOK_EVERY);
        }
        Ok(())
    }

    fn programme(&self) -> Arc<Programme> {
        self.programme
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn ends(&self) -> bool {
        self.ends.load(Ordering::Relaxed)
    }
}

fn tell(tried: &Tried) {
    let Tried {
        key, channel, said, ..
    } = tried;
    match tried.state {
        State::Delivered => info!(key, channel, said, "was delivered"),
        State::Waiting => warn!(key, channel, said, "is tried again"),
        State::Failed => error!(key, channel, said, "cannot be delivered"),
    }
}
