//! An environment that nobody supports.

use super::completeness::expects;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, SiteKind};

pub const CHECK: Check = check! {
    site_without_support, "site-without-support", Warning,
    "An environment has nobody who supports the control there",
    clauses: ["BC-15", "ISO 22301 5.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = expects(context, "supporting-owners") else {
        return;
    };
    let owners = &organization.supporting_owners;
    let sites = &context.programme.sites;
    for site in sites
        .iter()
        .filter(|site| site.kind == SiteKind::Environment)
    {
        if owners.iter().any(|owner| owner.sites.contains(&site.id)) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("no supporting owner is named for `{}`", site.id))
                .at(site.at().place())
                .also(
                    organization.at.key("supporting-owners"),
                    "supporting owners are named here",
                )
                .about(Kind::Site, site.id.as_str())
                .help(format!(
                    "Add `{}` to the `sites` of whoever carries the control out there, under the \
                     organization's `supporting-owners`.",
                    site.id
                )),
        );
    }
}
