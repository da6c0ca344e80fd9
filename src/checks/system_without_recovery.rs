//! Nothing says how a system comes back.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, System};

pub const CHECK: Check = check! {
    system_without_recovery, "system-without-recovery", Warning,
    "Nothing says how a system comes back, or how long that takes",
    clauses: ["BC-05", "BC-17", "SP 800-34 4.2", "ISO 22301 8.3.2", "CP-10"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        // How a vendor restores its service is `vendor-without-restoration-plan`'s business.
        if system.states(|system| system.vendor.is_some()) || system.states(is_timed) {
            continue;
        }
        let id = &system.id;
        let (message, help) = if system.states(|system| system.recovery.is_some()) {
            (
                format!("nothing says how long the recovery of `{id}` takes"),
                "Write `likely` and `worst`; until then it is taken to meet its RTO, no better.",
            )
        } else {
            (
                format!("nothing says how `{id}` comes back"),
                "Write `recovery:` with a `strategy` and how long it takes, `likely` and `worst`.",
            )
        };
        findings.push(
            CHECK
                .finding(message)
                .at(system.at().key("recovery"))
                .about(Kind::System, id.as_str())
                .help(help),
        );
    }
}

fn is_timed(system: &System) -> bool {
    let recovery = system.recovery.as_ref();
    recovery.is_some_and(|r| r.worst.is_some() || r.likely.is_some() || r.measured.is_some())
}
