//! What went wrong for real in a run, and whom to call: for everybody who looks at it.

use crate::drill::{Hold, OpenedIncident, Run};
use crate::journal::{EmergencyContact, Event};
use crate::record::stands;

/// In what phase a run is, and what holds it there.
pub fn standing(run: &Run) -> String {
    let held = run.numbered_incidents();
    let held = held.filter(|(_, it)| !run.is_over() && it.hold == Hold::Now);
    let held: Vec<String> = held.map(|(number, _)| number.to_string()).collect();
    match held.as_slice() {
        [] => stands(run).to_owned(),
        [only] => format!("{}, held by incident {only}", run.phase.words()),
        several => format!(
            "{}, held by incidents {}",
            run.phase.words(),
            several.join(", ")
        ),
    }
}

/// Every incident that nobody dismissed or that still holds the run, whom to call while one is
/// open, and what lets the run go on: a line each. Nothing of a run that is over.
pub fn alarm(run: &Run, id: &str) -> Vec<String> {
    let told = run.numbered_incidents();
    let told = told.filter(|(_, it)| it.dismissed.is_none() || it.hold == Hold::Now);
    let mut lines: Vec<String> = told.map(|(number, it)| told_of(number, it)).collect();
    if run.is_over() || lines.is_empty() {
        return Vec::new();
    }
    // Once all are dismissed there is nothing to call anybody for.
    if run.incidents.iter().any(|it| it.dismissed.is_none()) {
        lines.push(call(run));
        lines.extend(protocol(run));
    }
    let held = run.incidents.iter().any(|it| it.hold == Hold::Now);
    lines.extend(held.then(|| match run.is_evidence_held() {
        true => format!(
            "nothing is begun or taken back until the evidence is released: mainstay drill \
             release {id} --why WHY --by YOU"
        ),
        false => format!("to go on: mainstay drill resume {id} --by YOU"),
    }));
    lines
}

/// What an incident is, and whether it was dismissed.
fn told_of(number: u32, opened: &OpenedIncident) -> String {
    let (name, text) = (name(number, opened), &opened.incident.text);
    match &opened.dismissed {
        Some(word) => format!("{name}, dismissed by {}: {text}", word.by.words()),
        None => format!("{name}: {text}"),
    }
}

/// Whom to call first, and whom then.
fn call(run: &Run) -> String {
    let mut contacts = run.script.contacts.iter().map(EmergencyContact::words);
    match (contacts.next(), contacts.next()) {
        (None, _) => "call: the drill states no `primary-contact`".to_owned(),
        (Some(first), None) => format!("call {first}; nobody is stated to call next"),
        (Some(first), Some(second)) => format!("call {first}; if nobody answers, {second}"),
    }
}

/// How what is said of it is kept close, where that was agreed.
fn protocol(run: &Run) -> Option<String> {
    let protocol = run.script.incidents.protocol.as_ref()?;
    let never = &protocol.never_by_email_or_sms;
    let parts = [
        protocol.codename.as_ref().map(|it| format!("call it {it}")),
        protocol
            .channel
            .as_ref()
            .map(|it| format!("speak of it here: {it}")),
        (!never.is_empty())
            .then(|| format!("never by e-mail or text message: {}", never.join("; "))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// An incident as it is called in lines: its number, severity and cause.
pub(super) fn name(number: u32, opened: &OpenedIncident) -> String {
    let incident = &opened.incident;
    let (severity, cause) = (incident.severity, incident.cause.words());
    format!("INCIDENT {number} ({severity}, {cause})")
}

/// The incident that an event has opened, as it is called in lines.
pub(super) fn opened_by(run: &Run, event: &Event) -> Option<String> {
    let incident = event.what.incident()?;
    let mut all = run.numbered_incidents();
    let (number, opened) = all.find(|(_, it)| it.at == event.at && it.incident == *incident)?;
    Some(name(number, opened))
}
