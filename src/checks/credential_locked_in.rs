//! A credential is kept in a system that cannot come back, or is not back, without it.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Graph;
use crate::graph::locked::{Locked, Why};
use crate::model::Kind;

pub const CHECK: Check = check! {
    credential_locked_in, "credential-locked-in", Error,
    "A credential is kept where nobody can get at it when it is needed",
    clauses: ["BC-30", "CC6.1", "SP 800-34 5.1.4"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    findings.extend(
        analysis
            .locked
            .iter()
            .map(|locked| finding(&analysis.graph, locked)),
    );
}

fn finding(graph: &Graph, locked: &Locked) -> Finding {
    let credential = &graph.programme.credentials[locked.credential as usize];
    let (id, safe, system) = (
        &credential.id,
        graph.id(locked.safe),
        graph.id(locked.system),
    );
    let message = match locked.why {
        Why::Itself => format!("`{id}` is kept in `{safe}`, which cannot come back without it"),
        Why::Before => format!(
            "`{id}` is kept in `{safe}`, which comes back only after `{system}`, and that cannot \
             come back without it"
        ),
        Why::Scenario(at) => {
            let scenario = &graph.programme.scenarios[at as usize].id;
            format!(
                "`{id}` is kept in `{safe}`, which is down in `{scenario}` when `{system}` \
                 needs it"
            )
        }
    };
    CHECK
        .finding(message)
        .at(credential.at().key("kept-in"))
        .also(
            graph
                .at(locked.system)
                .key("recovery")
                .key("credentials")
                .index(locked.index),
            format!("`{system}` needs it to come back"),
        )
        .about(Kind::Credential, id.as_str())
        .help(
            "Keep a second copy that needs none of our systems, such as in a sealed envelope, and \
             say where under `second-copy`.",
        )
}
