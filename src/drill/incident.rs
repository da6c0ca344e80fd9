//! What went wrong for real while a run lasted, as far as the run alone knows it.
//!
//! An incident that the drill has *caused* holds its evidence: nothing is begun, nothing is taken
//! back and the run does not end before a person releases it (EC-02, EC-04). One that it has
//! *uncovered* is written down without such a claim, and pauses the run when that is asked for
//! (EC-03). Dismissing an incident releases no evidence.
//!
//! At or above the severity that was agreed before, an incident is dismissed only by somebody who
//! neither leads the drill nor opened it; below, it is an observation that anybody may close
//! (EC-08). That may be done after the end of the run, too: what came of it stays as it was then,
//! so a drill that did harm has not succeeded, and its report tells of both.

use unicode_normalization::UnicodeNormalization;

use super::{Phase, Run};
use crate::journal::{Actor, Cause, Event, Incident, Script, What};
use crate::time::Moment;

/// An incident that was opened, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedIncident {
    /// What went wrong.
    pub incident: Incident,
    /// Who opened it.
    pub by: Actor,
    /// When.
    pub at: Moment,
    /// Whether it holds the run.
    pub hold: Hold,
    /// Who dismissed it, if somebody did.
    pub dismissed: Option<Word>,
    /// Who released its evidence, if somebody did.
    pub released: Option<Word>,
}

/// Whether an incident holds a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Hold {
    /// It never did.
    Never,
    /// It does: the run is paused since, or its evidence is held.
    Now,
    /// It did, until then.
    Until(Moment),
}

/// What a person said about an incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: String,
}

/// That nobody has agreed what counts as an incident, if so: no run begins then (EC-01).
pub fn unagreed(script: &Script) -> Option<String> {
    script.incidents.criteria.is_empty().then(|| {
        format!(
            "nothing says what counts as an incident: write `incidents: {{criteria: […]}}` in the \
             drill `{}`, or in the organization for all drills",
            script.drill
        )
    })
}

/// Why somebody may not dismiss an incident, if they may not.
pub(super) fn undismissable(run: &Run, number: u32, by: &Actor) -> Option<String> {
    let Some(opened) = run.incident(number) else {
        return Some(format!("there is no incident {number} in this run"));
    };
    if let Some(word) = &opened.dismissed {
        let by = word.by.words();
        return Some(format!("incident {number} was dismissed by `{by}` already"));
    }
    let script = &run.script;
    let by = by.words();
    let leads =
        script.leads.contains(by) || script.lead.as_ref().is_some_and(|it| it.as_str() == by);
    let did = match () {
        () if !run.must_be_opened(opened) => return None,
        () if leads => "leads the drill",
        () if plain(opened.by.words()) == plain(by) => "opened it",
        () => return None,
    };
    let (severity, threshold) = (opened.incident.severity, script.incidents.threshold());
    Some(format!(
        "`{by}` {did}, and incident {number} is {severity}: from {threshold} on somebody who \
         neither leads the drill nor opened it must dismiss it"
    ))
}

/// The letters and digits of a name. Anybody may open an incident, also who is not in the plans, so
/// `Cy ` and `ＣＹ` may be the person `cy`.
fn plain(name: &str) -> String {
    let letters = name.nfkc().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

impl Run {
    /// An incident by its number, from one.
    pub fn incident(&self, number: u32) -> Option<&OpenedIncident> {
        self.incidents.get((number as usize).checked_sub(1)?)
    }

    /// The incidents with their numbers.
    pub fn numbered_incidents(&self) -> impl Iterator<Item = (u32, &OpenedIncident)> {
        (1..).zip(&self.incidents)
    }

    /// Whether an incident is as severe as what must be opened; less severe ones are observations.
    pub fn must_be_opened(&self, opened: &OpenedIncident) -> bool {
        let threshold = self.script.incidents.threshold();
        opened.incident.severity.reaches(threshold)
    }

    /// Whether evidence of an incident is held, so that nothing is begun or taken back.
    pub fn is_evidence_held(&self) -> bool {
        self.incidents.iter().any(OpenedIncident::holds_evidence)
    }

    /// Whether the drill did harm: it has caused an incident that nobody dismissed, however severe.
    pub(super) fn did_harm(&self) -> bool {
        let caused = |it: &OpenedIncident| it.incident.cause == Cause::Drill;
        let harm = |it| caused(it) && it.dismissed.is_none();
        self.incidents.iter().any(harm)
    }

    /// An incident was opened or dismissed, or its evidence released; whether that can be.
    pub(super) fn incident_event(&mut self, event: &Event) -> bool {
        match &event.what {
            What::IncidentOpened { incident, pause } => {
                let waits = matches!(self.phase, Phase::Running | Phase::Paused);
                let hold = match Hold::of(incident.cause) {
                    Hold::Never if *pause && waits => Hold::Now,
                    hold => hold,
                };
                if hold == Hold::Now && waits {
                    self.phase = Phase::Paused;
                }
                self.open(incident, hold, event);
            }
            What::IncidentDismissed { number, why }
                if undismissable(self, *number, &event.by).is_none() =>
            {
                self.incidents[*number as usize - 1].dismissed = Some(Word::new(event, why));
            }
            What::EvidenceReleased { why } if self.is_evidence_held() => {
                let held = self.incidents.iter_mut().filter(|it| it.holds_evidence());
                held.for_each(|it| it.released = Some(Word::new(event, why)));
            }
            _ => return false,
        }
        true
    }

    pub(super) fn open(&mut self, incident: &Incident, hold: Hold, event: &Event) {
        self.incidents.push(OpenedIncident {
            incident: incident.clone(),
            by: event.by.clone(),
            at: event.at.clone(),
            hold,
            dismissed: None,
            released: None,
        });
    }

    /// No incident holds the run any more.
    pub(super) fn let_go(&mut self, at: &Moment) {
        let held = self.incidents.iter_mut().filter(|it| it.hold == Hold::Now);
        held.for_each(|it| it.hold = Hold::Until(at.clone()));
    }
}

impl OpenedIncident {
    /// Whether its evidence is held.
    fn holds_evidence(&self) -> bool {
        self.incident.cause == Cause::Drill && self.released.is_none()
    }
}

impl Hold {
    /// Whether an incident with such a cause always holds the run.
    pub(super) fn of(cause: Cause) -> Self {
        match cause {
            Cause::Drill => Hold::Now,
            Cause::Uncovered => Hold::Never,
        }
    }
}

impl Word {
    fn new(event: &Event, why: &str) -> Self {
        Word {
            by: event.by.clone(),
            at: event.at.clone(),
            why: why.to_owned(),
        }
    }
}
