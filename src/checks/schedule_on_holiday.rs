//! A schedule falls on a day on which nobody works, and nothing says what then.

use super::words::list;
use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, Off, Schedule};
use crate::schedule::{AHEAD, means_weekdays, occurrences, start_of};
use crate::time::Date;

pub const CHECK: Check = check! {
    schedule_on_holiday, "schedule-on-holiday", Warning,
    "A schedule falls on a weekend or a holiday, and nothing says what then",
    clauses: ["BC-22", "BC-34", "SP 800-34 3.5"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let last = context
        .now
        .0
        .checked_add_days(AHEAD)
        .unwrap_or(context.now.0);
    for drill in &context.programme.drills {
        let Some(schedule) = drill
            .schedule
            .as_ref()
            .filter(|it| it.business_day.is_none())
        else {
            continue;
        };
        let all = occurrences(drill, start_of(schedule, context.now), last);
        let mut met: Vec<String> = all
            .filter_map(|it| off(schedule, Date(it.nominal.date())))
            .collect();
        met.dedup();
        if met.is_empty() {
            continue;
        }
        let days = list(met);
        findings.push(
            CHECK
                .finding(format!("`{}` is planned for {days}", drill.id))
                .at(drill.at().key("schedule"))
                .about(Kind::Drill, drill.id.as_str())
                .help(
                    "Say with `business-day` what then: `following`, `preceding` or \
                     `modified-following` move it, `none` says that it is meant.",
                ),
        );
    }
}

/// The day and what it is, where nobody works on it. A schedule that says a weekday means it.
fn off(schedule: &Schedule, day: Date) -> Option<String> {
    match schedule.days_off.as_ref()?.why(day.0)? {
        Off::Weekend(_) if means_weekdays(schedule) => None,
        off => Some(format!("{day} ({off})")),
    }
}
