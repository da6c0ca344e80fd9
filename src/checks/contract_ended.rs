//! The contract with a vendor is over.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    contract_ended, "contract-ended", Warning,
    "The contract with a vendor has ended",
    clauses: ["BC-09", "BC-31", "CC9.2(1)", "CC9.2(9)"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for vendor in &context.programme.vendors {
        let Some(contract) = &vendor.contract else {
            continue;
        };
        let Some(ends) = contract.ends.filter(|ends| *ends < context.now) else {
            continue;
        };
        let message = format!(
            "the contract `{}` with `{}` ended on {ends}",
            contract.reference, vendor.id
        );
        findings.push(
            CHECK
                .finding(message)
                .at(vendor.at().key("contract").key("ends"))
                .about(Kind::Vendor, vendor.id.as_str())
                .help("Write the day the renewed contract ends, or renew it."),
        );
    }
}
