//! What is about the same is one thread, where a channel has threads.

use mainstay::app::{Addressed, Outbox, Tried};
use mainstay::model::Programme;
use mainstay::store::State as Became;
use mainstay::workspace::Workspace;

use super::Sender;
use super::every::{Setting, plain};
use super::server::Manner;
use super::services::CASES;

/// The workspace of a service, its plan, and its messages.
struct Kept {
    setting: Setting,
    workspace: Workspace,
    programme: Programme,
}

impl Kept {
    /// With a channel `c` to a service, and one that stands in for `down`, which takes nothing.
    fn new(state: &str) -> Self {
        let mut cases = CASES.iter();
        let case = cases.find(|it| it.with.contains(state)).expect("a case");
        let setting = Setting::new(case, Manner::Usual);
        let with = case.with.replace("ADDRESS", &setting.service.address);
        let plan = format!(
            "organization: {{name: Example}}\nchannels:\n  - {{id: c, name: C, with: {with}}}\n  \
             - {{id: down, name: Down, alternate: c, with: {{script: {{argv: ['false']}}}}}}\n"
        );
        let root = setting.folder.path().to_owned();
        let file = mainstay::load::File {
            path: "mainstay.yaml".to_owned(),
            content: Ok(plan.into_bytes()),
        };
        let loaded = mainstay::load::load(vec![file]);
        assert_eq!(loaded.findings, []);
        let marked = false;
        Kept {
            setting,
            workspace: Workspace { root, marked },
            programme: loaded.programme,
        }
    }

    /// Posts a message, which belongs to another one, and delivers all that waits. Each time as a
    /// process of its own would.
    fn send(&self, channel: &str, key: &str, thread: Option<&str>) -> Vec<Tried> {
        let mut message = plain(key);
        message.thread = thread.map(str::to_owned);
        let channel = channel.parse().expect("an id");
        let all = vec![Addressed { channel, message }];
        Outbox::post(&self.workspace, all).expect("room");
        let mut sender = Sender::open(&self.workspace, self.programme.clone());
        std::iter::from_fn(|| sender.deliver_one()).collect()
    }

    /// What each request that was right said of a thread.
    fn threads(&self, at: &str) -> Vec<Option<String>> {
        let taken = self.setting.service.taken().into_iter();
        let thread = |json: serde_json::Value| json.pointer(at)?.as_str().map(str::to_owned);
        taken.map(|asked| thread(asked.json())).collect()
    }
}

#[track_caller]
fn check(state: &str, at: &str, handle: impl Fn(&Kept) -> String) {
    let kept = Kept::new(state);
    for (key, thread) in [("a/c", None), ("b/c", Some("a/c")), ("d/c", Some("a/c"))] {
        let tried = kept.send("c", key, thread);
        assert_eq!(tried.len(), 1);
        assert_eq!(tried[0].state, Became::Delivered, "{tried:?}");
    }
    // That one belongs to what nobody knows of.
    kept.send("c", "e/c", Some("lost/c"));
    let first = Some(handle(&kept));
    assert_eq!(kept.threads(at), [None, first.clone(), first, None]);
}

#[test]
fn slack_shows_what_is_about_the_same_in_one_thread() {
    check("/api", "/thread_ts", |_| "1503435956.000247".to_owned());
}

#[test]
fn matrix_shows_what_is_about_the_same_in_one_thread() {
    // The server made the name of the event of the transaction.
    check("matrix", "/m.relates_to/event_id", |kept| {
        let first = kept.setting.service.taken().remove(0);
        format!("${}", first.path.rsplit('/').next().expect("an id"))
    });
}

#[test]
fn a_thread_by_the_channel_that_stands_in_is_one_of_its_own() {
    let kept = Kept::new("/api");
    for (key, thread) in [("a/down", None), ("b/down", Some("a/down"))] {
        let states: Vec<Became> = kept
            .send("down", key, thread)
            .iter()
            .map(|it| it.state)
            .collect();
        assert_eq!(states, [Became::Failed, Became::Delivered]);
    }
    let first = Some("1503435956.000247".to_owned());
    assert_eq!(kept.threads("/thread_ts"), [None, first]);
}
