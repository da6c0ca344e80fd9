//! It is tried whether people can be reached, as often as the organization says.

use super::{Context, ShownBy, Source, again, written};
use crate::schedule::{Deadline, Subject};

pub const SOURCE: Source = Source {
    key: "contact",
    shown_by: ShownBy::Plans,
    how: "Call or write by every contact, correct what does not work, and write the day as \
          `verified-at`.",
    all,
};

fn all(context: &Context) -> Vec<Deadline> {
    let Some(every) = context.cadence(|cadences| cadences.contact_verification) else {
        return Vec::new();
    };
    let people = context.programme.people.iter();
    let people = people.filter(|person| {
        !person.contacts.is_empty() && person.until.is_none_or(|until| until >= context.today)
    });
    let people = people.map(|person| {
        // A person's own date is for all their contacts; the oldest of those is what counts.
        let verified = person.contacts.iter();
        let verified = verified
            .map(|contact| contact.verified_at.max(person.verified_at))
            .min();
        let last = verified.flatten().filter(|on| *on <= context.today);
        Deadline {
            of: Subject::of(SOURCE.key, person.id.as_str()),
            what: format!("Try every contact of {}", person.name),
            who: context.party(person.id.as_str()),
            every: Some(every),
            unattended: false,
            stands: again(last.map(|on| written(on, "verified-at")), every),
        }
    });
    people.collect()
}
