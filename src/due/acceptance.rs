//! A finding is accepted until a day.

use super::{Context, ShownBy, Source};
use crate::schedule::{Deadline, Stands, Subject};

pub const SOURCE: Source = Source {
    key: "acceptance",
    shown_by: ShownBy::Plans,
    how: "Mend what was found and remove it from `accepted`, or write a new `until` and say why.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let accepted = context.programme.accepted.iter();
    // Of several about one thing the last counts.
    let mut last = std::collections::BTreeMap::new();
    for acceptance in accepted {
        let id = format!("{}/{}", acceptance.check, acceptance.about);
        let kept = last.entry(id).or_insert(acceptance);
        if kept.until < acceptance.until {
            *kept = acceptance;
        }
    }
    let ending = last.into_iter().map(|(id, acceptance)| Deadline {
        of: Subject::of(SOURCE.key, &id),
        what: format!(
            "Mend `{}` of `{}`, or accept it once more",
            acceptance.check, acceptance.about
        ),
        who: context.party(acceptance.by.as_str()),
        every: None,
        unattended: false,
        stands: Stands::Due {
            by: acceptance.until,
            last: None,
        },
    });
    ending.collect()
}
