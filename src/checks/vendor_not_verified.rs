//! What the plan says about a vendor was not confirmed for too long.

use super::{Check, Context, Run, age};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    vendor_not_verified, "vendor-not-verified", Warning,
    "What the plan says about a vendor was not confirmed for too long",
    clauses: ["BC-09", "BC-10", "BC-31", "ISO 22301 8.6"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let cadence = age::contact_verification(context.programme);
    for vendor in &context.programme.vendors {
        let confirmed = age::complaint("confirmed", vendor.verified_at, cadence, context.now);
        let Some(words) = confirmed else { continue };
        findings.push(
            CHECK
                .finding(format!("what is said about `{}` {words}", vendor.id))
                .at(vendor.at().key("verified-at"))
                .about(Kind::Vendor, vendor.id.as_str())
                .help("Call the numbers, read the contract, and write today as `verified-at`."),
        );
    }
}
