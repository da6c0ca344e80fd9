//! At some stage of a disruption nobody is told anything.

use super::completeness::expects;
use super::words;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Stage};

pub const CHECK: Check = check! {
    stage_without_communication, "stage-without-communication", Warning,
    "At some stage of a disruption nobody is told anything",
    clauses: ["BC-21", "ISO 22301 8.4.3", "SP 800-34 3.2"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "communications") else {
        return;
    };
    let messages = &context.programme.communications;
    let silent = |stage: &&Stage| !messages.iter().any(|message| message.stage == **stage);
    let stages: Vec<_> = Stage::ALL.iter().filter(silent).collect();
    if stages.is_empty() {
        return;
    }
    let words: Vec<_> = stages.iter().map(|stage| stage.word()).collect();
    let message = if stages.len() == Stage::ALL.len() {
        "no message is planned for any stage of a disruption".to_owned()
    } else {
        format!(
            "no message is planned for the stages of {}",
            words::list(&words)
        )
    };
    findings.push(
        CHECK
            .finding(message)
            .at(organization.at.place())
            .about(Kind::Organization, "")
            .help(format!(
                "Add entries to `communications` with `stage` {}: who is told what, by whom and \
                 by which channel.",
                words::quoted(words).replace(" and ", " or ")
            )),
    );
}
