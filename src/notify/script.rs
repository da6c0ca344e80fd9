//! A program of one's own takes a message as JSON on its standard input.
//!
//! It has a process group of its own, which is ended when it takes too long, and of the environment
//! only `PATH` and what the plan names. Of what it writes the last line is told.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::{Delivery, Surroundings, Worded};
use crate::model::ScriptCarrier;
use crate::{program, secret};

/// The exit status that says that it is to be tried again later: `EX_TEMPFAIL` of `sysexits.h`.
const LATER: i32 = 75;
/// What it gets from the environment in any case.
const ALWAYS: &str = "PATH";
/// How much is kept of what it writes, in bytes; the rest is thrown away.
const KEPT_MAX: usize = 64 * 1024;
/// How long to wait for the end of what it wrote, when it is gone itself.
const LAST_WORDS: Duration = Duration::from_secs(1);

pub async fn deliver(
    script: &ScriptCarrier,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let mut child = start(script, on)?;
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let out = listen(child.stdout.take());
    let err = listen(child.stderr.take());
    let told = tell(&mut child, message.json().to_string());
    let within = script
        .within
        .map_or(on.within, |within| Duration::from_secs(within.as_seconds()));
    let waited = tokio::time::timeout(within, async {
        let (status, ()) = tokio::join!(child.wait(), told);
        status
    });
    let ended = waited.await;
    if ended.is_err() {
        if let Some(group) = group {
            // Nothing is left of it where it has just ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = child.wait().await;
    }
    let said = last_line(heard(err).await).or(last_line(heard(out).await));
    Ok(match ended {
        Ok(Ok(status)) => judged(status, said),
        Ok(Err(error)) => Delivery::later(format!("nobody knows how the program ended: {error}")),
        Err(_) => Delivery::later(format!(
            "the program took longer than {} s and was ended; it may have told it all the same",
            within.as_secs()
        )),
    })
}

fn start(script: &ScriptCarrier, on: &Surroundings) -> Result<Child, String> {
    let (name, arguments) = script.argv.split_first().ok_or("`argv` is empty")?;
    let found = program::find(name, on.workspace);
    let found = found.ok_or_else(|| format!("`{name}` cannot be run"))?;
    let found = std::path::absolute(on.workspace.join(found));
    let found = found.map_err(|error| format!("`{name}` cannot be run: {error}"))?;
    let mut command = Command::new(found);
    command
        .args(arguments)
        .current_dir(on.workspace)
        .env_clear();
    if let Some(path) = std::env::var_os(ALWAYS) {
        command.env(ALWAYS, path);
    }
    for name in &script.environment {
        command.env(name, secret::value(name)?);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let child = command.spawn();
    child.map_err(|error| format!("`{name}` cannot be started: {error}"))
}

/// Writes the message to its standard input, and closes that.
fn tell(child: &mut Child, message: String) -> impl Future<Output = ()> + use<> {
    let input = child.stdin.take();
    async move {
        if let Some(mut input) = input {
            // A program may end without having read it; its exit status says what came of it.
            let _ = input.write_all(message.as_bytes()).await;
            let _ = input.shutdown().await;
        }
    }
}

/// Reads what it writes to the end, and keeps the end of it.
fn listen(from: Option<impl AsyncRead + Unpin + Send + 'static>) -> JoinHandle<Vec<u8>> {
    tokio::spawn(async move {
        let (mut kept, mut piece) = (Vec::new(), vec![0; KEPT_MAX]);
        let Some(mut from) = from else {
            return kept;
        };
        while let Ok(count @ 1..) = from.read(&mut piece).await {
            kept.extend_from_slice(&piece[..count]);
            let more = kept.len().saturating_sub(KEPT_MAX);
            kept.drain(..more);
        }
        kept
    })
}

/// What was heard; nothing where somebody whom it left behind still holds on.
async fn heard(mut listening: JoinHandle<Vec<u8>>) -> Vec<u8> {
    let heard = tokio::time::timeout(LAST_WORDS, &mut listening).await;
    listening.abort();
    heard.ok().and_then(Result::ok).unwrap_or_default()
}

fn last_line(written: Vec<u8>) -> Option<String> {
    let text = String::from_utf8_lossy(&written);
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.next_back().map(str::to_owned)
}

fn judged(status: ExitStatus, said: Option<String>) -> Delivery {
    let said = said.map_or_else(String::new, |said| format!(": {said}"));
    match (status.code(), status.signal()) {
        (Some(0), _) => Delivery::delivered(format!("exit status 0{said}")),
        (Some(LATER), _) => Delivery::later(format!("exit status {LATER}{said}")),
        (Some(other), _) => Delivery::refused(format!("exit status {other}{said}")),
        (None, signal) => Delivery::later(format!(
            "the program was ended by signal {}, and may have told it all the same{said}",
            signal.unwrap_or_default()
        )),
    }
}
