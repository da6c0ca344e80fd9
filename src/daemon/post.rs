//! Messages are delivered on a thread of its own: a channel that is slow holds up no drill, and no
//! other channel.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tracing::{error, info, warn};

use super::Status;
use crate::app::{Channels, Outbox, Tried, UnderWay, wait_for};
use crate::error::{Error, Result};
use crate::store::State;
use crate::workspace::Workspace;

/// How long it is waited for messages that nobody tells of.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it is waited after messages could not be read.
const AFTER_ERROR: Duration = Duration::from_secs(10);
/// How often it is counted how many messages wait.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How many messages are under way at once at the most, each by a channel of its own.
const AT_ONCE: usize = 32;
/// How long it is waited in the end for those that are under way.
const END_WITHIN: Duration = Duration::from_secs(60);

/// Delivers messages until it is told to end.
pub struct Post {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    workspace: Workspace,
    node: String,
    /// What the plans say, as they were last read.
    channels: Mutex<Arc<Channels>>,
    status: Arc<Status>,
    ends: AtomicBool,
}

impl Post {
    /// Begins to deliver the messages of a workspace.
    pub fn start(
        workspace: Workspace,
        node: String,
        channels: Channels,
        status: Arc<Status>,
    ) -> Self {
        let shared = Arc::new(Shared {
            workspace,
            node,
            channels: Mutex::new(Arc::new(channels)),
            status,
            ends: AtomicBool::new(false),
        });
        let own = shared.clone();
        let thread = Some(std::thread::spawn(move || own.deliver()));
        Post { shared, thread }
    }

    /// Has it go by other plans from now on.
    pub fn read(&self, channels: Channels) {
        let kept = self.shared.channels.lock();
        *kept.unwrap_or_else(PoisonError::into_inner) = Arc::new(channels);
    }

    /// Lets those that are under way come to their end, if that is soon.
    pub fn end(mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Whatever fails is begun again, and how it goes says so until then.
    fn deliver(&self) {
        let mut under_way = FuturesUnordered::new();
        while !self.ends() {
            // What is under way goes on, also where nothing can be read meanwhile.
            let deliver = || wait_for(self.deliver_all(&mut under_way));
            let all = catch_unwind(AssertUnwindSafe(deliver));
            let all = all.unwrap_or_else(|_| Err(Error::internal("go on delivering messages")));
            if let Err(error) = all {
                error!(%error, "could not deliver messages");
                self.status.post_failed(&error);
                std::thread::park_timeout(AFTER_ERROR);
            }
        }
    }

    async fn deliver_all(&self, under_way: &mut FuturesUnordered<UnderWay>) -> Result<()> {
        let mut outbox = Outbox::open(&self.workspace, &self.node).await?;
        let (mut counted, mut ending) = (None::<Instant>, None::<Instant>);
        loop {
            while !self.ends() && under_way.len() < AT_ONCE {
                let Some(next) = outbox.next(&self.channels()).await? else {
                    break;
                };
                under_way.push(next);
            }
            if counted.is_none_or(|counted| counted.elapsed() >= COUNT_EVERY) {
                self.status.post_counted(outbox.counts().await?);
                counted = Some(Instant::now());
            }
            if self.ends() {
                let since = ending.get_or_insert_with(Instant::now);
                if under_way.is_empty() || since.elapsed() >= END_WITHIN {
                    return Ok(());
                }
            }
            tokio::select! {
                Some(done) = under_way.next() => {
                    tell(&outbox.settle(done).await?);
                    counted = None;
                }
                () = outbox.hint(LOOK_EVERY) => {}
            }
        }
    }

    fn channels(&self) -> Arc<Channels> {
        let kept = self.channels.lock();
        kept.unwrap_or_else(PoisonError::into_inner).clone()
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
