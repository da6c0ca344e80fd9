//! Nobody sees to an action that follows from a drill.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    action_without_owner, "action-without-owner", Warning,
    "Nobody sees to an action that follows from a drill",
    clauses: ["BC-22", "A1.3(1)", "CC7.5(5)", "ISO 22301 8.5", "ISO 22301 10.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let actions = context.programme.actions.iter();
    let open = actions.filter(|action| action.is_open());
    for action in open.filter(|action| !action.states(|action| action.owner.is_some())) {
        let (id, name) = (&action.id, &action.name);
        findings.push(
            CHECK
                .finding(format!("nobody sees to it that `{id}` ({name}) is done"))
                .at(action.at().place())
                .about(Kind::Action, id.as_str())
                .help("Write `owner:` with a person, a role or a team."),
        );
    }
}
