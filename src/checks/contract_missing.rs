//! A vendor without a contract in the plan.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;

pub const CHECK: Check = check! {
    contract_missing, "contract-missing", Warning,
    "Nothing says what a vendor has promised by contract",
    clauses: ["BC-31", "CC9.2(1)", "CP-8"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for vendor in context
        .programme
        .vendors
        .iter()
        .filter(|v| !v.states(|v| v.contract.is_some()))
    {
        findings.push(
            CHECK
                .finding(format!("no contract with `{}` is stated", vendor.id))
                .at(vendor.at().place())
                .about(Kind::Vendor, vendor.id.as_str())
                .help("Write `contract:` with its `reference`, its `sla` and the day it `ends`."),
        );
    }
}
