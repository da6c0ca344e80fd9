//! What was to be done because of a drill is not done in time.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    action_overdue, "action-overdue", Error,
    "What a drill showed was to be mended by now",
    clauses: ["BC-22", "A1.3(1)", "CC7.5(5)", "CP-4", "ISO 22301 8.5", "ISO 22301 10.1"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let actions = context.programme.actions.iter();
    for action in actions.filter(|action| action.is_overdue(context.now)) {
        let (id, name) = (&action.id, &action.name);
        let due = action.due.expect("only what has a day is overdue");
        findings.push(
            CHECK
                .finding(format!(
                    "`{id}` ({name}) was to be done by {due} and is not closed"
                ))
                .at(action.at().key("due"))
                .about(Kind::Action, id.as_str())
                .help(
                    "Do it, run the drill again and name that run under `closed`; or close it with \
                     a reason as `why`. A later `due` is a decision that its owner answers for.",
                ),
        );
    }
}
