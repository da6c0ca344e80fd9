//! Nobody is named who sends a message.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    communication_without_owner, "communication-without-owner", Warning,
    "Nobody is named who sends a message",
    clauses: ["BC-21", "BC-29", "ISO 22301 8.4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for message in &context.programme.communications {
        if message.states(|message| message.owner.is_some()) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nobody is named who sends `{}`", message.id))
                .at(message.at().place())
                .about(Kind::Communication, message.id.as_str())
                .help("Name the person, role or team that sends it as `owner`; best a role."),
        );
    }
}
