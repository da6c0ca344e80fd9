//! What was agreed before about incidents, and those there were.

use serde::Serialize;

use super::value::{Point, words};
use crate::drill::{Hold, OpenedIncident, Run, Word};
use crate::journal::Script;
use crate::model::Sev;
use crate::render::run::history::History;
use crate::render::view::Mood;

/// What was agreed before about incidents, and those there were.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Incidents {
    /// What was agreed before.
    pub agreed: Agreed,
    /// Those there were, in order.
    pub opened: Vec<IncidentLine>,
}

/// What was agreed about incidents before a drill begins.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Agreed {
    /// What counts as one.
    pub criteria: Vec<String>,
    /// The severity from which on one must be opened: every one, where none is stated.
    pub opens_at: Option<&'static str>,
    /// Where people speak of one.
    pub channel: Option<String>,
    /// What it is called wherever others may listen.
    pub codename: Option<String>,
    /// Who may know of it.
    pub need_to_know: Vec<String>,
    /// What must never be sent by e-mail or text message.
    pub never_by_email_or_sms: Vec<String>,
    /// Whom to call, in this order, by name.
    pub contacts: Vec<String>,
    /// All of it but the criteria as people read it, a line each.
    pub rules: Vec<String>,
}

/// An incident, and what became of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct IncidentLine {
    /// Its number, from one.
    pub number: u32,
    /// What went wrong.
    pub text: String,
    /// How severe it is.
    pub severity: &'static str,
    /// `incident`, or `observation` where it is less severe than what must be opened.
    pub kind: &'static str,
    /// Where it comes from.
    pub cause: &'static str,
    /// Who opened it.
    pub by: String,
    /// When.
    pub at: Point,
    /// How long it held the run, so far; `null` where it never did.
    pub held_ms: Option<u64>,
    /// The same, as people read it.
    pub held: Option<String>,
    /// Who dismissed it, when and why.
    pub dismissed: Option<Spoken>,
    /// Who released its evidence, when and why.
    pub released: Option<Spoken>,
    /// Where it stands.
    pub state: &'static str,
    /// How that stands.
    pub mood: Mood,
}

/// What a person said about an incident.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Spoken {
    /// Who.
    pub by: String,
    /// When.
    pub at: Point,
    /// Why.
    pub why: String,
}

impl Incidents {
    pub fn new(run: &Run, history: &History) -> Self {
        let opened = run.numbered_incidents();
        Incidents {
            agreed: Agreed::new(&run.script),
            opened: opened
                .map(|opened| IncidentLine::new(run, history, opened))
                .collect(),
        }
    }
}

impl Agreed {
    /// What a script says of incidents.
    pub fn new(script: &Script) -> Self {
        let protocol = script.incidents.protocol.clone().unwrap_or_default();
        let need_to_know = protocol.need_to_know.iter();
        let contacts = script.contacts.iter();
        let mut agreed = Agreed {
            criteria: script.incidents.criteria.clone(),
            opens_at: script.incidents.opens_at.map(Sev::word),
            channel: protocol.channel,
            codename: protocol.codename,
            need_to_know: need_to_know.map(ToString::to_string).collect(),
            never_by_email_or_sms: protocol.never_by_email_or_sms,
            contacts: contacts.map(|contact| contact.name.clone()).collect(),
            rules: Vec::new(),
        };
        agreed.rules = agreed.rules();
        agreed
    }

    fn rules(&self) -> Vec<String> {
        let opens_at = match self.opens_at {
            Some(severity) => format!("from {severity} on"),
            None => "whatever its severity, as none is stated".to_owned(),
        };
        let opens_at = [opens_at];
        let lists = [
            ("An incident must be opened", &opens_at[..]),
            ("To call, in this order", &self.contacts),
            ("An incident is called", self.codename.as_slice()),
            ("It is spoken of here", self.channel.as_slice()),
            ("These may know of it", &self.need_to_know),
            (
                "Never by e-mail or text message",
                &self.never_by_email_or_sms,
            ),
        ];
        let stated = lists.iter().filter(|(_, all)| !all.is_empty());
        stated
            .map(|(title, all)| format!("{title}: {}", all.join("; ")))
            .collect()
    }
}

impl IncidentLine {
    fn new(run: &Run, history: &History, (number, opened): (u32, &OpenedIncident)) -> Self {
        let incident = &opened.incident;
        let until = match &opened.hold {
            Hold::Never => None,
            Hold::Now => Some(&run.last_at),
            Hold::Until(until) => Some(until),
        };
        let held_ms = until.map(|until| until.since(&opened.at).micros / 1_000);
        let spoken = |word: &Word| Spoken {
            by: word.by.words().to_owned(),
            at: Point::new(history, &word.at),
            why: word.why.clone(),
        };
        let (kind, state, mood) = match (run.must_be_opened(opened), &opened.dismissed) {
            (true, None) => ("incident", "open", Mood::Gap),
            (true, Some(_)) => ("incident", "dismissed", Mood::Fine),
            (false, None) => ("observation", "observed", Mood::Attention),
            (false, Some(_)) => ("observation", "closed", Mood::Fine),
        };
        IncidentLine {
            number,
            text: incident.text.clone(),
            severity: incident.severity.word(),
            kind,
            cause: incident.cause.words(),
            by: opened.by.words().to_owned(),
            at: Point::new(history, &opened.at),
            held_ms,
            held: held_ms.map(words),
            dismissed: opened.dismissed.as_ref().map(spoken),
            released: opened.released.as_ref().map(spoken),
            state,
            mood,
        }
    }

    /// It on one line, with its time.
    pub fn told(&self) -> String {
        let IncidentLine {
            number,
            text,
            severity,
            cause,
            by,
            state,
            ..
        } = self;
        let at = &self.at.words;
        let mut told = format!("{at}  {number}. {severity}, {cause}, opened by {by}: {text}");
        if let Some(held) = &self.held {
            told.push_str(&format!("; held the run for {held}"));
        }
        if let Some(Spoken { by, why, .. }) = &self.released {
            told.push_str(&format!("; evidence released by {by}: {why}"));
        }
        match &self.dismissed {
            Some(Spoken { by, why, .. }) => told.push_str(&format!("; {state} by {by}: {why}")),
            None => told.push_str(&format!("; {state}")),
        }
        told.replace('\n', " ")
    }
}
