//! The written steps take longer than the recovery is said to take.

use super::{Check, Context, Run, listing, steps};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    procedure_slower_than_recovery, "procedure-slower-than-recovery", Error,
    "The steps of a procedure take longer than the recovery they carry out",
    clauses: ["BC-05", "BC-17", "SP 800-34 4.1", "CP-10(4)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        let (Some(recovery), Some(id)) = (&system.recovery, &system.procedure) else {
            continue;
        };
        let said = match (recovery.worst, recovery.likely) {
            (Some(worst), _) => Some(("worst", worst, " at worst")),
            (None, Some(likely)) => Some(("likely", likely, "")),
            (None, None) => None,
        };
        let Some((key, time, when)) = said else {
            continue;
        };
        let Some(procedure) = context.programme.procedures.get(id.as_str()) else {
            continue;
        };
        // Steps that wait for each other in a circle are `steps-circular`'s business, not ours.
        let Some(longest) = steps::longest(procedure).filter(|longest| longest.time > time) else {
            continue;
        };
        let (needed, time) = (longest.time.words(), time.words());
        let names = longest
            .steps
            .iter()
            .map(|step| procedure.steps[*step].id.as_str());
        let note = format!("one after the other: {}", listing::ids(names));
        let message = format!(
            "the steps of `{id}` take {needed}, but `{}` is said to be back in {time}{when}",
            system.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(system.at().key("recovery").key(key))
                .also(procedure.at().key("steps"), note)
                .about(Kind::System, system.id.as_str())
                .help("Correct the times, or do at once what need not wait, with `after`."),
        );
    }
}
