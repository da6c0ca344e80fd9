//! A vendor with nobody to turn to when it does not help.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    vendor_without_escalation, "vendor-without-escalation", Warning,
    "Nothing says whom to turn to when a vendor does not help",
    clauses: ["BC-31", "CC9.2(5)", "CC9.2(8)", "SP 800-34 4.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for vendor in context
        .programme
        .vendors
        .iter()
        .filter(|v| !v.states(|v| !v.escalation.is_empty()))
    {
        let message = format!(
            "nothing says whom to turn to when `{}` does not help",
            vendor.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(vendor.at().key("escalation"))
                .about(Kind::Vendor, vendor.id.as_str())
                .help("Write `escalation:`, who is next, and `after` how long without help."),
        );
    }
}
