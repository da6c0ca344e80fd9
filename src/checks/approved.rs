//! Drills whose approval does not count any more.

use super::{Check, Context};
use crate::drill::{Exercise, Values, Why, flaws};
use crate::finding::Finding;
use crate::model::Kind;

/// Why an approval does not count, and the key of it that shows that.
pub struct Reason {
    pub is: fn(&Why) -> bool,
    pub key: &'static str,
}

/// Every drill whose approval does not count for a reason.
pub fn void(context: &Context, check: &Check, reason: &Reason) -> Vec<Finding> {
    let drills = context.programme.drills.iter();
    let void = drills.filter_map(|drill| {
        let flaws = flaws::<Exercise>(context.programme, drill, &Values::new(), context.now);
        let flaw = flaws.into_iter().find(|flaw| (reason.is)(&flaw.why))?;
        let finding = check
            .finding(flaw.to_string())
            .at(drill.at().key("approval").key(reason.key))
            .about(Kind::Drill, drill.id.as_str());
        Some(finding.help("Until it is approved anew it cannot begin."))
    });
    void.collect()
}
