//! A probe that is asked again and again.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use serde_json::json;

use super::{fails, looked, succeeds, unclear};

/// A web service that gives these answers one after the other, the last one for ever.
///
/// An empty answer is none: the connection is held open and nothing is said.
fn service(answers: &'static [&'static str]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    std::thread::spawn(move || {
        let mut held: Vec<TcpStream> = Vec::new();
        let mut answers = answers.iter().peekable();
        while let Ok((mut stream, _)) = listener.accept() {
            let answer = answers.peek().copied().expect("one at least");
            if answers.len() > 1 {
                answers.next();
            }
            let _ = stream.read(&mut [0; 4096]);
            // Whoever asked may have given up.
            let _ = stream.write_all(answer.as_bytes());
            if answer.is_empty() {
                held.push(stream);
            }
        }
    });
    address
}

const UP: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nup";
const DOWN: &str = "HTTP/1.1 503 No\r\ncontent-length: 4\r\nconnection: close\r\n\r\ndown";

#[test]
fn it_ends_with_the_first_answer_that_will_do_and_says_how_often_was_asked() {
    let url = format!("http://{}/", service(&[DOWN, DOWN, UP]));
    let action = json!({"wait-until": {"probe": {"http": {"url": url}}}});
    let parts = ["it was asked 3 times in 2", "the last answer: status 200"];
    succeeds(looked(&action, "60s"), &parts);
}

#[test]
fn it_ends_with_the_time_of_the_step_and_says_what_the_last_answer_was() {
    let url = format!("http://{}/", service(&[DOWN]));
    let action = json!({"wait-until": {"probe": {"http": {"url": url}}, "every": "5s"}});
    let parts = [
        "TOOK TOO LONG",
        "it took longer than 2 s",
        "it was asked once in 2",
        "the last answer: the status is 503: down",
    ];
    fails(looked(&action, "2s"), &parts);
}

#[test]
fn an_answer_that_never_comes_is_given_up_and_asked_for_again() {
    let url = format!("http://{}/", service(&["", UP]));
    let probe = json!({"http": {"url": url}});
    let action = json!({"wait-until": {"probe": probe, "answer-within": "1s"}});
    let parts = ["it was asked 2 times in 1", "the last answer: status 200"];
    succeeds(looked(&action, "60s"), &parts);
}

#[test]
fn what_changes_something_is_never_asked_again_and_again() {
    let wait = |probe| json!({"wait-until": {"probe": probe}});
    let (get, post) = (json!({"url": "x"}), json!({"url": "x", "method": "post"}));
    unclear(wait(json!({"http": post})), "changes something");
    unclear(wait(json!({})), "a probe that says nothing to do");
    let both = json!({"http": get, "tcp": {"host": "h", "port": 1}});
    unclear(wait(both), "a probe that says http and tcp at once");
    let never = json!({"wait-until": {"probe": {"http": get}, "every": "0s"}});
    unclear(never, "takes no time");
    let command = wait(json!({"command": {"argv": ["true"]}}));
    let refused = serde_json::from_value::<mainstay::model::Action>(command);
    let why = refused.expect_err("a command is no probe").to_string();
    assert!(why.contains("unknown field `command`"), "{why}");
}
