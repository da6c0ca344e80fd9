//! A place whose work has nowhere to go.

use super::{Check, Context, Run, within};
use crate::finding::Finding;
use crate::model::{Kind, SiteKind};

pub const CHECK: Check = check! {
    site_without_alternative, "site-without-alternative", Warning,
    "The work of a site has nowhere to go when it is lost",
    clauses: ["BC-08", "BC-13", "A1.2(10)", "CP-7", "ISO 22301 8.3.4", "SP 800-34 A"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for site in &context.programme.sites {
        // Regions and stores hold other sites and copies, which are asked for themselves.
        if matches!(site.kind, SiteKind::Region | SiteKind::Storage) {
            continue;
        }
        let id = site.id.as_str();
        let finding = match &site.alternative {
            None if site.states(|s| s.alternative.is_some() || s.no_alternative.is_some()) => {
                continue;
            }
            None => CHECK
                .finding(format!("when `{id}` is lost, its work has nowhere to go"))
                .at(site.at().place()),
            Some(other) if within::is_lost_with(context.programme, other.as_str(), id) => CHECK
                .finding(format!(
                    "the alternative of `{id}`, `{other}`, is lost together with it"
                ))
                .at(site.at().key("alternative")),
            Some(_) => continue,
        };
        findings.push(finding.about(Kind::Site, id).help(
            "Name another site as `alternative`, or write under `no-alternative` why there is \
             none.",
        ));
    }
}
