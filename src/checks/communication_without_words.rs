//! A message has no words yet.

use super::completeness::written;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    communication_without_words, "communication-without-words", Warning,
    "A message of the communication plan has no words yet",
    clauses: ["BC-21", "ISO 22301 8.4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for message in &context.programme.communications {
        if message.states(|message| written(message.template.as_ref())) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("nobody has written what `{}` says", message.id))
                .at(message.at().place())
                .about(Kind::Communication, message.id.as_str())
                .help(
                    "Write the words as `template`, with what is to be filled in marked like \
                     `[time]`, and have those who must agree to them agree now.",
                ),
        );
    }
}
