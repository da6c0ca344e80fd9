//! Nobody knows what happens when a vendor's service fails.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    vendor_without_restoration_plan, "vendor-without-restoration-plan", Warning,
    "Nothing says how the service of a vendor is restored",
    clauses: ["BC-31", "CP-2(7)", "ISO 22301 8.6", "CC9.2(8)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let vendors = context.programme.vendors.iter();
    for vendor in
        vendors.filter(|vendor| !vendor.states(|vendor| vendor.restoration_plan.is_some()))
    {
        let message = format!(
            "nothing says how the service of `{}` is restored",
            vendor.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(vendor.at().place())
                .about(Kind::Vendor, vendor.id.as_str())
                .help("Write `restoration-plan:`, what the vendor does and what you do meanwhile."),
        );
    }
}
