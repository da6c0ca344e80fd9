//! Shows what happens in a run, as it does: each event on a line, and where there is a terminal
//! where the run stands, below.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::asked::Place;
use super::screen::Screen;
use super::typing::{Speaker, Typing};
use crate::cli::Outcome;
use crate::cli::options::{Format, Within};
use crate::cli::output::{note, warn};
use crate::drill::{Request, Run, forecast, succeeded};
use crate::journal::{Entry, Part, What};
use crate::render::run::{Answers, alarm, board, in_doubt, line, losses, measures, waits, warning};
use crate::runner::Watch;
use crate::text::visible;
use crate::time::Moment;

/// How often it is computed how long a run still needs, in microseconds.
const FORECAST_EVERY: u64 = 1_000_000;

/// Prints each event on standard output.
pub struct Follow {
    format: Format,
    id: String,
    succeeded: bool,
    over: bool,
    /// When it was last computed how long the run still needs.
    forecast_at: Option<Moment>,
    /// The measures of which was said that they can no longer be in time.
    warned: BTreeSet<usize>,
    /// Who may type here, where somebody may.
    at_terminal: Option<AtTerminal>,
    typing: Option<Typing>,
    screen: Option<Arc<Screen>>,
}

/// Where the run is that somebody watches at a terminal, and who they are.
struct AtTerminal {
    path: PathBuf,
    by: Option<String>,
    begun: bool,
}

impl Follow {
    /// Lines and nothing more.
    pub fn new(format: Format) -> Self {
        Follow {
            format,
            id: String::new(),
            succeeded: false,
            over: false,
            forecast_at: None,
            warned: BTreeSet::new(),
            at_terminal: None,
            typing: None,
            screen: None,
        }
    }

    /// The same, and where there is a terminal also where the run stands; what is typed there is
    /// said to the run.
    pub fn live(format: Format, path: &Path, by: Option<&String>) -> Self {
        let mut follow = Follow::new(format);
        follow.at_terminal = (format == Format::Text).then(|| AtTerminal {
            path: path.to_owned(),
            by: by.cloned(),
            begun: false,
        });
        follow
    }

    /// The run that is followed.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the run is over.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether the run is over and did what it should, in time.
    pub fn outcome(&self) -> Outcome {
        if self.succeeded {
            Outcome::Done
        } else {
            Outcome::Findings
        }
    }

    fn shown(&self, run: &Run, entry: &Entry) -> String {
        if self.format == Format::Json {
            return entry.text.clone();
        }
        let Ok(event) = entry.event() else {
            return entry.text.clone();
        };
        let mut shown = line(run, &event);
        let place = event.what.step().and_then(|step| run.place(step));
        if let Some(place) = place.filter(|place| is_for_people(run, *place, &event.what)) {
            shown.push('\n');
            shown.push_str(&waits(run, &self.id, place));
        }
        if event.what.incident().is_some() {
            for told in alarm(run, &self.id) {
                shown.push_str(&format!("\n            {}", visible(&told)));
            }
        }
        if let What::RunFinished { .. } = &event.what {
            for lost in losses(run) {
                shown.push_str(&format!("\n            {}", lost.told()));
            }
            for measured in measures(run) {
                shown.push_str(&format!("\n            {}", measured.told()));
            }
        }
        if let What::StepInDoubt { step, .. } | What::UndoInDoubt { step, .. } = &event.what {
            shown.push('\n');
            shown.push_str(&in_doubt(&self.id, step));
        }
        shown
    }

    /// Prints above what is redrawn, if anything is.
    fn above(&self, print: impl FnOnce()) {
        match &self.screen {
            Some(screen) => screen.above(print),
            None => print(),
        }
    }

    /// Begins to draw and to listen, once: only where a run is carried out Ctrl-C is heard.
    fn begin(&mut self) {
        let Some(terminal) = self.at_terminal.as_mut().filter(|terminal| !terminal.begun) else {
            return;
        };
        terminal.begun = true;
        self.screen = Screen::open().map(Arc::new);
        let place = Place {
            run: self.id.clone(),
            within: Within {
                path: terminal.path.clone(),
            },
        };
        let by = terminal.by.clone();
        self.typing = Typing::begin(self.screen.as_ref(), Speaker { place, by });
    }

    /// Nothing is redrawn or listened to any more.
    fn end(&mut self) {
        self.typing = None;
        if let Some(screen) = self.screen.take() {
            screen.close();
        }
    }

    /// Says once of each measure that it can no longer be in time, and draws where the run stands.
    fn look(&mut self, run: &Run, now: &Moment) {
        let forecast = forecast(run, now);
        for (number, budget) in forecast.budgets.iter().enumerate() {
            if let Some(text) = warning(budget)
                && self.warned.insert(number)
            {
                self.above(|| warn(&text));
            }
        }
        if self
            .screen
            .as_ref()
            .is_some_and(|screen| !screen.is_in_front())
        {
            // Another program has the terminal; lines go on as they would without one.
            self.end();
        }
        if let Some(screen) = &self.screen {
            if let Some(typing) = &self.typing {
                typing.renew();
            }
            let by = self.at_terminal.as_ref().and_then(|at| at.by.as_ref());
            let answers = match self.typing.as_ref().zip(by) {
                Some(_) => Answers::Here,
                None => Answers::Elsewhere,
            };
            let stands = (self.id.as_str(), run);
            // The last column stays free: a terminal may go on to the next line there.
            let width = screen.width().saturating_sub(1);
            screen.show(&board(stands, (&forecast, now), answers, width));
        }
    }
}

fn is_for_people(run: &Run, place: u32, what: &What) -> bool {
    let task = run.task(place);
    match what {
        What::StepStarted { .. } => task.action(Part::Step).is_none(),
        What::UndoStarted { .. } => task.action(Part::Undo).is_none(),
        _ => false,
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.end();
    }
}

impl Watch for Follow {
    fn named(&mut self, id: &str) {
        id.clone_into(&mut self.id);
        if self.format == Format::Text {
            note(&format!("run {id}"));
        }
    }

    fn refused(&mut self, request: &Request, why: &str) {
        let by = &request.by;
        self.above(|| note(&format!("what {by} asked for cannot be had: {why}")));
    }

    fn happened(&mut self, run: &Run, entries: &[Entry]) {
        self.succeeded = succeeded(run) == Some(true);
        self.over = run.is_over();
        if self.over {
            self.end();
        }
        self.above(|| {
            let mut out = anstream::stdout().lock();
            for entry in entries {
                // The run goes on, and is on disk, when nobody reads this any more.
                let _ = writeln!(out, "{}", self.shown(run, entry));
            }
        });
    }

    fn passed(&mut self, run: &Run, now: &Moment) {
        self.begin();
        let nobody_asks = self.screen.is_none() && run.script.measures.is_empty();
        let last = self.forecast_at.as_ref();
        let soon = last.is_some_and(|last| now.since(last).micros < FORECAST_EVERY);
        if self.format == Format::Json || nobody_asks || soon {
            return;
        }
        self.forecast_at = Some(now.clone());
        self.look(run, now);
    }

    fn deserted(&mut self) {
        let id = &self.id;
        self.above(|| {
            warn(&format!(
                "nobody carries the run out now; `mainstay drill resume {id}` goes on with it"
            ));
        });
    }
}
