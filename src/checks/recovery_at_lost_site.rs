//! A system is to come back at the very place that was lost.

use super::{Check, Context, Run, within};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    recovery_at_lost_site, "recovery-at-lost-site", Error,
    "A system is to come back at the site whose loss it is to survive",
    clauses: ["BC-05", "BC-08", "CP-7", "A1.2(10)", "SP 800-34 4.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for system in &context.programme.systems {
        let recovery = system
            .recovery
            .as_ref()
            .and_then(|recovery| recovery.site.as_ref());
        let (Some(own), Some(other)) = (&system.site, recovery) else {
            continue;
        };
        if !within::is_lost_with(context.programme, other.as_str(), own.as_str()) {
            continue;
        }
        let message = if own == other {
            format!(
                "when `{own}` is lost, `{}` is to come back at `{own}`",
                system.id
            )
        } else {
            format!(
                "when `{own}` is lost, `{}` is to come back at `{other}`, which lies in it",
                system.id
            )
        };
        findings.push(
            CHECK
                .finding(message)
                .at(system.at().key("recovery").key("site"))
                .also(system.at().key("site"), "it runs here")
                .about(Kind::System, system.id.as_str())
                .help("Name a site that outlives this one, or leave it out if there is none."),
        );
    }
}
