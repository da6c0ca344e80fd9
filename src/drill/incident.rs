//! Incidents during a run, as far as the run alone knows them.

use crate::journal::Script;

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
