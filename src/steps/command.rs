//! Runs a program, by way of a shim that keeps its end.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use anstream::adapter::strip_str;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::oneshot;

use super::hold::{self, Hold, Known};
use super::shim::{self, OUTPUT, Order};
use super::{Begun, Ended, Job};
use crate::artifacts;
use crate::clock;
use crate::drill::Found;
use crate::journal::Settled;
use crate::model::Command;
use crate::time::Moment;
use crate::{program, secret};

/// How long a command has to end by itself when it is told to.
const GRACE: Duration = Duration::from_secs(5);
/// How often it is looked whether a command that another engine began has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// An end that is learnt of later than that is not just now, in microseconds.
const LATE: u64 = 50_000;
/// How many lines of what it wrote are told.
const LINES: usize = 5;
/// How much of the end of what it wrote is looked at for them, in bytes.
const TAIL: usize = 4096;

pub fn ready(command: &Command, workspace: &Path) -> Result<(), String> {
    let folder = workspace.join(command.folder.as_deref().unwrap_or("."));
    let program = command.argv.first().map_or("", String::as_str);
    if program::find(program, &folder).is_none() {
        return Err(format!("there is no program `{program}`"));
    }
    let mut names = command.environment.iter();
    names.try_for_each(|name| secret::value(name).map(drop))
}

pub async fn carry_out(command: &Command, job: &Job) -> Ended {
    let ended = async {
        let mut over = match job.begun {
            Begun::Here => Over::Told(begin(command, job).await?, &job.folder),
            Begun::Before => Over::Looked(&job.folder),
        };
        tokio::select! {
            () = over.wait() => {}
            // An engine that was stopped itself may learn at once that it took too long and that it
            // has ended: what has ended is not ended again, and what came of it stands.
            cut = job.cut_off() => if hold::end(&job.folder).is_none() {
                stop(&job.folder, &mut over).await;
                return Ok(with_output(cut, &job.folder));
            }
        }
        let mut ended = end(command, &job.folder);
        // Of what ended under our eyes the entry itself says when.
        ended.at = ended
            .at
            .filter(|at| job.begun == Begun::Before || is_past(at));
        Ok(ended)
    };
    let mut ended = ended.await.unwrap_or_else(|error: io::Error| {
        Ended::failed(format!("it could not be carried out: {error}"))
    });
    keep_output(&mut ended, job);
    ended
}

/// Keeps what the command wrote, if it wrote anything.
fn keep_output(ended: &mut Ended, job: &Job) {
    let output = job.folder.join(OUTPUT);
    if fs::metadata(&output).map_or(0, |output| output.len()) == 0 {
        return;
    }
    match artifacts::keep(&job.artifacts, &output, artifacts::OUTPUT) {
        Ok(evidence) => ended.evidence.push(evidence),
        Err(error) => ended
            .facts
            .push(format!("its output could not be kept: {error}")),
    }
}

/// Whether a moment is over for so long that this process must have been stopped meanwhile.
fn is_past(at: &Moment) -> bool {
    clock::now().is_ok_and(|now| now.since(at).micros > LATE)
}

/// What is to be found of an attempt that another engine began. One that was not begun cannot
/// begin any more after this.
pub fn found(folder: &Path) -> Found {
    if hold::end(folder).is_some() {
        return Found::Ended;
    }
    if !folder.is_dir() {
        return Found::NeverBegun;
    }
    let hold = match Hold::try_take(folder) {
        Ok(Some(hold)) => hold,
        Ok(None) => return Found::Running,
        Err(_) => return Found::Lost,
    };
    let known = hold::known(folder);
    // It may have ended since.
    if known.iter().any(|known| matches!(known, Known::Ended(_))) {
        return Found::Ended;
    }
    // Whoever held on to it is lost, and it goes on without.
    if hold::group(folder).is_some_and(shim::group_lives) {
        return Found::Running;
    }
    if known.contains(&Known::Begun) {
        return Found::Lost;
    }
    match hold.add(&Known::Abandoned) {
        Ok(()) => Found::NeverBegun,
        Err(_) => Found::Lost,
    }
}

async fn begin(command: &Command, job: &Job) -> io::Result<oneshot::Receiver<()>> {
    fs::create_dir_all(&job.folder)?;
    let order = Order {
        attempt: job.folder.clone(),
        argv: command.argv.clone(),
        folder: job.workspace.join(command.folder.as_deref().unwrap_or(".")),
        environment: command.environment.clone(),
    };
    job.holder.begin(&order).await
}

/// How one learns that a command is over, or that whoever held on to it is lost.
enum Over<'f> {
    /// The shim tells.
    Told(oneshot::Receiver<()>, &'f Path),
    /// Nobody tells, as the shim is lost or not ours; so it is looked for again and again.
    Looked(&'f Path),
}

impl Over<'_> {
    async fn wait(&mut self) {
        if let Over::Told(end, folder) = self {
            match end.await {
                Ok(()) => return,
                Err(_) => *self = Over::Looked(folder),
            }
        }
        if let Over::Looked(folder) = self {
            while matches!(found(folder), Found::Running) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Ends the command and all it has started: first it is told to, then it is made to.
async fn stop(folder: &Path, over: &mut Over<'_>) {
    let mut signal = Signal::TERM;
    loop {
        // The number is its own as long as anything of it lives, or the shim has not let go.
        let group = hold::group(folder).and_then(|group| Pid::from_raw(i32::try_from(group).ok()?));
        let told = group.is_some_and(|group| kill_process_group(group, signal).is_ok());
        let patience = if told { GRACE } else { LOOK_EVERY };
        match tokio::time::timeout(patience, over.wait()).await {
            Ok(()) => return,
            Err(_) if told => signal = Signal::KILL,
            Err(_) => {}
        }
    }
}

/// How the command ended, as the shim has left it.
fn end(command: &Command, folder: &Path) -> Ended {
    let Some(end) = hold::end(folder) else {
        return Ended::lost(unseen(folder));
    };
    let succeeds_with = match command.succeeds_with.as_slice() {
        [] => &[0],
        stated => stated,
    };
    let succeeded = |status: i32| succeeds_with.iter().any(|one| i32::from(*one) == status);
    let ended = match (end.status, end.signal, end.failure) {
        (_, _, Some(failure)) => Ended::failed(format!("it could not be started: {failure}")),
        (Some(status), ..) if succeeded(status) => {
            Ended::succeeded(format!("exit status {status}"))
        }
        (Some(status), ..) => Ended::failed(format!("exit status {status}")),
        (None, Some(signal), _) => Ended::failed(format!("ended by signal {signal}")),
        (None, None, None) => Ended::failed("it ended, and nobody knows how"),
    };
    let mut ended = with_output(ended, folder);
    ended.at = end.at;
    if end.left_behind {
        ended
            .facts
            .push("it left processes behind that go on".to_owned());
    }
    if end.not_kept > 0 {
        ended.facts.push(format!(
            "{} bytes more of its output were not kept",
            end.not_kept
        ));
    }
    ended
}

/// That nobody saw how the command ended, and why, if that is known.
fn unseen(folder: &Path) -> String {
    let why = hold::known(folder)
        .into_iter()
        .find_map(|known| match known {
            Known::Failed(why) => Some(format!(": {why}")),
            _ => None,
        });
    format!("nobody saw how it ended{}", why.unwrap_or_default())
}

/// Adds the last lines that the command wrote.
fn with_output(mut ended: Ended, folder: &Path) -> Ended {
    let output = fs::read(folder.join(OUTPUT)).unwrap_or_default();
    let tail = &output[output.len().saturating_sub(TAIL)..];
    // Some programs colour what nobody sees in a terminal.
    let text = strip_str(&String::from_utf8_lossy(tail)).to_string();
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    ended.facts.extend(
        last.iter()
            .map(|line| format!("| {}", crate::text::visible(line))),
    );
    if matches!(ended.settled, Some(Settled::TimedOut | Settled::Cancelled)) {
        ended.facts.push("its process group was ended".to_owned());
    }
    ended
}
