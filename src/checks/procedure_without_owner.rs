//! Nobody keeps a procedure right.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    procedure_without_owner, "procedure-without-owner", Warning,
    "Nobody keeps a procedure right",
    clauses: ["BC-09", "BC-20", "ISO 22301 5.3", "ISO 22301 7.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for procedure in context
        .programme
        .procedures
        .iter()
        .filter(|p| !p.states(|p| p.owner.is_some()))
    {
        findings.push(
            CHECK
                .finding(format!("nobody keeps `{}` right", procedure.id))
                .at(procedure.at().place())
                .about(Kind::Procedure, procedure.id.as_str())
                .help("Write `owner:` with a person, a role or a team."),
        );
    }
}
