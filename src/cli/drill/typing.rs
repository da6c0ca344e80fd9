//! What is typed while a run is shown is said to the run, as a command from another terminal is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::asked::Place;
use super::keys::{self, Came, Line, Quiet};
use super::said::tell;
use super::screen::Screen;
use super::typed::{self, HELP, Typed};
use crate::cli::output::{complain, note};
use crate::text::visible;

/// Who types, to which run.
#[derive(Clone)]
pub struct Speaker {
    /// The run.
    pub place: Place,
    /// Who they are; it is never guessed.
    pub by: Option<String>,
}

/// That a terminal is listened to, as long as this is held.
pub struct Typing {
    over: Arc<AtomicBool>,
    quiet: Option<Quiet>,
}

impl Typing {
    /// Listens to standard input, where that is a terminal. What comes from a pipe asks nothing.
    pub fn begin(screen: Option<&Arc<Screen>>, speaker: Speaker) -> Option<Self> {
        if !keys::is_ours() {
            return None;
        }
        let quiet = screen.and_then(|_| Quiet::begin());
        let over = Arc::new(AtomicBool::new(false));
        let shown = screen.filter(|_| quiet.is_some()).map(Arc::clone);
        let until = Arc::clone(&over);
        thread::spawn(move || listen(shown.as_deref(), &speaker, &until));
        Some(Typing { over, quiet })
    }

    /// Has the terminal as it is to be, also after a shell had it in between.
    pub fn renew(&self) {
        if let Some(quiet) = &self.quiet {
            quiet.renew();
        }
    }
}

impl Drop for Typing {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn listen(screen: Option<&Screen>, speaker: &Speaker, over: &AtomicBool) {
    let mut line = Line::default();
    while !over.load(Ordering::Relaxed) {
        let bytes = match keys::wait() {
            Came::Bytes(bytes) => bytes,
            Came::Nothing => continue,
            Came::End => return,
        };
        let lines: Vec<String> = bytes.iter().filter_map(|byte| line.push(*byte)).collect();
        if let Some(screen) = screen {
            screen.typed(&line.text());
        }
        for line in lines {
            speaker.says(&line, screen);
        }
    }
}

impl Speaker {
    /// Says a line to the run, and shows what comes of it.
    fn says(&self, line: &str, screen: Option<&Screen>) {
        let show = |print: &dyn Fn()| match screen {
            Some(screen) => screen.above(print),
            None => print(),
        };
        // What is drawn is gone once it is said; otherwise the terminal has shown it.
        if screen.is_some() && !line.trim().is_empty() {
            show(&|| note(&format!("> {}", visible(line))));
        }
        let said = match (typed::read(line), &self.by) {
            (Ok(Typed::Nothing), _) => return,
            (Ok(Typed::Help), _) => return show(&|| note(HELP)),
            (Err(usage), _) => return show(&|| note(&usage)),
            (Ok(Typed::Said(_)), None) => {
                let who = "nobody knows who you are: begin again with `--by YOU`, or set \
                           MAINSTAY_BY; what you typed was not said";
                return show(&|| note(who));
            }
            (Ok(Typed::Said(said)), Some(by)) => tell(&self.place, by, said),
        };
        show(&|| match &said {
            Ok(told) => note(told),
            Err(error) => complain(error),
        });
    }
}
