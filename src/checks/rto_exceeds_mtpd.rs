//! A function's RTO and WRT do not fit its MTPD.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Wrt};
use crate::time::Duration;

pub const CHECK: Check = check! {
    rto_exceeds_mtpd, "rto-exceeds-mtpd", Error,
    "Recovering and catching up takes longer than the organization can bear",
    clauses: ["BC-04", "BC-25", "ISO 22301 8.2.2", "SP 800-34 B"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for function in &context.programme.functions {
        // Absent objectives are `objective-missing`'s business, not ours.
        let (Some(mtpd), Some(rto)) = (function.mtpd, function.rto) else {
            continue;
        };
        let wrt = function.wrt.unwrap_or(Wrt(Duration::ZERO));
        if mtpd.slack(rto, wrt).is_some() {
            continue;
        }
        let message = format!(
            "`{}` may be down for {mtpd}, but recovers in {rto} and catches up in {wrt}",
            function.id
        );
        let place = function.at_where(|f| f.rto == Some(rto)).key("rto");
        let mtpd_place = function.at_where(|f| f.mtpd == Some(mtpd)).key("mtpd");
        findings.push(
            CHECK
                .finding(message)
                .at(place)
                .also(mtpd_place, "the tolerable period is stated here")
                .about(Kind::Function, function.id.as_str())
                .help("Recover or catch up faster, or have management accept a longer period."),
        );
    }
}
