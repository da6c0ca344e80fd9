//! Prints what happens in a run, as it does.

use std::io::Write;

use crate::cli::Outcome;
use crate::cli::options::Format;
use crate::drill::{Request, Run, succeeded};
use crate::journal::{Entry, Part, What};
use crate::render::run::{in_doubt, line, losses, measures, waits};
use crate::runner::Watch;

/// Prints each event on standard output.
pub struct Follow {
    format: Format,
    id: String,
    succeeded: bool,
}

impl Follow {
    pub fn new(format: Format) -> Self {
        Follow {
            format,
            id: String::new(),
            succeeded: false,
        }
    }

    /// The run that is followed.
    pub fn id(&self) -> &str {
        &self.id
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
}

fn is_for_people(run: &Run, place: u32, what: &What) -> bool {
    let task = run.task(place);
    match what {
        What::StepStarted { .. } => task.action(Part::Step).is_none(),
        What::UndoStarted { .. } => task.action(Part::Undo).is_none(),
        _ => false,
    }
}

impl Watch for Follow {
    fn named(&mut self, id: &str) {
        id.clone_into(&mut self.id);
        if self.format == Format::Text {
            crate::cli::output::note(&format!("run {id}"));
        }
    }

    fn refused(&mut self, request: &Request, why: &str) {
        let by = &request.by;
        crate::cli::output::note(&format!("what {by} asked for cannot be had: {why}"));
    }

    fn happened(&mut self, run: &Run, entries: &[Entry]) {
        self.succeeded = succeeded(run) == Some(true);
        let mut out = anstream::stdout().lock();
        for entry in entries {
            // The run goes on, and is on disk, when nobody reads this any more.
            let _ = writeln!(out, "{}", self.shown(run, entry));
        }
    }
}
