//! A credential that exists once.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    credential_without_second_copy, "credential-without-second-copy", Warning,
    "There is no second copy of a credential outside the systems",
    clauses: ["BC-26", "BC-30", "ISO 22301 8.4.4", "DORA RTS 26(1)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let credentials = context.programme.credentials.iter();
    for credential in credentials
        .filter(|credential| !credential.states(|credential| credential.second_copy.is_some()))
    {
        let id = &credential.id;
        let message = match &credential.kept_in {
            Some(system) => format!("when `{system}` is down, there is no other copy of `{id}`"),
            None => format!("nothing says where a second copy of `{id}` is"),
        };
        findings.push(
            CHECK
                .finding(message)
                .at(credential.at().key("kept-in"))
                .about(Kind::Credential, id.as_str())
                .help(
                    "Keep one where none of your systems is needed, such as a sealed envelope in \
                     a safe, and say where under `second-copy`.",
                ),
        );
    }
}
