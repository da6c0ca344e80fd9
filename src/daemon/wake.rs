//! What wakes the daemon: time, signals, and changes in the plans folder.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::signal::unix::{SignalKind, signal};
use tracing::warn;

use crate::app::wait_for;
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// How long it is slept at the most: the clock may be put forward meanwhile.
const TICK: Duration = Duration::from_millis(250);
/// How long the plans folder has to be quiet after a change: editors and git write in several
/// steps.
const QUIET: Duration = Duration::from_millis(500);
/// How long it is waited for that at the most: a part of what is written may be read then.
const QUIET_MAX: Duration = Duration::from_secs(10);

/// Why the daemon was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Time has passed.
    Tick,
    /// The plans may have changed.
    Changed,
    /// It is to end.
    End,
}

/// What wakes the daemon.
pub struct Wakes {
    wakes: Receiver<Wake>,
    _watcher: Option<RecommendedWatcher>,
}

impl Wakes {
    /// Listens to signals, and watches a workspace: SIGINT and SIGTERM end it, SIGHUP has the plans
    /// read again.
    ///
    /// # Errors
    /// `Io` when the system does not let it listen to signals.
    pub fn new(workspace: &Workspace) -> Result<Self> {
        let (wake, wakes) = channel();
        let (ready, is_ready) = channel();
        let listener = wake.clone();
        std::thread::spawn(move || wait_for(listen(&listener, &ready)));
        let is_ready = is_ready.recv();
        is_ready.unwrap_or_else(|_| Err(Error::internal("listen to signals")))?;
        Ok(Wakes {
            wakes,
            _watcher: watch(workspace, wake),
        })
    }

    /// Waits for what comes next.
    pub fn next(&self) -> Wake {
        match self.wakes.recv_timeout(TICK) {
            Ok(Wake::Changed) => self.quiet(),
            Ok(wake) => wake,
            Err(RecvTimeoutError::Timeout) => Wake::Tick,
            Err(RecvTimeoutError::Disconnected) => Wake::End,
        }
    }

    /// Waits until nothing changes any more, but not for ever. However much has changed, it is one
    /// change.
    fn quiet(&self) -> Wake {
        let began = Instant::now();
        while began.elapsed() < QUIET_MAX {
            match self.wakes.recv_timeout(QUIET) {
                Ok(Wake::Changed) => {}
                Ok(wake) => return wake,
                Err(_) => break,
            }
        }
        Wake::Changed
    }
}

async fn listen(wake: &Sender<Wake>, ready: &Sender<Result<()>>) -> Result<()> {
    let all = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let all = all.map(|kind| signal(kind).map_err(|error| Error::io("listen to signals", error)));
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = all else {
        let error = all.into_iter().find_map(std::result::Result::err);
        let _ = ready.send(error.map_or(Ok(()), Err));
        return Ok(());
    };
    let _ = ready.send(Ok(()));
    loop {
        let why = tokio::select! {
            _ = interrupt.recv() => Wake::End,
            _ = terminate.recv() => Wake::End,
            _ = hangup.recv() => Wake::Changed,
        };
        if wake.send(why).is_err() {
            return Ok(());
        }
    }
}

/// Watches a workspace. Where that cannot be done, SIGHUP and the next day remain.
fn watch(workspace: &Workspace, wake: Sender<Wake>) -> Option<RecommendedWatcher> {
    let own = workspace.clone();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Who cannot say what has changed says that something has.
        if event.map_or(true, |event| is_change(&event, &own)) {
            let _ = wake.send(Wake::Changed);
        }
    });
    let watched = watcher.and_then(|mut watcher| {
        watcher.watch(&workspace.root, RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    watched
        .map_err(|error| warn!(%error, "cannot watch the plans; SIGHUP has them read again"))
        .ok()
}

/// Whether an event may be about the plans of a workspace. One without a path says that events were
/// lost.
fn is_change(event: &notify::Event, workspace: &Workspace) -> bool {
    let below = event
        .paths
        .iter()
        .map(|path| path.strip_prefix(&workspace.root));
    let mut below = below.filter_map(std::result::Result::ok);
    let is_meant =
        event.need_rescan() || below.any(|path| workspace.looks_at(path) && is_plan(path));
    is_meant && !event.kind.is_access()
}

/// Whether something below the workspace may be one of the plans, or a folder with some: folders
/// come and go with all that is in them. What the daemon itself writes lies in a folder whose name
/// begins with a dot.
fn is_plan(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_str());
    let is_hidden = |name: std::path::Component| name.as_os_str().as_encoded_bytes()[0] == b'.';
    let is_meant = matches!(ending, None | Some(Some("yaml" | "yml" | "ics")));
    is_meant && !path.components().any(is_hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plans_are_looked_at_and_nothing_hidden() {
        let is = |path: &str| is_plan(Path::new(path));
        assert!(is("mainstay.yaml") && is("plans/a/b.yml") && is("plans/holidays.ics"));
        assert!(!is(".mainstay/state/a.yaml") && !is("plans/.a.yaml"));
        assert!(!is("plans/a.yaml~"));
    }

    /// A folder without `mainstay.yaml`, all of which is read.
    fn unmarked(root: &Path) -> Workspace {
        Workspace {
            root: root.to_owned(),
            marked: false,
        }
    }

    fn marked(root: &Path) -> Workspace {
        Workspace {
            marked: true,
            ..unmarked(root)
        }
    }

    #[test]
    fn what_documents_and_drills_leave_beside_the_plans_is_no_change() {
        let written = notify::event::EventKind::Create(notify::event::CreateKind::Any);
        let of = |path: &str| notify::Event::new(written).add_path(path.into());
        let plans = marked(Path::new("/w"));
        assert!(is_change(&of("/w/mainstay.yaml"), &plans));
        assert!(is_change(&of("/w/plans/new"), &plans));
        assert!(!is_change(&of("/w/out/plan.yaml"), &plans));
        assert!(is_change(
            &of("/w/out/plan.yaml"),
            &unmarked(Path::new("/w"))
        ));
    }

    #[test]
    fn a_folder_that_moves_and_a_loss_of_events_are_changes() {
        use notify::event::{EventKind, Flag, ModifyKind, RenameMode};
        let root = &marked(Path::new("/w"));
        let moved = EventKind::Modify(ModifyKind::Name(RenameMode::From));
        let of = |path: &str| notify::Event::new(moved).add_path(path.into());
        assert!(is_change(&of("/w/plans/team"), root));
        assert!(!is_change(&of("/w/plans/team/notes.txt"), root));
        assert!(!is_change(&of("/w/.mainstay/state"), root));
        let lost = notify::Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert!(is_change(&lost, root));
    }

    #[test]
    fn however_much_changes_it_is_one_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let (wake, wakes) = channel();
        let watcher = watch(&unmarked(folder.path()), wake);
        let wakes = Wakes {
            wakes,
            _watcher: watcher,
        };
        for number in 0..200 {
            let path = folder.path().join(format!("{number}.yaml"));
            std::fs::write(path, "team: {id: t, name: T}\n").expect("room");
        }
        assert_eq!(wakes.next(), Wake::Changed);
        assert_eq!(wakes.next(), Wake::Tick);
    }

    #[test]
    fn what_never_rests_is_waited_for_no_longer_than_so() {
        let (wake, wakes) = channel();
        let wakes = Wakes {
            wakes,
            _watcher: None,
        };
        let began = Instant::now();
        let writes = std::thread::spawn(move || {
            while wake.send(Wake::Changed).is_ok() {
                std::thread::sleep(QUIET / 5);
            }
        });
        assert_eq!(wakes.next(), Wake::Changed);
        assert!(began.elapsed() >= QUIET_MAX && began.elapsed() < 2 * QUIET_MAX);
        drop(wakes);
        writes.join().expect("it ends");
    }
}
