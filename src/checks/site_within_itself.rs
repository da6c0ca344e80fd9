//! Places that lie inside each other.

use super::{Check, Context, Run, within};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    site_within_itself, "site-within-itself", Error,
    "A site lies inside itself",
    clauses: ["BC-09", "BC-13"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for site in &context.programme.sites {
        let chain = within::chain(context.programme, site.id.as_str());
        let round = chain
            .last()
            .is_some_and(|last| last.within.as_ref() == Some(&site.id));
        // Each circle is told once, at the first of its sites.
        if !round || chain.iter().any(|other| other.id < site.id) {
            continue;
        }
        let message = match &chain[1..] {
            [] => format!("`{}` lies inside itself", site.id),
            [other, ..] => {
                format!(
                    "`{}` lies in `{}`, which lies in `{0}` in turn",
                    site.id, other.id
                )
            }
        };
        let finding = CHECK
            .finding(message)
            .at(site.at().key("within"))
            .about(Kind::Site, site.id.as_str())
            .help("Name the larger place under `within` of the smaller one, never the reverse.");
        let others = chain[1..].iter();
        findings.push(others.fold(finding, |finding, other| {
            finding.also(
                other.at().key("within"),
                format!("`{}` lies in this", other.id),
            )
        }));
    }
}
