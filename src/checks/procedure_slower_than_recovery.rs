//! The written steps take longer than the recovery is said to take.

use std::collections::HashMap;

use super::{Check, Context, Run, late, steps, words};
use crate::finding::Finding;
use crate::id::ProcedureId;
use crate::model::Kind;

pub const CHECK: Check = check! {
    procedure_slower_than_recovery, "procedure-slower-than-recovery", Warning,
    "The steps of a procedure take longer than the recovery they carry out",
    clauses: ["BC-05", "BC-17", "SP 800-34 4.1", "CP-10(4)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let systems = &context.programme.systems;
    let mut followed: HashMap<&ProcedureId, usize> = HashMap::new();
    for id in systems
        .iter()
        .filter_map(|system| system.procedure.as_ref())
    {
        *followed.entry(id).or_default() += 1;
    }
    for system in systems {
        let (Some(recovery), Some(id)) = (&system.recovery, &system.procedure) else {
            continue;
        };
        // Steps that bring several systems back may take as long as all of them together.
        if followed[id] > 1 {
            continue;
        }
        let Some(said) = late::said(recovery) else {
            continue;
        };
        let Some(procedure) = context.programme.procedures.get(id.as_str()) else {
            continue;
        };
        // Steps that wait for each other in a circle are `steps-circular`'s business, not ours.
        let Some(longest) = steps::longest(procedure).filter(|longest| longest.time > said.time)
        else {
            continue;
        };
        let needed = longest.time.words();
        let names = longest
            .steps
            .iter()
            .map(|step| procedure.steps[*step].id.as_str());
        let note = format!("one after the other: {}", words::quoted(names));
        let message = format!(
            "the steps of `{id}` take {needed}, but `{}` is said to be back in {}",
            system.id, said.words
        );
        findings.push(
            CHECK
                .finding(message)
                .at(system.at().key("recovery").key(said.key))
                .also(procedure.at().key("steps"), note)
                .about(Kind::System, system.id.as_str())
                .help("Correct the times, or do at once what need not wait, with `after`."),
        );
    }
}
