//! A vendor that nobody knows how to reach.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    vendor_without_contact, "vendor-without-contact", Error,
    "Nothing says how to reach a vendor",
    clauses: ["BC-21", "BC-31", "SP 800-34 A", "ISO 22301 8.4.3", "CC9.2(5)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for vendor in context
        .programme
        .vendors
        .iter()
        .filter(|v| !v.states(|v| !v.contacts.is_empty()))
    {
        findings.push(
            CHECK
                .finding(format!("nothing says how to reach `{}`", vendor.id))
                .at(vendor.at().key("contacts"))
                .about(Kind::Vendor, vendor.id.as_str())
                .help("Write `contacts:`, first the way that is answered at night."),
        );
    }
}
