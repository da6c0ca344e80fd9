//! Tells somebody something: in the journal and so on the terminal of the run, and where channels
//! are named, by this program itself in a process of its own.

use std::path::Path;

use super::{Ended, Job, command, own};
use crate::model::Notify;

pub fn ready(notify: &Notify, workspace: &Path) -> Result<(), String> {
    match notify.by.is_empty() {
        // The journal is there, or the run could not begin.
        true => Ok(()),
        false => command::ready(&own::command(words(notify, ""), &[])?, workspace),
    }
}

pub async fn carry_out(notify: &Notify, job: &Job) -> Ended {
    let told = format!("to {}: {}", notify.who, notify.text);
    if notify.by.is_empty() {
        return Ended::succeeded(told);
    }
    let key = format!("notify:{}", own::name(job));
    let words = words(notify, &key).into_iter().chain(own::exercise(job));
    let mut ended = match own::command(words, &[]) {
        Ok(command) => command::carry_out(&command, job).await,
        Err(why) => Ended::failed(why),
    };
    ended.facts.insert(0, told);
    ended
}

fn words(notify: &Notify, key: &str) -> Vec<String> {
    let by = notify.by.iter().map(|channel| format!("--by={channel}"));
    let words = [
        "notify".to_owned(),
        "send".to_owned(),
        notify.who.to_string(),
        format!("--text={}", notify.text),
        format!("--key={key}"),
    ];
    words.into_iter().chain(by).collect()
}
