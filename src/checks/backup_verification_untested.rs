//! Nobody has seen that the verifications of a tool find what they must, with the tool as it is.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::Kind;
use crate::proof::{Detector, Verdict, Verified};
use crate::time::{Date, Period};

pub const CHECK: Check = check! {
    backup_verification_untested, "backup-verification-untested", Warning,
    "The verifications of a tool were not tested with it as it is",
    clauses: ["BC-19", "BC-34", "A1.3(2)", "CP-9(1)", "DORA 12(2)"],
    run: Run::Programme(run),
    runs: beside,
};

/// How long a test of verifications counts.
const GOOD_FOR: Period = Period::months(3);

fn run(context: &Context, findings: &mut Vec<Finding>) {
    for detector in &context.record.detectors {
        let backups = context.programme.backups.iter();
        let verified = backups.filter_map(|backup| {
            let all = context.record.verified(backup);
            let own = all.filter(|it| it.provider == detector.provider);
            Some((backup, own.max_by_key(|it| it.at)?))
        });
        let Some((backup, last)) = verified.max_by_key(|(_, last)| last.at) else {
            continue;
        };
        let Some(words) = untested(detector, last, context.now) else {
            continue;
        };
        let tool = &detector.provider;
        findings.push(
            CHECK
                .finding(format!(
                    "whether verifications with `{tool}` find what they must {words}"
                ))
                .at(backup.at().key("verify").key("with"))
                .about(Kind::Backup, backup.id.as_str())
                .help(format!(
                    "Run `mainstay backup self-test {tool}`: it spoils small repositories of its \
                     own, and touches nothing of yours."
                )),
        );
    }
}

/// Why nobody knows; nothing where a test shows it.
fn untested(detector: &Detector, last: &Verified, today: Date) -> Option<String> {
    let Some(test) = &detector.last else {
        return Some("was never tested".to_owned());
    };
    let day = test.day;
    match test.verdict {
        Verdict::Fail => return Some(format!("was tested on {day}: they do not")),
        Verdict::Inconclusive => return Some(format!("could not be told on {day}")),
        Verdict::Pass => {}
    }
    if let (Some(now), Some(then)) = (&last.tool, &test.tool)
        && now.sha256 != then.sha256
    {
        let (now, then) = (&now.version, &then.version);
        let words = match now == then {
            true => format!("was tested on {day} with another build of `{then}`"),
            false => format!("was tested on {day} with `{then}`, and they use `{now}`"),
        };
        return Some(words);
    }
    let until = GOOD_FOR.after(day);
    (until < today).then(|| format!("was last tested on {day}, and counted until {until}"))
}
