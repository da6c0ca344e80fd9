//! News of every kind, so that words can be tried before there is any.

use super::{Doer, Matter, News, Run, Wait};
use crate::drill::Asks;
use crate::model::NewsKind;
use crate::time::Period;

const MATTER: Matter = Matter {
    name: "Region failover",
    when: "2027-03-06 02:00 GMT",
    how: "`mainstay drill run region-failover` holds it.",
    waive: "mainstay schedule waive drill:region-failover 2027-03-06 --by PERSON --why REASON",
};

const RUN: Run = Run {
    name: "Region failover",
    id: "region-failover-2027-03-06",
    more: "mainstay drill report",
};

const WAIT: Wait = Wait {
    run: Run {
        more: "mainstay drill status",
        ..RUN
    },
    step: "fail-over/tell",
    what: "Tell support that the shop is about to be down.",
    asks: Asks::Do,
    doers: &[Doer {
        id: "ada",
        name: "Ada",
    }],
    // What may be absent is absent here.
    tell: None,
    until: None,
};

/// Some news of a kind.
pub fn sample(news: NewsKind) -> News<'static> {
    match news {
        NewsKind::Reminder => News::Reminder(MATTER, Period::days(7)),
        NewsKind::Due => News::Due(MATTER),
        NewsKind::Overdue => News::Overdue(MATTER),
        NewsKind::Missed => News::Missed(MATTER, 1),
        NewsKind::Unanswered => News::Unanswered(MATTER),
        NewsKind::Moved => News::Moved {
            name: MATTER.name,
            from: Some("2027-03-06 02:00 in Europe/London (2027-03-06T02:00Z)"),
            // What may be absent is absent here.
            to: None,
            why: "the plans have changed",
        },
        NewsKind::Begun => News::Begun(RUN),
        NewsKind::Waits => News::Waits(WAIT),
        NewsKind::Ended => News::Ended(RUN, "succeeded"),
        NewsKind::Finding => News::Finding {
            check: "no-drill",
            message: "nothing is ever tested",
            // What may be absent is absent here.
            place: None,
        },
    }
}
