//! What Mainstay does itself in a step: one file for each kind of action in `actions!`.
//!
//! A kind has two functions. `ready` says what is missing before a run begins. `carry_out` takes
//! what the plan states and the job at hand and gives back how it ended. Neither decides whether
//! something is done again, or taken back.

mod ansible;
mod call;
mod chaostoolkit;
mod command;
mod dns;
mod find_mark;
pub mod hold;
mod holder;
mod http;
mod judged;
mod mark;
mod notify;
mod own;
mod restore;
pub mod shim;
mod sql;
mod tcp;
mod wait;
mod wait_until;

pub use command::found;
pub use holder::Holder;
pub use http::client as http_client;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::actions;
use crate::journal::{Evidence, RunMode, Settled};
use crate::model::Action;
use crate::time::{Duration, Moment};

/// How something ended, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How; `None` where nobody can tell.
    pub settled: Option<Settled>,
    /// What is known, line by line.
    pub facts: Vec<String>,
    /// When, where that was not just now.
    pub at: Option<Moment>,
    /// The newest mark that was found, where one was looked for.
    pub mark: Option<DateTime<Utc>>,
    /// What was kept of it.
    pub evidence: Vec<Evidence>,
}

/// One attempt at an action.
#[derive(Clone, Debug)]
pub struct Job {
    /// The id of the run.
    pub run: String,
    /// Whether the run is serious.
    pub mode: RunMode,
    /// The root of the workspace: folders in plans are relative to it.
    pub workspace: PathBuf,
    /// A folder for this attempt alone.
    pub folder: PathBuf,
    /// Where files are kept that show something.
    pub artifacts: PathBuf,
    /// What holds on to commands.
    pub holder: Arc<Holder>,
    /// How long it may take.
    pub timeout: Duration,
    /// Who begins it.
    pub begun: Begun,
    /// Turns to true when the run wants it ended.
    pub stop: watch::Receiver<bool>,
}

/// Who begins an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// This process.
    Here,
    /// A process before this one has: only its end is waited for.
    Before,
}

impl Ended {
    /// It did what it should.
    pub fn succeeded(fact: impl Into<String>) -> Self {
        Ended {
            settled: Some(Settled::Succeeded),
            facts: vec![fact.into()],
            at: None,
            mark: None,
            evidence: Vec::new(),
        }
    }

    /// It did not.
    pub fn failed(fact: impl Into<String>) -> Self {
        Ended {
            settled: Some(Settled::Failed),
            facts: vec![fact.into()],
            at: None,
            mark: None,
            evidence: Vec::new(),
        }
    }

    /// It began, and nobody can tell what became of it.
    pub fn lost(fact: impl Into<String>) -> Self {
        Ended {
            settled: None,
            facts: vec![fact.into()],
            at: None,
            mark: None,
            evidence: Vec::new(),
        }
    }
}

impl Job {
    /// Waits until it has to end before its time, and says why.
    pub async fn cut_off(&self) -> Ended {
        let mut stop = self.stop.clone();
        let timeout = std::time::Duration::from_secs(self.timeout.as_seconds());
        tokio::select! {
            // A run that is gone does not end what it has begun.
            true = async { stop.wait_for(|stop| *stop).await.is_ok() } => Ended {
                settled: Some(Settled::Cancelled),
                facts: vec!["the run stopped".to_owned()],
                at: None,
                mark: None,
                evidence: Vec::new(),
            },
            () = tokio::time::sleep(timeout) => Ended {
                settled: Some(Settled::TimedOut),
                facts: vec![format!("it took longer than {}", self.timeout.words())],
                at: None,
                mark: None,
                evidence: Vec::new(),
            },
        }
    }
}

macro_rules! carry_out {
    ($($(#[doc = $doc:literal])+ $name:ident $key:literal $type:ident;)+) => {
        /// Carries out an action, until it ends or has to.
        pub async fn carry_out(action: &Action, job: &Job) -> Ended {
            $(if let Some(stated) = &action.$name {
                return $name::carry_out(stated, job).await;
            })+
            Ended::failed("nothing is stated to do")
        }

        /// Whether all is there that an action needs; nothing is touched.
        ///
        /// # Errors
        /// What is missing, as people read it.
        pub fn ready(action: &Action, workspace: &Path) -> Result<(), String> {
            $(if let Some(stated) = &action.$name {
                return $name::ready(stated, workspace);
            })+
            Err("nothing is stated to do".to_owned())
        }
    };
}
actions!(carry_out);
