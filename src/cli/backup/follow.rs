//! What is going on while a backup is verified or restored: a line for each part, and on a terminal
//! a bar below them.

use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::backup::{Progress, RESTORE};
use crate::cli::output::note;
use crate::id::BackupId;
use crate::render::proof::Pace;

/// How often the bar is drawn again.
const TICK: Duration = Duration::from_millis(200);
/// The bar where it is known how much there will be.
const KNOWN: &str = "{prefix} {elapsed} [{bar:24}] {msg}";
/// The same where it is not.
const UNKNOWN: &str = "{prefix} {elapsed} {spinner} {msg}";

/// Says what is going on, until it is dropped.
pub struct Follow<'b> {
    backup: &'b BackupId,
    bar: Option<Bar>,
}

impl<'b> Follow<'b> {
    /// Begins to say it of a backup: on standard error, with a bar if that is a terminal.
    pub fn new(backup: &'b BackupId) -> Self {
        let bar = std::io::stderr().is_terminal().then(Bar::new);
        Follow {
            backup,
            bar: bar.filter(|bar| !bar.drawn.is_hidden()),
        }
    }

    /// Says what is going on.
    pub fn tell(&self, progress: &Progress) {
        let line = match progress {
            Progress::Begun(part) => Some(format!("{}: {part}", self.backup)),
            _ => None,
        };
        match &self.bar {
            Some(bar) => {
                if let Some(line) = line {
                    bar.drawn.suspend(|| note(&line));
                }
                bar.tell(progress);
            }
            None => {
                if let Some(line) = line {
                    note(&line);
                }
            }
        }
    }
}

impl Drop for Follow<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.drawn.finish_and_clear();
        }
    }
}

/// The part that is going on, and how far it has come.
struct Bar {
    drawn: ProgressBar,
    part: Mutex<Part>,
}

struct Part {
    name: &'static str,
    began: Instant,
    pace: Pace,
}

impl Bar {
    fn new() -> Self {
        let drawn = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        drawn.set_style(style(UNKNOWN));
        drawn.enable_steady_tick(TICK);
        Bar {
            drawn,
            part: Mutex::new(Part {
                name: "",
                began: Instant::now(),
                pace: Pace::default(),
            }),
        }
    }

    fn tell(&self, progress: &Progress) {
        let mut part = self.part();
        match *progress {
            Progress::Begun(name) => {
                part.name = name;
                part.began = Instant::now();
                part.pace = Pace::default();
                self.drawn.reset_elapsed();
            }
            Progress::Expected(bytes) => part.pace.expected = Some(bytes),
            Progress::Restored(bytes) => {
                let took = part.began.elapsed().as_micros();
                part.pace.bytes = bytes;
                part.pace.micros = u64::try_from(took).unwrap_or(u64::MAX);
            }
        }
        self.draw(&part);
    }

    fn draw(&self, part: &Part) {
        // Of all parts, only this one fills the disk.
        let is_restore = part.name == RESTORE;
        let expected = part.pace.expected.filter(|_| is_restore);
        let template = match expected {
            Some(_) => KNOWN,
            None => UNKNOWN,
        };
        self.drawn.set_style(style(template));
        match expected {
            Some(expected) => self.drawn.set_length(expected),
            None => self.drawn.unset_length(),
        }
        let (bytes, words) = match is_restore {
            true => (part.pace.bytes, part.pace.words()),
            false => (0, String::new()),
        };
        self.drawn
            .set_position(bytes.min(expected.unwrap_or(bytes)));
        self.drawn.set_message(words);
        self.drawn.set_prefix(part.name);
    }

    fn part(&self) -> MutexGuard<'_, Part> {
        self.part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a template of ours")
}
