//! An environment that the plan names and then says nothing about.

use std::collections::HashSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::SiteId;
use crate::model::{Kind, Programme, SiteKind};

pub const CHECK: Check = check! {
    environment_not_covered, "environment-not-covered", Warning,
    "An environment has nothing in it and nothing for it",
    clauses: ["BC-13", "ISO 22301 4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let covered = covered(context.programme);
    let sites = &context.programme.sites;
    for site in sites
        .iter()
        .filter(|site| site.kind == SiteKind::Environment)
    {
        if covered.contains(&site.id) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!(
                    "nothing runs in the environment `{}`, and no function needs it",
                    site.id
                ))
                .at(site.at().place())
                .about(Kind::Site, site.id.as_str())
                .help(format!(
                    "Give the systems that serve it `site: {}`, or list it under the `sites` a \
                     function `needs`. If it is out of scope, say so under the organization's \
                     `scope: out` and remove it here.",
                    site.id
                )),
        );
    }
}

/// The sites in which or for which there is something, and every larger place around them.
fn covered(programme: &Programme) -> HashSet<&SiteId> {
    let systems = programme
        .systems
        .iter()
        .flat_map(|system| &system.declarations);
    let systems = systems.flat_map(|system| {
        let recovery = system
            .recovery
            .as_ref()
            .and_then(|recovery| recovery.site.as_ref());
        system.site.iter().chain(recovery)
    });
    let functions = programme
        .functions
        .iter()
        .flat_map(|function| &function.declarations);
    let needs = functions.filter_map(|function| function.needs.as_ref());
    let backups = programme
        .backups
        .iter()
        .filter_map(|backup| backup.site.as_ref());
    let named = systems
        .chain(needs.flat_map(|needs| &needs.sites))
        .chain(backups);
    let around = |site: &&SiteId| programme.sites.get(site.as_str())?.within.as_ref();
    let mut covered = HashSet::new();
    for site in named {
        // Stops at a place that was met before, so that a circle of places ends too.
        let places = std::iter::successors(Some(site), around);
        for place in places {
            if !covered.insert(place) {
                break;
            }
        }
    }
    covered
}
