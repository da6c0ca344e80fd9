//! Nothing says whether a system holds data.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::copies::Copies;
use crate::model::Kind;

pub const CHECK: Check = check! {
    data_not_stated, "data-not-stated", Warning,
    "Nothing says whether a system holds data, though it seems to",
    clauses: ["BC-19", "BC-28", "A1.2(7)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let copies = Copies::new(context.programme);
    for system in context
        .programme
        .systems
        .iter()
        .filter(|s| !s.states(|s| s.holds_data.is_some()))
    {
        let id = &system.id;
        let (message, place) = match (system.rpo, copies.of(id.as_str()).first()) {
            (Some(rpo), _) => (
                format!("`{id}` has an RPO of {rpo}, but nothing says whether it holds data"),
                system.at_where(|s| s.rpo == Some(rpo)).key("rpo"),
            ),
            (None, Some(backup)) => (
                format!(
                    "`{}` copies `{id}`, but nothing says whether it holds data",
                    backup.id
                ),
                system.at().place(),
            ),
            (None, None) => continue,
        };
        findings.push(
            CHECK
                .finding(message)
                .at(place)
                .about(Kind::System, id.as_str())
                .help("Write `holds-data: true`, or `false`; only then is it held to backups."),
        );
    }
}
