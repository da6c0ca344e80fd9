//! Nothing in the plans comes from a vendor.

use std::collections::HashSet;

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::id::VendorId;
use crate::model::{Kind, Programme};

pub const CHECK: Check = check! {
    vendor_not_used, "vendor-not-used", Note,
    "Nothing in the plans comes from a vendor",
    clauses: ["BC-09", "BC-17", "CC9.2(3)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let used = used(context.programme);
    let vendors = context.programme.vendors.iter();
    for vendor in vendors.filter(|vendor| !used.contains(vendor.id.as_str())) {
        findings.push(
            CHECK
                .finding(format!("nothing comes from `{}`", vendor.id))
                .at(vendor.at().place())
                .about(Kind::Vendor, vendor.id.as_str())
                .help(
                    "Name it as the `vendor` of the systems and backups it supplies, or remove \
                     it if it is gone.",
                ),
        );
    }
}

/// The vendors of systems, backups and other vendors, and those whose failure is prepared for.
fn used(programme: &Programme) -> HashSet<&str> {
    let systems = programme
        .systems
        .iter()
        .filter_map(|system| system.vendor.as_ref());
    let backups = programme
        .backups
        .iter()
        .filter_map(|backup| backup.vendor.as_ref());
    let below = programme.vendors.iter().flat_map(|vendor| {
        let others = vendor.sub_processors.iter();
        others.filter(|other| **other != vendor.id)
    });
    let down = programme
        .scenarios
        .iter()
        .filter_map(|scenario| scenario.takes_down.as_ref());
    let all = systems.chain(backups).chain(below);
    let all = all.chain(down.flat_map(|down| &down.vendors));
    all.map(VendorId::as_str).collect()
}
