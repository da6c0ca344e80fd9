//! What holds for every service, whatever it is: what is delivered, later and refused, on good days
//! and bad ones.

use std::fs;

use tempfile::TempDir;

use super::server::{Manner, Service};
use super::services::{CASES, Case};
use super::*;

/// A service, a workspace, and the channel between them.
pub struct Setting {
    pub service: Service,
    pub folder: TempDir,
    pub channel: NoticeChannel,
}

impl Setting {
    pub fn new(case: &Case, manner: Manner) -> Self {
        let service = Service::start(case.judge, manner);
        let folder = workspace();
        let keep =
            |name: &str, text: String| fs::write(folder.path().join(name), text).expect("room");
        keep("WEBHOOK", format!("{}{}", service.address, case.webhook));
        keep("key", format!("{SECRET}{}", "0".repeat(32 - SECRET.len())));
        keep(
            "exercise-key",
            format!("{SECRET}{}", "1".repeat(32 - SECRET.len())),
        );
        let channel = channel(&case.with.replace("ADDRESS", &service.address));
        Setting {
            service,
            folder,
            channel,
        }
    }

    #[track_caller]
    pub fn send(&self, message: &Message) -> Delivery {
        delivered((&self.channel, self.folder.path(), SHORT), message)
    }
}

/// A message for a room: nobody is addressed.
pub fn plain(key: &str) -> Message {
    message(key, "ada@x.example")
}

#[test]
fn every_service_takes_what_it_gets() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::Usual);
        let delivery = setting.send(&plain("a"));
        check(&delivery, Ends::Delivered, "");
        assert_eq!(setting.service.taken().len(), 1, "{}", case.key);
        let title = (case.shown)(&setting.service.taken()[0].json()).concat();
        assert!(title.contains("fail"), "{}: {title}", case.key);
    }
}

#[test]
fn what_is_long_is_cut_off_so_that_it_is_taken() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::Usual);
        let mut long = plain("a");
        long.title = "<&*_é".repeat(5_000);
        long.text = "<&*_é\n".repeat(50_000);
        check(&setting.send(&long), Ends::Delivered, "");
    }
}

#[test]
fn who_wants_to_be_left_alone_says_for_how_long() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::TooMany);
        let delivery = setting.send(&plain("a"));
        check(&delivery, Ends::Later, "429");
        let Delivery::Later { after, .. } = delivery else {
            panic!("it is to be tried again");
        };
        assert_eq!(after, Some(Duration::from_secs(7)), "{}", case.key);
        assert_eq!(setting.service.asked().len(), 1, "{}", case.key);
    }
}

#[test]
fn who_never_answers_may_have_taken_it() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::Silent);
        check(
            &setting.send(&plain("a")),
            Ends::Later,
            "nobody knows whether it was taken",
        );
        assert_eq!(setting.service.taken().len(), 1, "{}", case.key);
    }
}

#[test]
fn who_breaks_after_it_has_taken_it_is_asked_again_under_the_same_id() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::Breaks);
        for _ in 0..2 {
            check(
                &setting.send(&plain("a")),
                Ends::Later,
                "nobody knows whether it was taken",
            );
        }
        let known: Vec<_> = setting.service.taken().iter().map(case.known_by).collect();
        assert_eq!(known[0], known[1], "{}", case.key);
    }
}

#[test]
fn no_redirect_is_followed() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::Elsewhere);
        check(
            &setting.send(&plain("a")),
            Ends::Refused,
            "redirects are not followed",
        );
        assert_eq!(setting.service.asked().len(), 1, "{}", case.key);
    }
}

#[test]
fn who_answers_as_somebody_else_has_not_taken_it() {
    // A webhook of one's own may write what it likes, and a workflow writes nothing.
    for case in CASES
        .iter()
        .filter(|it| !["teams", "webhook"].contains(&it.key))
    {
        let setting = Setting::new(case, Manner::Stranger);
        check(
            &setting.send(&plain("a")),
            Ends::Later,
            "which this service does not say",
        );
    }
}

#[test]
fn who_is_not_there_is_tried_again() {
    for case in &CASES {
        let mut setting = Setting::new(case, Manner::Usual);
        let nobody = format!("http://127.0.0.1:{}", crate::support::free_port());
        setting.channel = channel(&case.with.replace("ADDRESS", &nobody));
        fs::write(
            setting.folder.path().join("WEBHOOK"),
            format!("{nobody}{}", case.webhook),
        )
        .expect("room");
        check(&setting.send(&plain("a")), Ends::Later, "cannot be reached");
    }
}

#[test]
fn who_does_not_know_us_refuses_and_what_it_says_shows_no_secret() {
    for case in &CASES {
        let mut setting = Setting::new(case, Manner::Usual);
        // A service that says back what it got.
        setting.service = Service::start(|asked| (403, format!("{asked:?}")), Manner::Usual);
        let address = &setting.service.address;
        setting.channel = channel(&case.with.replace("ADDRESS", address));
        fs::write(
            setting.folder.path().join("WEBHOOK"),
            format!("{address}{}", case.webhook),
        )
        .expect("room");
        check(&setting.send(&plain("a")), Ends::Unready, "403");
    }
}

#[test]
fn a_secret_that_is_not_there_is_named_and_nothing_is_sent() {
    for case in &CASES {
        let setting = Setting::new(case, Manner::Usual);
        for name in ["secret", "WEBHOOK", "key"] {
            fs::remove_file(setting.folder.path().join(name)).expect("it is there");
        }
        check(&setting.send(&plain("a")), Ends::Unready, "cannot be read");
        assert_eq!(setting.service.asked().len(), 0, "{}", case.key);
    }
}
